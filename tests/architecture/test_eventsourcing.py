"""The event-sourcing library's behaviour that our store replaces or leans on.

What the chassis does instead is in tests/chassis/test_store.py: a newer version is refused
(`test_what_cannot_be_read_is_loud`), a lost commit reply is read back
(`test_a_lost_commit_reply_is_read_back_by_key`), no event is passed
(`test_a_reader_never_passes_an_event_that_appears_later`); and that our listener listens again in
tests/faults/test_hints_and_consumers.py.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

import psycopg
import pytest
from eventsourcing import domain
from eventsourcing.application import Application, project_aggregate
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    ProgrammingError,
    StoredEvent,
    UUIDAsHex,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import get_topic
from psycopg import sql
from tests.architecture.sources import ROOT, SERVICES, modules
from tests.support.stack import PostgresForTests

from chassis.store import mapper as ours
from chassis.store.errors import UnknownVersion
from chassis.store.pools import conninfo


class Nameless(domain.Aggregate):
    """Without a topic."""


class Named(domain.Aggregate):
    """With a topic."""

    TOPIC = "pinned:Named"

    class Created(domain.Aggregate.Created):
        """Its begin."""

        TOPIC = "pinned:Named.Created"


def test_without_a_topic_the_modules_path_is_stored() -> None:
    """Moving the file would make its events unreadable; ours all have one (test_topics.py)."""
    assert get_topic(Nameless) == f"{__name__}:Nameless"
    assert get_topic(Named) == "pinned:Named"
    assert get_topic(Named.Created) == "pinned:Named.Created"


class Strict(domain.Aggregate):
    """Decides where it evolves, as ours never do."""

    allowed: ClassVar[int] = 2

    def __init__(self) -> None:
        self.count = 0

    @domain.event("Counted")
    def counted(self) -> None:
        """One more, if that is still allowed."""
        if self.count >= self.allowed:
            raise ValueError("no more")
        self.count += 1


def test_a_rule_in_an_event_method_is_asked_again_at_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that was tightened since makes a valid history unreadable: decide in the public method."""
    strict = Strict()
    strict.counted()
    strict.counted()
    history = strict.collect_events()
    monkeypatch.setattr(Strict, "allowed", 1)
    with pytest.raises(ValueError, match="no more"):
        project_aggregate(None, history)


class Doubled(domain.Aggregate):
    """Two evolve methods of one name."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    class First(domain.Aggregate.Event):
        """The one that is forgotten."""

    class Second(domain.Aggregate.Event):
        """The one that is left."""

    @domain.event(First)
    def _(self) -> None:
        self.seen.append("first")

    @domain.event(Second)
    def _(self) -> None:
        self.seen.append("second")


def test_two_methods_of_one_name_replace_each_other_without_a_word() -> None:
    doubled = Doubled()
    doubled.trigger_event(Doubled.First)
    doubled.trigger_event(Doubled.Second)
    assert doubled.seen == ["second"]


def test_no_class_of_ours_has_two_methods_of_one_name() -> None:
    doubled = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules("chassis", *SERVICES)
        for owner in ast.walk(module.tree)
        if isinstance(owner, ast.ClassDef)
        for names in [[one.name for one in owner.body if isinstance(one, ast.FunctionDef)]]
        for node in owner.body
        if isinstance(node, ast.FunctionDef)
        and (node.name == "_" or (names.count(node.name) > 1 and not node.decorator_list))
    ]
    assert doubled == []


class Old(domain.Aggregate):
    """As an older program knows it."""

    TOPIC = "pinned:Old"

    class Created(domain.Aggregate.Created):
        """Its begin."""

        TOPIC = "pinned:Old.Created"

    class Written(domain.Aggregate.Event):
        """Version 1 of a fact; a newer program calls `text` `words`."""

        TOPIC = "pinned:Old.Written"
        text: str

    def __init__(self) -> None:
        self.text = ""

    @domain.event(Written)
    def write(self, text: str) -> None:
        """Write it."""
        self.text = text


def test_the_librarys_mapper_takes_an_event_of_a_newer_version_as_it_is() -> None:
    """An older process reads it without its field and goes on; ours refuses."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    mapper: Mapper[UUID] = Mapper(transcoder)
    old = Old()
    old.write(text="x")
    event = old.collect_events()[-1]
    stored = mapper.to_stored_event(event)
    newer = stored.state.replace(b'"text"', b'"words"').replace(b"{", b'{"class_version":2,', 1)
    read: Any = mapper.to_domain_event(
        StoredEvent(stored.originator_id, stored.originator_version, stored.topic, newer)
    )
    assert not hasattr(read, "text")
    with pytest.raises(UnknownVersion):
        ours.to_event(ours.StoredEvent(event.originator_id, 2, "pinned:Old.Written", 2, newer))


