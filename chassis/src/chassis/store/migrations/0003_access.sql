-- Who may see what, what leads where, who saw what, and how often somebody tried.

set local role {{owner}};

-- A grant is ended, never removed. `over` says that it was ended: no clock can make it valid again, also not
-- for a reader whose transaction began before the end (promise P18). `valid_until` is a term, or when it was.
create table store.access_grant (
    grant_id uuid primary key,
    subject_id uuid not null,
    part_id uuid,
    grantee text not null,
    kind text not null check (kind in ('participation', 'consent', 'break_glass', 'audit', 'own')),
    consent_id uuid,
    -- Codes of data categories; '*' is all of them.
    categories text[] not null check (cardinality(categories) > 0),
    valid_from timestamptz not null,
    valid_until timestamptz,
    over boolean not null
);
create index access_grant_subject on store.access_grant (subject_id, grantee);
create index access_grant_grantee on store.access_grant (grantee, subject_id) where not over;

-- Counts the changes of who may see a subject. A read holds the row FOR SHARE, a change updates it.
create table store.subject_access (
    subject_id uuid primary key,
    revision bigint not null default 1
);

-- Their own file, or a relative's: nothing of it, whatever grants there are.
create table store.access_bar (
    subject_id uuid not null,
    grantee text not null,
    cause text not null,
    since timestamptz not null,
    over boolean not null,
    primary key (subject_id, grantee, cause)
);
create index access_bar_grantee on store.access_bar (grantee) where not over;

-- Where a secret code leads; the code itself is known to who holds it only.
create table store.lookup (
    kind text not null,
    digest bytea not null,
    subject_id uuid not null,
    originator_id uuid not null,
    valid_until timestamptz,
    over boolean not null,
    primary key (kind, digest)
);

-- One row per answer (promise P11), in the transaction that read or changed. `entry` is what was recorded,
-- word for word; the columns are its copies, to search by.
create table store.access_record (
    number bigint generated always as identity unique,
    id uuid primary key,
    entry text not null,
    who text not null,
    role text not null,
    organisation text not null,
    action text not null,
    kind text not null check (kind in ('C', 'R', 'U', 'D', 'E', 'S', 'X')),
    activity text not null,
    recorded_at timestamptz not null,
    subjects uuid[] not null,
    persons uuid[] not null,
    decision text not null,
    trace_id text not null,
    span_id text not null,
    status text not null,
    -- RFC 9162 §2.1 leaf hash over the entry's bytes.
    leaf bytea not null,
    written_by xid8 not null default pg_current_xact_id()
);
create index access_record_subjects on store.access_record using gin (subjects);
create index access_record_persons on store.access_record using gin (persons);
create index access_record_recorded_at on store.access_record (recorded_at);

-- Tries of one bucket (an HMAC) within its present window.
create table store.try (
    bucket text primary key,
    tries integer not null,
    until timestamptz not null
);
create index try_until on store.try (until);

reset role;
