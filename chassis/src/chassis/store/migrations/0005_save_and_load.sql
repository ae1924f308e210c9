-- The only doors to events: save() and load(). One call, one round trip, one transaction.

set local role {{owner}};

-- Both are bound when they are made (`return`), so that no search path is set at each call, and inlined.
create function store.leaf_of(
    originator_id uuid, originator_version bigint, topic text, class_version integer, state bytea
) returns bytea language sql immutable parallel safe
    return sha256('\x00'::bytea || convert_to(
        '{"class_version":' || class_version
        || ',"originator_id":"' || originator_id
        || '","originator_version":' || originator_version
        || ',"state_sha256":"' || encode(sha256(state), 'hex')
        || '","topic":' || to_json(topic)::text || '}', 'UTF8'));

create function store.numbered(envelope text, place bigint) returns bytea
    language sql immutable parallel safe
    return convert_to(left(envelope, -1) || ',"sequence":"' || place || '"}', 'UTF8');

-- Appends events and all that belongs to them, or nothing. One event and one message, the common case, go
-- by plain inserts: the plans for many cost twice as much (benchmarks, B1).
--   Raises unique_violation on constraint event_pkey (another version was first), command_pkey (the key
--   was used) or outbox_event_id_key; WV001 when an inbox position moved meanwhile; WV002 when the grantees
--   hold no grant on a guarded aggregate's subject; WV003 when nobody said for whom this is.
--   Returns the notification ids in the order of the events.
create function store.save(
    p_ids uuid[], p_versions bigint[], p_topics text[], p_class_versions integer[], p_states bytea[],
    p_subjects uuid[], p_guarded boolean[],
    p_out_subjects uuid[], p_out_ids uuid[], p_out_bus_subjects text[], p_out_envelopes text[],
    p_out_traceparents text[],
    p_organisation text, p_principal text, p_key text, p_body_hmac bytea, p_answer jsonb,
    p_in_sources text[], p_in_subjects uuid[], p_in_positions bigint[],
    p_access_subjects uuid[], p_access_changes jsonb, p_deadlines jsonb, p_snapshots jsonb,
    p_grantees text[], p_access text
) returns bigint[]
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    set lock_timeout = '5s' set plan_cache_mode = 'force_generic_plan'
as $$
declare
    assigned bigint[];
    event_number bigint;
    last_position bigint;
    touched integer;
    begun integer;
    bound boolean := store.is_bound(p_grantees);
    denied boolean := false;
