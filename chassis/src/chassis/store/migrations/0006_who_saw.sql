-- Who saw this person's data? Answered to the person, to who represents them, and to who reviews their cases.

set local role {{owner}};

-- Everything that is about a person: their own name, and whatever is or was their own.
create function store.subjects_of(p_person uuid) returns uuid[]
    language sql stable
as $$
    select array(
        select p_person
        union
        select g.subject_id from store.access_grant g
        where g.grantee = 'person:' || p_person::text and g.kind = 'own' order by 1)
$$;

-- Hold all that is about a person, and tell what these grantees may see of it: hold() by person.
create function store.hold_person(p_grantees text[], p_person uuid)
    returns table (
        subject_id uuid, part_id uuid, grantee text, kind text, consent_id uuid, categories text[],
        valid_until timestamptz, grant_id uuid)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select h.subject_id, h.part_id, h.grantee, h.kind, h.consent_id, h.categories, h.valid_until, h.grant_id
        from store.hold(p_grantees, store.subjects_of(p_person)) h;
end
$$;

-- The records about a person, the newest first; in a transaction that said for whom. The person gets all of
-- them, others those of subjects that they hold as representative or to review.
create function store.accesses_of(
    p_person uuid, p_before timestamptz, p_before_id uuid, p_limit integer
) returns table (recorded_at timestamptz, id uuid, entry text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    is_own boolean := ('person:' || p_person::text) = any (store.grantees());
    in_reach uuid[] := array(
        select r.subject_id from store.reach r
        where r.subject_id = any (store.subjects_of(p_person)) and r.kind in ('own', 'audit'));
begin
    return query
        select a.recorded_at, a.id, a.entry from store.access_record a
        where (a.subjects && in_reach or (is_own and a.persons @> array[p_person]))
          and (p_before is null or (a.recorded_at, a.id) < (p_before, p_before_id))
        order by a.recorded_at desc, a.id desc limit p_limit;
end
$$;

reset role;

revoke all on function store.subjects_of, store.hold_person, store.accesses_of from public;
grant execute on function store.hold_person, store.accesses_of to {{api}}, {{worker}};
