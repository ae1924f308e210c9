"""Another key-encrypting key: nothing that was stored changes, and everybody goes on reading meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.support.ids import an_id
from tests.support.stack import ServiceDatabase

from chassis import rewrapping
from chassis.data_keys import DataKey
from chassis.key_wrapping import FileWrapping, KekUnknown, Wrapped, kek_line
from chassis.keyring import KeyRing
from chassis.rewrapping import AnotherRotation, Rewrapping, StillInUse, next_id
from chassis.sealing import Sealed, Sealer
from chassis.store.errors import Unavailable
from chassis.store.pools import open_pool

OLD, NEW = kek_line("kek-1", bytes(32)), kek_line("kek-2", bytes(range(32)))
MANY = 25


class Killed(BaseException):
    """The process is gone."""


class Ring:
    """A key ring, the file with its keys, services that read it, and who may wrap again."""

    def __init__(self, database: ServiceDatabase, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.file = self.write("kek", OLD)
        self._rings: list[KeyRing] = []

    def write(self, name: str, *lines: str) -> Path:
        """A file whole or not at all, as an orchestrator or the command replaces it."""
        path = self.folder / name
        draft = self.folder / f".{name}"
        draft.write_text("\n".join(lines) + "\n")
        draft.replace(path)
        return path

    def service(self, file: Path | None = None) -> Sealer:
        """A service; the shared file unless it has another one."""
        dsn = make_conninfo(
            self.database.url("admin"), user="keyring_service", password=self.database.password
        )
        ring = KeyRing(open_pool(dsn, size=2), FileWrapping(file or self.file))
        self._rings.append(ring)
        return Sealer(ring)

    def forget(self) -> None:
        """The time passes that services remember keys."""
        for ring in self._rings:
            ring._remembered.forget_all()

    def rotate(self, progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
        """Wrap all again by the first key of the file."""
        with self.owner() as owner, Rewrapping(owner, FileWrapping(self.file)) as work:
            return work.run(progress)

    def owner(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self.database.url("admin"), autocommit=True)
        connection.execute("set role keyring_owner")
        return connection

    def wrapped_by(self) -> dict[str, int]:
        with self.owner() as owner:
            return Rewrapping(owner, FileWrapping(self.file)).wrapped_by()

    def close(self) -> None:
        for ring in self._rings:
            ring.close()


@pytest.fixture
def ring(service_database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[Ring]:
    found = Ring(service_database("keyring"), tmp_path)
    yield found
    found.close()


def seal_many(sealer: Sealer, many: int = MANY) -> list[Sealed]:
    return [
        sealer.seal(an_id("person", n), "resident", "name", f"naam {n}", an_id("value", n))
        for n in range(many)
    ]


def texts(many: int = MANY) -> list[str | None]:
    return [f"naam {n}" for n in range(many)]


def test_every_data_key_is_wrapped_again_and_nothing_else_changes(ring: Ring) -> None:
    sealer = ring.service()
    sealed = seal_many(sealer)
    before = [value.model_dump_json() for value in sealed]
    ring.write("kek", NEW, OLD)
    seen: list[tuple[int, int]] = []

    assert ring.rotate(lambda done, all_: seen.append((done, all_))) == MANY

    assert ring.wrapped_by() == {"kek-2": MANY}
    assert seen[-1] == (MANY, MANY)
    ring.write("kek", NEW)
    ring.forget()
    assert sealer.open_many(sealed) == texts()
    assert ring.service().open_many(sealed) == texts()
    assert [value.model_dump_json() for value in sealed] == before
    assert ring.rotate() == 0, "again: nothing to do"


def test_services_read_and_seal_all_the_while(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reading fails at any moment, also with every key forgotten between two readings."""
    monkeypatch.setattr(rewrapping, "BATCH", 1)
    sealer = ring.service()
    sealed = seal_many(sealer)
    over, wrong = Event(), []

    def work() -> None:
        number = MANY
        while not over.is_set():
            ring.forget()
            if sealer.open_many(sealed) != texts():
                wrong.append("text")
            sealer.seal(an_id("person", number), "carer", "name", "x", an_id("value", number))
            number += 1

    worker = Thread(target=work)
    worker.start()
    try:
        ring.write("kek", NEW, OLD)
        ring.rotate()
    finally:
        over.set()
        worker.join()
    assert wrong == []
    assert set(ring.wrapped_by()) == {"kek-2"}