begin
    if p_key is not null then
        insert into store.command (organisation, principal, key, body_hmac, answer, recorded_at)
        values (p_organisation, p_principal, p_key, p_body_hmac, p_answer, clock.now());
    end if;

    if cardinality(p_in_sources) > 0 then
        -- Existing rows are locked in key order, so that two replicas never wait for each other in a ring.
        perform from store.inbox_position known
            join unnest(p_in_sources, p_in_subjects) as heard (source, subject_id) using (source, subject_id)
            order by known.source, known.subject_id for update of known;
        update store.inbox_position known set position = heard.position
            from unnest(p_in_sources, p_in_subjects, p_in_positions) as heard (source, subject_id, position)
            where known.source = heard.source and known.subject_id = heard.subject_id
              and known.position = heard.position - 1;
        get diagnostics touched = row_count;
        insert into store.inbox_position (source, subject_id, position)
            select source, subject_id, position
            from unnest(p_in_sources, p_in_subjects, p_in_positions) as heard (source, subject_id, position)
            where position = 1 order by source, subject_id
            on conflict do nothing;
        get diagnostics begun = row_count;
        if touched + begun <> cardinality(p_in_sources) then
            raise exception 'an inbox position moved' using errcode = 'WV001';
        end if;
        delete from store.inbox_parked parked
            using unnest(p_in_sources, p_in_subjects, p_in_positions) as heard (source, subject_id, position)
            where parked.source = heard.source and parked.subject_id = heard.subject_id
              and parked.position <= heard.position;
        delete from store.inbox_attempt tried
            using unnest(p_in_sources, p_in_subjects, p_in_positions) as heard (source, subject_id, position)
            where tried.source = heard.source and tried.subject_id = heard.subject_id
              and tried.position <= heard.position;
    end if;

    -- Who may see these subjects stays as it is until commit, or changes here: held in key order, and at
    -- once as it will be needed, since nobody gets from a shared hold to an own one without waiting for others.
    if cardinality(p_access_subjects) > 0 then
        perform store.lock_access(
            p_access_subjects || case when bound and not p_subjects <@ p_access_subjects then p_subjects end);
    elsif bound then
        perform pg_advisory_xact_lock_shared(7709246531842);
        perform from store.subject_access a
            where a.subject_id = any (p_subjects) order by a.subject_id for share;
    end if;
    -- A subject without any grant yet is new: an aggregate may be begun there, and none gone on with.
    if bound and cardinality(p_ids) = 1 then
        denied := p_guarded[1]
            and not exists (select from store.reach r where r.subject_id = p_subjects[1])
            and (p_versions[1] > 1
                 or exists (select from store.subject_access a where a.subject_id = p_subjects[1]));
    elsif bound then
        denied := exists (
            select from unnest(p_ids, p_subjects, p_guarded) as e (id, subject_id, guarded)
            where e.guarded
              and not exists (select from store.reach r where r.subject_id = e.subject_id)
              and (exists (select from store.subject_access a where a.subject_id = e.subject_id)
                   or not exists (
                       select from unnest(p_ids, p_versions) as first (id, version)
                       where first.id = e.id and first.version = 1)));
    end if;
    if denied then
        raise exception 'no grant on this subject' using errcode = 'WV002';
    end if;

    if cardinality(p_out_ids) = 1 then
        insert into store.outbox_position as last (subject_id, position) values (p_out_subjects[1], 1)
            on conflict (subject_id) do update set position = last.position + 1
            returning position into last_position;
        insert into store.outbox (subject_id, position, event_id, bus_subject, payload, traceparent)
            values (p_out_subjects[1], last_position, p_out_ids[1], p_out_bus_subjects[1],
                    store.numbered(p_out_envelopes[1], last_position), p_out_traceparents[1]);
    elsif cardinality(p_out_ids) > 1 then
        with outgoing as (
            select subject_id, event_id, bus_subject, envelope, traceparent, ordinal,
                   row_number() over (partition by subject_id order by ordinal) as nth,
                   count(*) over (partition by subject_id) as many
            from unnest(p_out_subjects, p_out_ids, p_out_bus_subjects, p_out_envelopes, p_out_traceparents)
                with ordinality as o (subject_id, event_id, bus_subject, envelope, traceparent, ordinal)
        ), counted as (
            insert into store.outbox_position as last (subject_id, position)
            select subject_id, count(*) from outgoing group by subject_id order by subject_id
            on conflict (subject_id) do update set position = last.position + excluded.position
            returning subject_id, position
        )
        insert into store.outbox (subject_id, position, event_id, bus_subject, payload, traceparent)
        select o.subject_id, place.position, o.event_id, o.bus_subject,
               store.numbered(o.envelope, place.position), o.traceparent
        from outgoing o
        join counted c using (subject_id)
        cross join lateral (select c.position - o.many + o.nth as position) place
        order by o.ordinal;
    end if;

    if p_access_changes is not null then
        perform store.change_access(p_access_subjects, p_access_changes);
    end if;
    if p_access is not null then
        perform store.record_access(p_access);
    end if;

    if p_deadlines is not null then
        delete from store.deadline d
            using jsonb_to_recordset(p_deadlines -> 'disarm') as gone (kind text, key uuid)
            where d.kind = gone.kind and d.key = gone.key;
        insert into store.deadline (kind, key, subject_id, due_at, data)
        select kind, key, subject_id, due_at, coalesce(data, '{}')
        from jsonb_to_recordset(p_deadlines -> 'arm') as a (
            kind text, key uuid, subject_id uuid, due_at timestamptz, data jsonb)
        on conflict (kind, key) do update
            set due_at = excluded.due_at, data = excluded.data, attempts = 0, cause = null,
                not_before = '-infinity';
    end if;

    if p_snapshots is not null then
        insert into store.snapshot (originator_id, originator_version, topic, class_version, state)
        select originator_id, originator_version, topic, class_version, decode(state, 'base64')
        from jsonb_to_recordset(p_snapshots) as s (
            originator_id uuid, originator_version bigint, topic text, class_version integer, state text)
        on conflict do nothing;
    end if;

    if cardinality(p_ids) > 0 then
        -- Writers queue here until commit, so that notification ids become visible in their order:
        -- a reader that follows them never passes an event that appears later (promise P5).
        perform pg_advisory_xact_lock(7709246531841);
        notify waakvlam_saved;
    end if;
    if cardinality(p_ids) = 1 then
        insert into store.event
            (originator_id, originator_version, topic, class_version, state, subject_id, guarded, leaf)
        values (p_ids[1], p_versions[1], p_topics[1], p_class_versions[1], p_states[1], p_subjects[1],
                p_guarded[1],
                store.leaf_of(p_ids[1], p_versions[1], p_topics[1], p_class_versions[1], p_states[1]))
        returning notification_id into event_number;
        assigned := array[event_number];
    elsif cardinality(p_ids) > 1 then
        with appended as (
            insert into store.event
                (originator_id, originator_version, topic, class_version, state, subject_id, guarded, leaf)
            select id, version, topic, class_version, state, subject_id, guarded,
                   store.leaf_of(id, version, topic, class_version, state)
            from unnest(p_ids, p_versions, p_topics, p_class_versions, p_states, p_subjects, p_guarded)
                with ordinality
                as e (id, version, topic, class_version, state, subject_id, guarded, ordinal)
            order by ordinal
            returning notification_id
        )
        select array_agg(notification_id order by notification_id) into assigned from appended;
    end if;
    return coalesce(assigned, '{}');
