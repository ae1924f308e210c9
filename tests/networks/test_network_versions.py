"""What services read: each changed configuration is one more version, in a table that only grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.support.clock import START, later
from tests.support.examples.networks import a_network, with_change

from contracts.network import Network
from deploy.networks import append

if TYPE_CHECKING:
    from tests.support.stack import ServiceDatabase

VERSIONS = (
    "select version, valid_from, sha256, body from reference.network_version where network = %s order by 1"
)


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("matching")


@pytest.fixture
def connection(database: ServiceDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database.url("admin"), autocommit=True) as opened:
        yield opened


def test_first_version_is_stored_as_it_is(connection: psycopg.Connection, tmp_path: Path) -> None:
    network = a_network(tmp_path)
    assert append(connection, network, START) == 1
    [(version, valid_from, sha256, body)] = connection.execute(VERSIONS, ["polder"]).fetchall()
    assert (version, valid_from, sha256) == (1, START, network.sha256())
    assert Network.model_validate(body) == network


def test_same_configuration_makes_no_second_version(connection: psycopg.Connection, tmp_path: Path) -> None:
    network = a_network(tmp_path)
    assert [append(connection, network, later(days=day)) for day in range(3)] == [1, 1, 1]
    assert len(connection.execute(VERSIONS, ["polder"]).fetchall()) == 1


def test_change_and_change_back_are_two_more_versions(connection: psycopg.Connection, tmp_path: Path) -> None:
    """History is kept: what held in between was really in force."""
    before = a_network(tmp_path)
    changed = a_network(tmp_path, with_change("PT15M", "PT30M"))
    assert [append(connection, each, START) for each in (before, changed, before)] == [1, 2, 3]
    rows = connection.execute(VERSIONS, ["polder"]).fetchall()
    assert [row[2] for row in rows] == [before.sha256(), changed.sha256(), before.sha256()]


def test_networks_count_their_own_versions(connection: psycopg.Connection, tmp_path: Path) -> None:
    one = a_network(tmp_path)
    other = one.model_copy(update={"id": "delta"})
    assert [append(connection, each, START) for each in (one, other)] == [1, 1]


def test_two_at_the_same_time_make_one_version(database: ServiceDatabase, tmp_path: Path) -> None:
    network = a_network(tmp_path)

    def once(_: int) -> int:
        with psycopg.connect(database.url("admin"), autocommit=True) as own:
            return append(own, network, START)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(once, range(16))) == {1}


def test_broken_off_provisioning_leaves_nothing(connection: psycopg.Connection, tmp_path: Path) -> None:
    with connection.transaction() as whole:
        append(connection, a_network(tmp_path), START)
        raise psycopg.Rollback(whole)
    assert connection.execute(VERSIONS, ["polder"]).fetchall() == []


@pytest.mark.parametrize("role", ["api", "worker"])
def test_services_read_versions_and_cannot_write_them(
    database: ServiceDatabase, connection: psycopg.Connection, tmp_path: Path, role: str
) -> None:
    """P19."""
    append(connection, a_network(tmp_path), START)
    with psycopg.connect(database.url("api" if role == "api" else "worker"), autocommit=True) as service:
        assert len(service.execute(VERSIONS, ["polder"]).fetchall()) == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("delete from reference.network_version")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append(service, a_network(tmp_path, with_change("PT15M", "PT30M")), START)