def test_a_rotation_that_was_killed_goes_on_where_it_was(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrapping, "BATCH", 7)
    sealer = ring.service()
    sealed = seal_many(sealer)
    ring.write("kek", NEW, OLD)

    def die(done: int, _all: int) -> None:
        if done >= 14:
            raise Killed

    with pytest.raises(Killed):
        ring.rotate(die)
    assert ring.wrapped_by() == {"kek-1": MANY - 14, "kek-2": 14}
    ring.forget()
    assert sealer.open_many(sealed) == texts()
    assert ring.rotate() == MANY - 14
    ring.forget()
    assert sealer.open_many(sealed) == texts()


def test_a_service_with_the_old_file_waits_and_loses_nothing(ring: Ring) -> None:
    """On another machine the new file comes later: until then it is unavailable, never wrong."""
    elsewhere = ring.write("kek-elsewhere", OLD)
    behind = ring.service(elsewhere)
    sealed = seal_many(ring.service())
    ring.write("kek", NEW, OLD)
    ring.rotate()

    with pytest.raises(Unavailable, match="key-encrypting key is not in the file"):
        behind.open_many(sealed)

    ring.write("kek-elsewhere", NEW, OLD)
    assert behind.open_many(sealed) == texts(), "without a restart"


def test_a_key_made_by_a_service_with_the_old_file_is_found_by_the_next_rotation(ring: Ring) -> None:
    behind = ring.service(ring.write("kek-elsewhere", OLD))
    ring.write("kek", NEW, OLD)
    ring.rotate()
    late = seal_many(behind, 1)

    with ring.owner() as owner, pytest.raises(StillInUse, match="still wraps 1 data keys"):
        Rewrapping(owner, FileWrapping(ring.file)).retire("kek-1")
    assert ring.rotate() == 1
    assert ring.service().open_many(late) == texts(1)


def test_nothing_new_is_wrapped_by_a_retired_key(ring: Ring) -> None:
    """Else its line would be thrown away while somebody's data key needs it."""
    behind = ring.service(ring.write("kek-elsewhere", OLD))
    sealed = seal_many(ring.service())
    ring.write("kek", NEW, OLD)
    ring.rotate()
    with ring.owner() as owner:
        work = Rewrapping(owner, FileWrapping(ring.file))
        work.retire("kek-1")
        work.retire("kek-1")
        assert work.retired() == {"kek-1"}

    with pytest.raises(Unavailable, match="was retired"):
        behind.seal(an_id("somebody new"), "resident", "name", "x", an_id("value"))
    ring.write("kek", NEW)
    ring.write("kek-elsewhere", NEW)
    behind.seal(an_id("somebody new"), "resident", "name", "x", an_id("value"))
    assert behind.open_many(sealed) == texts()


def test_the_present_key_is_not_retired(ring: Ring) -> None:
    with ring.owner() as owner, pytest.raises(StillInUse, match="wraps new data keys"):
        Rewrapping(owner, FileWrapping(ring.file)).retire("kek-1")


def test_retiring_waits_for_a_key_that_is_being_made(ring: Ring) -> None:
    """The race: a data key under the old key is inserted and not committed yet when it is retired."""
    ring.write("kek", NEW, OLD)
    with psycopg.connect(ring.database.url("admin")) as making, ring.owner() as owner:
        making.execute(
            "select * from keyring.get_or_create_key(gen_random_uuid(), gen_random_uuid(), 'carer',"
            " 'kek-1', 'x')"
        )
        owner.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            Rewrapping(owner, FileWrapping(ring.file)).retire("kek-1")
        making.commit()
        with pytest.raises(StillInUse):
            Rewrapping(owner, FileWrapping(ring.file)).retire("kek-1")


