-- The clock that every statement asks, and the configuration that every service may read.

create schema if not exists clock authorization {{owner}};
create schema if not exists store authorization {{owner}};
create schema if not exists reference authorization {{owner}};
create schema if not exists views authorization {{owner}};

grant usage on schema clock, reference, views to {{api}}, {{worker}};
grant usage on schema store to {{api}}, {{worker}};

set local role {{owner}};

-- A demo or a test may move its clock; a database that was not made for that cannot: the check refuses.
create table clock.adjustment (
    only_row boolean primary key default true check (only_row),
    adjustable boolean not null default false,
    shift interval not null default '0',
    check (adjustable or shift = interval '0')
);
insert into clock.adjustment default values;

create function clock.now() returns timestamptz
    language sql stable security definer set search_path = pg_catalog, pg_temp
    return (select pg_catalog.now() + shift from clock.adjustment);

create table reference.network_version (
    network text not null,
    version integer not null check (version > 0),
    valid_from timestamptz not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    body jsonb not null,
    primary key (network, version)
);
grant select on reference.network_version to {{api}}, {{worker}};
grant execute on function clock.now() to {{api}}, {{worker}};
revoke all on function clock.now() from public;

reset role;
