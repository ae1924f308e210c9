-- The doors through which access is asked, held, changed and recorded. All run as the owner.

set local role {{owner}};

-- For whom is read in this transaction. Read outside one that said so: an error, not an empty answer.
--   Raises WV003. (After a transaction a custom setting reads '', not NULL.) Names are written out, since it is
--   asked with its reader's search path; setting one would cost more than the rest of it.
create function store.grantees() returns text[]
    language plpgsql stable
as $$
declare
    context pg_catalog.text := nullif(pg_catalog.current_setting('waakvlam.grantees', true), '');
begin
    if context is null then
        raise exception 'nobody said for whom this is read' using errcode = 'WV003';
    end if;
    return context::pg_catalog.text[];
end
$$;

-- A view's condition of its own, asked once: an API that does not say for whom it reads gets an error also where
-- there is no row to ask row security about.
create function store.says_for_whom() returns boolean
    language sql stable
    return session_user <> (parse_ident('{{api}}'))[1] or store.grantees() is not null;

-- What this transaction's grantees may see now: the one place that says when a grant counts. Row security, the
-- doors and queries read it. Sub-selects are asked once per statement; bars are few.
create view store.reach with (security_barrier = true) as
    select g.subject_id, g.part_id, g.grantee, g.kind, g.consent_id, g.categories, g.valid_until, g.grant_id
    from store.access_grant g
    where g.grantee = any ((select store.grantees())::text[])
      and not g.over
      and g.valid_from <= (select clock.now())
      and (g.valid_until is null or g.valid_until > (select clock.now()))
      and g.subject_id <> all (array(
          select b.subject_id from store.access_bar b
          where b.grantee = any ((select store.grantees())::text[]) and not b.over));

-- An API that does not say for whom it loads and saves is refused (WV003). Only a database that was made to
-- test the store by itself says otherwise; no setting of a service does.
create table store.binding (
    only_row boolean primary key default true check (only_row),
    required boolean not null default true
);
insert into store.binding default values;

create function store.grantees_are_required() returns boolean
    language sql stable
    return (select required from store.binding);

-- Whether this caller is bound by grants: all but the worker's login are. Says for whom is read from here on.
-- Only the doors call it, lock_access() and change_access(), with the search path that they set.
create function store.is_bound(p_grantees text[]) returns boolean
    language plpgsql
as $$
begin
    if session_user = (parse_ident('{{worker}}'))[1] then
        return false;
    end if;
    if p_grantees is null then
        if store.grantees_are_required() then
            raise exception 'nobody said for whom this is asked' using errcode = 'WV003';
        end if;
        return false;
    end if;
    perform set_config('waakvlam.grantees', p_grantees::text, true);
    return true;
end
$$;

-- From here to the end of the transaction, views are read for these grantees. Raises WV003.
create function store.look(p_grantees text[]) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if p_grantees is null then
        raise exception 'nobody said for whom this is read' using errcode = 'WV003';
    end if;
    perform set_config('waakvlam.grantees', p_grantees::text, true);
end
$$;

-- The subjects in reach, when there are so few: then a list goes by them. NULL when there are more: then it goes
-- by its own order, and row security filters.
create function store.few_in_reach(p_few integer) returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    found_subjects uuid[] := array(select r.subject_id from store.reach r limit p_few + 1);
begin
    return case when cardinality(found_subjects) <= p_few then found_subjects end;
end
$$;

-- Hold subjects until the transaction ends: whoever ends a grant waits (promise P18). Then what these grantees
-- may see of them; the second statement sees what was committed while the first one waited.
create function store.hold(p_grantees text[], p_subjects uuid[])
    returns table (
        subject_id uuid, part_id uuid, grantee text, kind text, consent_id uuid, categories text[],
        valid_until timestamptz, grant_id uuid, revision bigint)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    perform store.look(p_grantees);
    -- Behind whoever waits to change who may see something: see lock_access().
    perform pg_advisory_xact_lock_shared(7709246531842);
    -- In key order, so that nobody waits for each other in a ring.
    perform from store.subject_access a where a.subject_id = any (p_subjects) order by a.subject_id for share;
    return query
        select r.subject_id, r.part_id, r.grantee, r.kind, r.consent_id, r.categories, r.valid_until, r.grant_id,
               a.revision
        from store.reach r join store.subject_access a on a.subject_id = r.subject_id
        where r.subject_id = any (p_subjects);
end
$$;

-- Before a save changes who may see these subjects. Share locks do not queue: with enough readers there is
-- always one, and a withdrawal would wait for ever. So who does not get the rows at once closes the gate that
-- readers come through, until its commit. In key order.
create function store.lock_access(p_subjects uuid[]) returns void
    language plpgsql
as $$
begin
    if cardinality(p_subjects) = 1 then
        perform from store.subject_access a where a.subject_id = p_subjects[1] for no key update skip locked;
        if found or not exists (select from store.subject_access a where a.subject_id = p_subjects[1]) then
            return;
        end if;
    else
        begin
            perform from store.subject_access a
                where a.subject_id = any (p_subjects) order by a.subject_id for no key update nowait;
            return;
        exception when lock_not_available then
            null;  -- whatever was got is let go before waiting
        end;
    end if;
    perform pg_advisory_xact_lock(7709246531842);
    perform from store.subject_access a
        where a.subject_id = any (p_subjects) order by a.subject_id for no key update;
end
$$;