end
$$;

-- One aggregate: its newest snapshot, if there is one, and the events after it, oldest first. Nothing of a
-- guarded one on whose subject the grantees hold no grant: just as if there were none, and by the same steps.
--   Raises WV003 when nobody said for whom this is.
create function store.load(
    p_id uuid, p_after bigint default 0, p_until bigint default null, p_grantees text[] default null
)
    returns table (originator_version bigint, topic text, class_version integer, state bytea, is_snapshot boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    base store.snapshot;
    whose uuid;
    is_guarded boolean;
begin
    if store.is_bound(p_grantees) then
        select e.subject_id, e.guarded into whose, is_guarded
        from store.event e where e.originator_id = p_id order by e.originator_version limit 1;
        if coalesce(is_guarded, true)
           and not exists (select from store.reach r where r.subject_id = coalesce(whose, p_id)) then
            return;
        end if;
    end if;
    if p_after = 0 then
        select * into base from store.snapshot s
        where s.originator_id = p_id and (p_until is null or s.originator_version <= p_until)
        order by s.originator_version desc limit 1;
        if found then
            originator_version := base.originator_version; topic := base.topic;
            class_version := base.class_version; state := base.state; is_snapshot := true;
            return next;
        end if;
    end if;
    return query
        select e.originator_version, e.topic, e.class_version, e.state, false
        from store.event e
        where e.originator_id = p_id
          and e.originator_version > greatest(p_after, coalesce(base.originator_version, 0))
          and (p_until is null or e.originator_version <= p_until)
        order by e.originator_version;
end
$$;

-- Was a command applied? Its answer, and the body's HMAC to compare with.
create function store.answered(p_organisation text, p_principal text, p_key text)
    returns table (body_hmac bytea, answer jsonb)
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select c.body_hmac, c.answer from store.command c
    where c.organisation = p_organisation and c.principal = p_principal and c.key = p_key
$$;

reset role;

revoke all on all functions in schema store from public;

-- Both roles: the doors, and what row security asks in its reader's name.
grant execute on function
    store.save, store.load, store.answered, store.look, store.few_in_reach, store.hold, store.record_access, store.look_up,
    store.count_try, store.grantees, store.says_for_whom
    to {{api}}, {{worker}};
grant select on store.reach to {{api}}, {{worker}};

-- The API reads events only through load(). The worker follows them, moves the outbox and the inbox.
grant select on
    store.event, store.snapshot, store.access_grant, store.access_bar, store.subject_access, store.access_record
    to {{worker}};
grant select, update (sent_at, sendings) on store.outbox to {{worker}};
grant select on store.outbox_position to {{worker}};
grant select, update on store.relay_lease to {{worker}};
grant select, insert, update on store.inbox_position to {{worker}};
grant select, insert, update, delete on store.inbox_parked, store.inbox_attempt to {{worker}};
grant select, insert, update on store.dead_letter to {{worker}};
grant select, update, delete on store.deadline to {{worker}};
grant select, update on views.tracking to {{worker}};
grant select on views.tracking to {{api}};