def test_a_destroyed_key_stays_destroyed(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was read to be wrapped again, and destroyed before it was written."""
    sealer = ring.service()
    sealed = seal_many(sealer, 2)
    ring.write("kek", NEW, OLD)
    unwrap = FileWrapping.unwrap

    def destroyed_meanwhile(self: FileWrapping, wrapped: Wrapped, about: bytes) -> bytes:
        with ring.owner() as owner:
            owner.execute("select keyring.destroy_key(%s, 'resident')", (sealed[0].person,))
        return unwrap(self, wrapped, about)

    monkeypatch.setattr(FileWrapping, "unwrap", destroyed_meanwhile)
    ring.rotate()
    monkeypatch.undo()
    ring.forget()
    assert sealer.open_many(sealed) == [None, "naam 1"]
    assert ring.wrapped_by() == {"kek-2": 1}


def test_only_one_rotation_at_a_time(ring: Ring) -> None:
    with ring.owner() as one, ring.owner() as other, Rewrapping(one, FileWrapping(ring.file)):
        with pytest.raises(AnotherRotation):
            Rewrapping(other, FileWrapping(ring.file)).__enter__()


def test_without_the_old_key_in_the_file_nothing_is_changed(ring: Ring) -> None:
    seal_many(ring.service(), 3)
    ring.write("kek", NEW)
    with pytest.raises(KekUnknown):
        ring.rotate()
    assert ring.wrapped_by() == {"kek-1": 3}


def test_a_service_may_not_wrap_again_or_retire(ring: Ring) -> None:
    seal_many(ring.service(), 1)
    dsn = make_conninfo(ring.database.url("admin"), user="keyring_service", password=ring.database.password)
    with psycopg.connect(dsn, autocommit=True) as service:
        for statement in (
            "insert into keyring.retired_kek (kek_id) values ('kek-1')",
            "delete from keyring.retired_kek",
            "update keyring.data_key set kek_id = 'kek-2'",
            "do $$ begin lock table keyring.data_key in share row exclusive mode; end $$",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement)


@pytest.mark.parametrize("broken", ["", "nonsense", NEW + "\n" + NEW])
def test_a_file_that_became_unusable_stops_nobody(
    ring: Ring, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    sealer = ring.service()
    sealed = seal_many(sealer, 2)
    ring.write("kek", broken)
    ring.forget()

    assert sealer.open_many(sealed) == texts(2)
    assert "is not used" in caplog.text
    assert NEW.split()[1] not in caplog.text


def test_a_file_that_is_gone_for_a_moment_stops_nobody(ring: Ring) -> None:
    sealer = ring.service()
    sealed = seal_many(sealer, 1)
    ring.file.unlink()
    ring.forget()
    assert sealer.open_many(sealed) == texts(1)
    ring.write("kek", NEW, OLD)
    key = sealer._ring.key_of(an_id("somebody new"), "resident")
    assert isinstance(key, DataKey)
    assert ring.wrapped_by() == {"kek-1": 1, "kek-2": 1}


@pytest.mark.parametrize(
    ("present", "known", "new"),
    [
        ("local-1", {"local-1"}, "local-2"),
        ("local-2", {"local-2", "local-7"}, "local-8"),
        ("local", {"local"}, "local-2"),
        ("2026-11", set[str](), "2026-12"),
        ("key9", set[str](), "key-10"),
    ],
)
def test_a_new_key_gets_an_id_that_was_never_used(present: str, known: set[str], new: str) -> None:
    assert next_id(present, known) == new
    kek_line(new, os.urandom(32))
