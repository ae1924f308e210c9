-- What is told to partner organisations: how far the events were looked at, what was cleared, what was sent.

set local role {{owner}};

-- One feed is active by its lease. `looked_at`: every event up to here was looked at.
create table store.sharing (
    only_row boolean primary key default true check (only_row),
    looked_at bigint not null default 0,
    holder uuid,
    until timestamptz not null default '-infinity'
);
insert into store.sharing default values;

-- Up to which position the messages about a subject were looked at, and at which state of who may see it.
create table store.shared_position (
    subject_id uuid primary key,
    position bigint not null,
    revision bigint not null default 0
);

-- One row per message and organisation, whatever happens: nothing is told twice. `parts`: those that were
-- recorded as shared (empty: the whole). It waits until it is sent; when the ground is gone before, it stops;
-- when it goes later, what still stands in the organisation's stream (`kept_in`, `kept_at`) is recalled.
create table store.shared (
    id bigint generated always as identity primary key,
    organisation text not null,
    event_id uuid not null,
    subject_id uuid not null,
    position bigint not null,
    parts uuid[] not null,
    cleared_at timestamptz not null default now(),
    state text not null default 'waiting'
        check (state in ('waiting', 'sent', 'stopped', 'recalling', 'recalled')),
    told_as bigint,
    kept_in text,
    kept_at bigint,
    unique (organisation, event_id)
);
create index shared_waiting on store.shared (organisation, id) where state = 'waiting';
create index shared_sent on store.shared (subject_id) where state = 'sent';
create index shared_recalling on store.shared (id) where state = 'recalling';

-- The place of a message among those that one organisation was sent of a subject: without gaps, so that it
-- does not tell how much was kept back.
create table store.told (
    organisation text not null,
    subject_id uuid not null,
    position bigint not null,
    primary key (organisation, subject_id)
);

reset role;

grant select, update on store.sharing to {{worker}};
grant select, insert, update on store.shared_position, store.told to {{worker}};
grant select, insert, update (state, told_as, kept_in, kept_at) on store.shared to {{worker}};