-- What a save changes in who may see what. `p_subjects`: those whose grants or bars change, each once.
create function store.change_access(p_subjects uuid[], p_changes jsonb) returns void
    language plpgsql
as $$
declare
    wanted integer;
    led integer;
begin
    if p_changes ? 'end' then
        update store.access_grant g set over = true, valid_until = least(g.valid_until, gone.at)
        from jsonb_to_recordset(p_changes -> 'end') as gone (
            subject_id uuid, grantee text, consent_id uuid, at timestamptz)
        where g.subject_id = gone.subject_id and not g.over
          and (gone.grantee is null or g.grantee = gone.grantee)
          and (gone.consent_id is null or g.consent_id = gone.consent_id);
    end if;
    if p_changes ? 'give' then
        insert into store.access_grant (
            grant_id, subject_id, part_id, grantee, kind, consent_id, categories, valid_from, valid_until, over)
        select grant_id, subject_id, part_id, grantee, kind, consent_id, categories, valid_from, valid_until, over
        from jsonb_to_recordset(p_changes -> 'give') as g (
            grant_id uuid, subject_id uuid, part_id uuid, grantee text, kind text, consent_id uuid,
            categories text[], valid_from timestamptz, valid_until timestamptz, over boolean)
        on conflict (grant_id) do update
            set valid_until = excluded.valid_until, over = excluded.over, consent_id = excluded.consent_id,
                categories = excluded.categories;
    end if;
    if p_changes ? 'bar' then
        insert into store.access_bar (subject_id, grantee, cause, since, over)
        select subject_id, grantee, cause, since, over
        from jsonb_to_recordset(p_changes -> 'bar') as b (
            subject_id uuid, grantee text, cause text, since timestamptz, over boolean)
        on conflict (subject_id, grantee, cause) do update set over = excluded.over;
    end if;
    insert into store.subject_access as access (subject_id)
        select subject_id from unnest(p_subjects) as s (subject_id) order by subject_id
        on conflict (subject_id) do update set revision = access.revision + 1;
    if p_changes ? 'lookup' then
        wanted := jsonb_array_length(p_changes -> 'lookup');
        insert into store.lookup as known (kind, digest, subject_id, originator_id, valid_until, over)
        select kind, decode(digest, 'hex'), subject_id, originator_id, valid_until, false
        from jsonb_to_recordset(p_changes -> 'lookup') as l (
            kind text, digest text, subject_id uuid, originator_id uuid, valid_until timestamptz)
        on conflict (kind, digest) do update set valid_until = excluded.valid_until, over = false
            where known.subject_id = excluded.subject_id and known.originator_id = excluded.originator_id;
        get diagnostics led = row_count;
        if led <> wanted then
            raise unique_violation using message = 'a code leads elsewhere already', constraint = 'lookup_pkey';
        end if;
    end if;
    if p_changes ? 'lookup_end' then
        update store.lookup known set over = true
        from jsonb_to_recordset(p_changes -> 'lookup_end') as gone (kind text, digest text)
        where known.kind = gone.kind and known.digest = decode(gone.digest, 'hex');
    end if;
end
$$;

-- Write one access record; `p_entry` is canonical JSON. The same record again (its commit's reply was lost)
-- changes nothing.
create function store.record_access(p_entry text) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = 'force_generic_plan'
as $$
declare
    e jsonb := p_entry::jsonb;
begin
    insert into store.access_record (
        id, entry, who, role, organisation, action, kind, activity, recorded_at, subjects, persons, decision,
        trace_id, span_id, status, leaf)
    values (
        (e ->> 'id')::uuid, p_entry, e ->> 'who', e ->> 'role', e ->> 'organisation', e ->> 'action',
        e ->> 'kind', e ->> 'activity', to_timestamp((e ->> 'recordedAt')::bigint / 1000.0),
        -- An array of texts that need no quotes, as PostgreSQL reads it: a tenth of the time of unpacking it.
        translate(e ->> 'subjects', '[]"', '{}')::uuid[], translate(e ->> 'persons', '[]"', '{}')::uuid[],
        e ->> 'decision', e ->> 'traceId', e ->> 'spanId', e ->> 'status',
        sha256('\x00'::bytea || convert_to(p_entry, 'UTF8')))
    on conflict (id) do nothing;
end
$$;

-- Where a secret code leads, if it leads anywhere (still).
create function store.look_up(p_kind text, p_digest bytea)
    returns table (subject_id uuid, originator_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select l.subject_id, l.originator_id from store.lookup l
    where l.kind = p_kind and l.digest = p_digest and not l.over
      and (l.valid_until is null or l.valid_until > clock.now())
$$;

-- Count a try. NULL: go on; else how long to wait, since there were `p_limit` within `p_within` already.
create function store.count_try(p_bucket text, p_limit integer, p_within interval) returns interval
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    counted store.try;
begin
    insert into store.try as known (bucket, tries, until) values (p_bucket, 1, clock.now() + p_within)
        on conflict (bucket) do update
            set tries = case when known.until <= clock.now() then 1 else least(known.tries, p_limit) + 1 end,
                until = case when known.until <= clock.now() then excluded.until else known.until end
        returning * into counted;
    -- Whoever tries sweeps: the table holds what is open, and no more.
    delete from store.try t using (
        select old.bucket from store.try old where old.until <= clock.now() - interval '1 hour'
        order by old.until limit 5 for update skip locked) gone
        where t.bucket = gone.bucket;
    return case when counted.tries > p_limit then counted.until - clock.now() end;
end
$$;

reset role;