@pytest.fixture
def environment(postgres: PostgresForTests) -> dict[str, str]:
    """The library's own settings for an empty database."""
    where = psycopg.conninfo.conninfo_to_dict(postgres.database())
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_PORT": str(where["port"]),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": str(where["password"]),
    }


def connected(environment: dict[str, str]) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=environment["POSTGRES_HOST"],
        port=environment["POSTGRES_PORT"],
        dbname=environment["POSTGRES_DBNAME"],
        user=environment["POSTGRES_USER"],
        password=environment["POSTGRES_PASSWORD"],
        autocommit=True,
    )


@pytest.mark.parametrize(("setting", "made"), [({}, 1), ({"CREATE_TABLE": "n"}, 0)])
def test_an_application_makes_tables_when_it_is_built(
    environment: dict[str, str], setting: dict[str, str], made: int
) -> None:
    """By default; of four that start at once two died. Ours are made by `provision`."""
    Application[UUID](env={**environment, **setting}).close()
    with connected(environment) as conn:
        count = "select count(*) from pg_tables where schemaname = 'public'"
        assert conn.execute(count).fetchone() == (made,)


@pytest.fixture
def appender(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """A role that may add events and read them, and nothing else."""
    Application[UUID](env=environment).close()
    with connected(environment) as conn:
        row = conn.execute("select 'pin_' || substr(md5(current_database()), 1, 8)").fetchone()
        assert row is not None
        role = sql.Identifier(row[0])
        conn.execute(sql.SQL("create role {} login password 'pinned'").format(role))
        conn.execute(sql.SQL("grant select, insert on all tables in schema public to {}").format(role))
        conn.execute(sql.SQL("grant usage on all sequences in schema public to {}").format(role))
        yield {
            **environment, "POSTGRES_USER": str(row[0]), "POSTGRES_PASSWORD": "pinned", "CREATE_TABLE": "n"
        }  # fmt: skip
        conn.execute(sql.SQL("drop owned by {}").format(role))
        conn.execute(sql.SQL("drop role {}").format(role))


def test_the_default_lock_needs_more_than_adding_and_reading(appender: dict[str, str]) -> None:
    """Ours is taken inside `store.save()`, which an API role may only execute."""
    with Application[UUID](env=appender) as application:
        with pytest.raises(ProgrammingError, match="permission denied"):
            application.save(Nameless())


def test_the_librarys_function_takes_no_lock_and_nobody_here_asks_for_it(environment: dict[str, str]) -> None:
    """`POSTGRES_ENABLE_DB_FUNCTIONS`: a tailing reader missed 7 of 3,600 events."""
    with Application[UUID](env=environment) as application:
        recorder = application.recorder
        assert isinstance(recorder, PostgresApplicationRecorder)
        assert "LOCK TABLE" not in recorder.sql_create_pg_function_insert_events.as_string()
    naming = [
        path
        for folder in ("chassis", "services", "deploy")
        for path in (ROOT / folder).rglob("*.py")
        if "ENABLE_DB_FUNCTIONS" in path.read_text(encoding="utf-8")
    ]
    assert naming == []


def test_the_library_waits_for_ever_and_asks_no_connection_whether_it_lives() -> None:
    """Ours has limits, and a connection that rested is pinged (chassis.store.pools)."""
    defaults = inspect.signature(PostgresDatastore.__init__).parameters
    assert defaults["lock_timeout"].default == 0
    assert defaults["pre_ping"].default is False
    text = conninfo(host="h", port=1, database="d", user="u", password="p", name="n")
    for limit in ("statement_timeout=30s", "lock_timeout=5s", "idle_in_transaction_session_timeout=30s"):
        assert limit in text


def test_a_terminated_listen_ends_the_librarys_subscription_for_good(environment: dict[str, str]) -> None:
    """Ours listens again, and looks once a second anyway."""
    with Application[UUID](env=environment) as application:
        application.save(Nameless())
        with application.recorder.subscribe(gt=0) as subscription:
            assert next(subscription).originator_version == 1
            with connected(environment) as conn:
                terminated = (
                    "select count(*) from pg_stat_activity where query like 'LISTEN%%'"
                    " and datname = current_database() and pg_terminate_backend(pid)"
                )
                while conn.execute(terminated).fetchone() == (0,):
                    pass
            with pytest.raises(Exception, match=r"terminat|closed"):
                next(subscription)
