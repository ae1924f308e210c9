-- Events, snapshots, idempotent commands, outbox, inbox, deadlines: what one save() may touch.

set local role {{owner}};

create table store.event (
    notification_id bigint generated always as identity unique,
    originator_id uuid not null,
    originator_version bigint not null check (originator_version > 0),
    topic text not null,
    class_version integer not null check (class_version > 0),
    state bytea not null,
    subject_id uuid not null,
    -- Whether only who holds a grant on the subject may load and change it.
    guarded boolean not null,
    -- RFC 9162 §2.1 leaf hash over a canonical entry without any number that the database assigned.
    leaf bytea not null,
    -- Which transaction wrote it: the sequencer takes leaves below the snapshot's horizon only.
    written_by xid8 not null default pg_current_xact_id(),
    primary key (originator_id, originator_version)
);
create index event_subject on store.event (subject_id);

create table store.snapshot (
    originator_id uuid not null,
    originator_version bigint not null,
    topic text not null,
    class_version integer not null,
    state bytea not null,
    primary key (originator_id, originator_version)
);

-- One row per command that was applied. A refusal leaves none.
create table store.command (
    organisation text not null,
    principal text not null,
    key text not null,
    body_hmac bytea not null,
    answer jsonb not null,
    recorded_at timestamptz not null,
    primary key (organisation, principal, key)
);

-- Position counts per subject without gaps; the row lock makes commit order position order.
create table store.outbox_position (
    subject_id uuid primary key,
    position bigint not null
);

create table store.outbox (
    id bigint generated always as identity primary key,
    subject_id uuid not null,
    position bigint not null,
    event_id uuid not null unique,
    bus_subject text not null,
    payload bytea not null,
    traceparent text,
    saved_at timestamptz not null default now(),
    sent_at timestamptz,
    sendings integer not null default 0,
    unique (subject_id, position)
);
create index outbox_unsent on store.outbox (id) where sent_at is null;

create table store.relay_lease (
    only_row boolean primary key default true check (only_row),
    holder uuid,
    until timestamptz not null default '-infinity'
);
insert into store.relay_lease default values;

create table store.inbox_position (
    source text not null,
    subject_id uuid not null,
    position bigint not null check (position > 0),
    primary key (source, subject_id)
);

create table store.inbox_parked (
    source text not null,
    subject_id uuid not null,
    position bigint not null,
    payload bytea not null,
    parked_at timestamptz not null default now(),
    asked_at timestamptz,
    primary key (source, subject_id, position)
);

create table store.inbox_attempt (
    source text not null,
    subject_id uuid not null,
    position bigint not null,
    attempts integer not null,
    cause text not null,
    last_at timestamptz not null default now(),
    primary key (source, subject_id, position)
);

create table store.dead_letter (
    id uuid primary key,
    source text not null,
    subject_id uuid,
    position bigint,
    event_type text,
    payload bytea not null,
    cause text not null,
    attempts integer not null,
    died_at timestamptz not null default now(),
    state text not null default 'waiting' check (state in ('waiting', 'retried', 'discarded')),
    decided_at timestamptz,
    decided_why text
);
create unique index dead_letter_waiting on store.dead_letter (source, subject_id, position)
    where state = 'waiting' and subject_id is not null;

create table store.deadline (
    kind text not null,
    key uuid not null,
    subject_id uuid not null,
    due_at timestamptz not null,
    data jsonb not null default '{}',
    attempts integer not null default 0,
    cause text,
    not_before timestamptz not null default '-infinity',
    primary key (kind, key)
);
create index deadline_due on store.deadline (due_at);

-- Views: which table answers for a view, and how far it was read.
create table views.tracking (
    view text not null,
    definition text not null,
    table_name text not null,
    position bigint not null default 0,
    primary key (view, definition)
);

reset role;
