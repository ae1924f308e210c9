-- The key ring: one wrapped data key per person and capacity, in a database of its own.
-- A service's role may call two functions and nothing else. Destroying is the owner's.

create schema keyring authorization {{owner}};
grant usage on schema keyring to {{service}};

set local role {{owner}};

create table keyring.data_key (
    key_id uuid primary key,
    person uuid not null,
    capacity text not null check (capacity ~ '^[a-z_]{1,32}$'),
    kek_id text not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    unique (person, capacity)
);

-- What was destroyed stays destroyed: a person's capacity never gets another key.
create table keyring.tombstone (
    person uuid not null,
    capacity text not null,
    key_id uuid unique,
    destroyed_at timestamptz not null default now(),
    primary key (person, capacity)
);

-- Key-encrypting keys that wrap nothing new, so that they can be thrown away once they wrap nothing.
create table keyring.retired_kek (
    kek_id text primary key,
    retired_at timestamptz not null default now()
);

create function keyring.held(p_person uuid, p_capacity text) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
    as $$ select pg_advisory_xact_lock(hashtextextended(p_person::text || ' ' || p_capacity, 0)) $$;

-- The key of a person in a capacity; the offered one when there is none yet; no row when it was destroyed.
create function keyring.get_or_create_key(
    p_key_id uuid, p_person uuid, p_capacity text, p_kek_id text, p_wrapped bytea
) returns table (key_id uuid, kek_id text, wrapped bytea)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    return query select k.key_id, k.kek_id, k.wrapped from keyring.data_key k
        where k.person = p_person and k.capacity = p_capacity;
    if found then
        return;
    end if;
    perform keyring.held(p_person, p_capacity);
    if exists (select from keyring.tombstone t where t.person = p_person and t.capacity = p_capacity) then
        return;
    end if;
    -- Retiring locks the table against this: either it sees the new row, or this sees what it retired.
    lock table keyring.data_key in row exclusive mode;
    if exists (select from keyring.retired_kek r where r.kek_id = p_kek_id) then
        raise exception 'this key-encrypting key was retired' using errcode = 'WK001';
    end if;
    insert into keyring.data_key (key_id, person, capacity, kek_id, wrapped)
        values (p_key_id, p_person, p_capacity, p_kek_id, p_wrapped)
        on conflict (person, capacity) do nothing;
    return query select k.key_id, k.kek_id, k.wrapped from keyring.data_key k
        where k.person = p_person and k.capacity = p_capacity;
end
$$;

-- Keys by id. A destroyed one comes without its wrapping; one that never was does not come.
create function keyring.keys(p_key_ids uuid[])
    returns table (key_id uuid, person uuid, capacity text, kek_id text, wrapped bytea)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select k.key_id, k.person, k.capacity, k.kek_id, k.wrapped
        from keyring.data_key k where k.key_id = any (p_key_ids)
    union all
    select t.key_id, t.person, t.capacity, null, null
        from keyring.tombstone t where t.key_id = any (p_key_ids)
$$;

create function keyring.destroy_key(p_person uuid, p_capacity text) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    destroyed uuid;
begin
    perform keyring.held(p_person, p_capacity);
    delete from keyring.data_key k where k.person = p_person and k.capacity = p_capacity
        returning k.key_id into destroyed;
    insert into keyring.tombstone (person, capacity, key_id) values (p_person, p_capacity, destroyed)
        on conflict (person, capacity) do nothing;
end
$$;

revoke all on all functions in schema keyring from public;
grant execute on function keyring.get_or_create_key(uuid, uuid, text, text, bytea) to {{service}};
grant execute on function keyring.keys(uuid[]) to {{service}};

reset role;
