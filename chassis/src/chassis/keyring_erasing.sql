-- Destroying data keys: for a role of its own, and told to everybody who remembers keys for a while.

grant usage on schema keyring to {{eraser}};

set local role {{owner}};

drop function keyring.destroy_key(uuid, text);

-- Destroys a key for ever; again: nothing more. Gives the id that it had, null when there never was one.
create function keyring.destroy_key(p_person uuid, p_capacity text) returns uuid
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    destroyed uuid;
begin
    perform keyring.held(p_person, p_capacity);
    delete from keyring.data_key k where k.person = p_person and k.capacity = p_capacity
        returning k.key_id into destroyed;
    insert into keyring.tombstone as t (person, capacity, key_id) values (p_person, p_capacity, destroyed)
        on conflict (person, capacity) do update set key_id = coalesce(t.key_id, excluded.key_id)
        returning t.key_id into destroyed;
    perform pg_notify('keyring_destroyed', p_person::text || ' ' || p_capacity);
    return destroyed;
end
$$;

-- Those of these people in these capacities who have a key.
create function keyring.living(p_persons uuid[], p_capacities text[])
    returns table (person uuid, capacity text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select k.person, k.capacity from keyring.data_key k
        join unnest(p_persons, p_capacities) as wanted (person, capacity) using (person, capacity)
$$;

-- Everybody whose key was destroyed, and when.
create function keyring.destroyed() returns table (person uuid, capacity text, destroyed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select t.person, t.capacity, t.destroyed_at from keyring.tombstone t $$;

revoke all on function keyring.destroy_key(uuid, text) from public;
revoke all on function keyring.living(uuid[], text[]) from public;
revoke all on function keyring.destroyed() from public;
grant execute on function keyring.living(uuid[], text[]) to {{service}}, {{eraser}};
grant execute on function keyring.destroy_key(uuid, text) to {{eraser}};
grant execute on function keyring.destroyed() to {{eraser}};

reset role;
