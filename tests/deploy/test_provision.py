"""Provisioning makes what is missing, says what differs, changes none of that by itself, can be repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from deploy.addresses import Addresses
from deploy.folder import DataFolder
from deploy.parties import KEYRING, NAMES, SERVICES, STREAM
from deploy.provision.bus import consumer_wanted
from deploy.provision.everything import provision_everything
from deploy.provision.report import ProvisionRefused, Report
from deploy.servers import Servers
from deploy.stack import target_of


@dataclass
class Provisioned:
    """Servers of our own, provisioned once."""

    servers: Servers
    first: Report

    def again(self, *, fix: bool = False) -> Report:
        report = Report(fix=fix)
        provision_everything(target_of(self.servers), report)
        return report

    def admin(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        assert self.servers.postgres is not None
        with closing(psycopg.connect(self.servers.postgres.url(database), autocommit=True)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioned]:
    with DataFolder(tmp_path_factory.mktemp("provisioned") / "data") as folder:
        servers = Servers(folder, Addresses())
        servers.start()
        try:
            first = Report()
            provision_everything(target_of(servers), first)
            yield Provisioned(servers, first)
        finally:
            servers.stop()


def test_the_first_time_everything_is_made(provisioned: Provisioned) -> None:
    made = provisioned.first.made
    for name in NAMES:
        assert f"database {name} made" in made
        assert f"database {name}: migration 0001_clock_and_reference applied" in made
    assert "database keyring: migration 0001_keyring applied" in made
    assert f"stream {STREAM} made" in made
    assert "consumer casefile--matching made" in made
    assert provisioned.first.drift == []


def test_the_second_time_there_is_nothing_to_do(provisioned: Provisioned) -> None:
    assert provisioned.again().nothing_to_do


@pytest.mark.parametrize("name", [*NAMES, KEYRING])
def test_a_login_connects_to_its_own_database_only(provisioned: Provisioned, name: str) -> None:
    host, port = provisioned.servers.database_host
    roles = [f"{name}_api", f"{name}_worker"] if name != KEYRING else [f"{KEYRING}_service"]
    for role in roles:
        for database in (*NAMES, KEYRING, "postgres", "template1"):
            url = psycopg.conninfo.make_conninfo(
                host=host,
                port=port,
                user=role,
                password=provisioned.servers.role_password(role),
                dbname=database,
            )
            if database == name:
                psycopg.connect(url).close()
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(url)


def test_an_owner_never_signs_in_and_no_role_is_mighty(provisioned: Provisioned) -> None:
    rows = provisioned.admin(
        "select rolname from pg_roles where (rolsuper or rolcreatedb or rolcreaterole or rolreplication"
        " or rolbypassrls or (rolname like '%\\_owner' and rolcanlogin)) and rolname !~ '^(pg_|postgres$)'"
    )
    assert rows == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter role intake_api superuser", "role intake_api has super: True, should be False"),
        ("alter role intake_worker bypassrls", "role intake_worker has bypassrls: True, should be False"),
        ("alter role intake_owner login", "role intake_owner should not sign in"),
        ("alter role intake_api nologin", "role intake_api should sign in"),
        ("alter role intake_api password 'other'", "role intake_api does not accept its password"),
        ("alter database intake owner to casefile_owner", "database intake belongs to casefile_owner"),
        ("grant connect on database intake to public", "everyone may connect to database intake"),
        (
            "grant connect on database intake to casefile_api",
            "role casefile_api may connect to database intake",
        ),
        (
            "revoke connect on database intake from intake_api",
            "role intake_api may not connect to database intake",
        ),
    ],
)
def test_drift_in_the_database_is_told_and_put_right_only_when_asked(
    provisioned: Provisioned, change: str, told: str
) -> None:
    provisioned.admin(change)
    report = provisioned.again()
    assert any(line.startswith(told) for line in report.drift), report.drift
    assert report.made == []
    assert provisioned.again().drift == report.drift
    assert any(line.startswith(told) for line in provisioned.again(fix=True).fixed)
    assert provisioned.again().nothing_to_do


def test_drift_of_the_stream_is_told_and_put_right_only_when_asked(provisioned: Provisioned) -> None:
    async def loosen() -> None:
        client = await provisioned.servers.bus_admin.connect()
        jetstream = client.jetstream()
        config = (await jetstream.stream_info(STREAM)).config
        config.max_age, config.max_bytes = 3600.0, 1024**2
        await jetstream.update_stream(config)
        await client.close()

    asyncio.run(loosen())
    expected = [
        f"stream {STREAM} has max_age: 3600.0, should be 1209600.0",
        f"stream {STREAM} has max_bytes: 1048576, should be 2147483648",
    ]
    assert provisioned.again().drift == expected
    assert provisioned.again(fix=True).fixed == expected
    assert provisioned.again().nothing_to_do


def test_drift_of_consumers_is_told_and_put_right_only_when_asked(provisioned: Provisioned) -> None:
    async def meddle() -> None:
        client = await provisioned.servers.bus_admin.connect()
        jetstream = client.jetstream()
        config = consumer_wanted(SERVICES[0], "casefile")
        config.max_deliver, config.ack_wait = 5, 1.0
        await jetstream.add_consumer(STREAM, config)
        config = consumer_wanted(SERVICES[1], "intake")
        config.name = config.durable_name = "stranger"
        await jetstream.add_consumer(STREAM, config)
        await jetstream.delete_consumer(STREAM, "casefile--matching")
        await client.close()

    asyncio.run(meddle())
    report = provisioned.again()
    assert report.made == ["consumer casefile--matching made"]
    assert sorted(report.drift) == [
        "consumer intake--casefile has ack_wait: 1.0, should be 30.0",
        "consumer intake--casefile has max_deliver: 5, should be -1",
        f"consumer stranger is on stream {STREAM} and belongs to no service",
    ]
    assert sorted(provisioned.again(fix=True).fixed) == sorted(report.drift)


def test_a_changed_migration_is_refused_and_says_which(provisioned: Provisioned) -> None:
    [(kept,)] = provisioned.admin("select sha256 from store.migration where number = 2", "matching")
    provisioned.admin("update store.migration set sha256 = 'x' where number = 2", "matching")
    try:
        with pytest.raises(
            ProvisionRefused, match=r"migration 0002_\w+ was applied to database matching and has"
        ):
            provisioned.again()
    finally:
        provisioned.admin(f"update store.migration set sha256 = '{kept}' where number = 2", "matching")


def test_a_migration_of_a_newer_version_is_refused(provisioned: Provisioned) -> None:
    provisioned.admin(
        "insert into store.migration (number, name, sha256) values (999, 'later', 'x')", "intake"
    )
    try:
        with pytest.raises(ProvisionRefused, match="0999_later, which this version does not know"):
            provisioned.again()
    finally:
        provisioned.admin("delete from store.migration where number = 999", "intake")


def test_servers_that_are_away_are_said_in_one_line(provisioned: Provisioned, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as folder:
        away = Servers(
            folder,
            Addresses(postgres_url="postgresql://a:b@127.0.0.1:1/postgres", nats_url="nats://127.0.0.1:1"),
        )
        with pytest.raises(ProvisionRefused, match="PostgreSQL cannot be reached") as refused:
            provision_everything(target_of(away), Report())
        assert "a:b" not in str(refused.value)
        assert provisioned.servers.postgres is not None
        half = Servers(
            folder, Addresses(postgres_url=provisioned.servers.postgres.url(), nats_url="nats://127.0.0.1:1")
        )
        with pytest.raises(ProvisionRefused, match="bus cannot be reached"):
            asyncio.run(half.bus_admin.connect())
