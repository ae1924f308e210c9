"""Erasing destroys one key for good: in a role of its own, everywhere at once, again after a restore."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.support.clock import START
from tests.support.ids import a_person_id, an_id
from tests.support.stack import ServiceDatabase
from tests.support.waiting import until

from chassis.erasure import (
    ERASED,
    CopyAway,
    Eraser,
    ErasingWaits,
    ErasureLog,
    KeysAtRest,
    Pair,
    Reapplying,
    shown,
)
from chassis.erasure.evicting import Evicting
from chassis.key_wrapping import FileWrapping, kek_line
from chassis.keyring import KeyRing
from chassis.sealing import Erased, Sealed, Sealer
from chassis.store.errors import NotAllowed
from chassis.store.pools import open_pool

NOUR, DIRK = a_person_id("Nour"), a_person_id("Dirk")
WORDS = "Nour el Khatib, Zonneweide 12"
RESIDENT = Pair(NOUR, "resident")


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("keyring")


@pytest.fixture
def kek_file(tmp_path: Path) -> Path:
    path = tmp_path / "kek"
    path.write_text(kek_line("kek-1", bytes(32)) + "\n")
    return path


def dsn(database: ServiceDatabase, role: str) -> str:
    return make_conninfo(database.url("admin"), user=role, password=database.password)


@pytest.fixture
def ring(database: ServiceDatabase, kek_file: Path) -> Iterator[KeyRing]:
    """As a service has it."""
    found = KeyRing(open_pool(dsn(database, "keyring_service"), size=2), FileWrapping(kek_file))
    yield found
    found.close()


@pytest.fixture
def log(tmp_path: Path) -> ErasureLog:
    return ErasureLog(tmp_path / "erasures.jsonl")


@pytest.fixture
def keys(database: ServiceDatabase) -> KeysAtRest:
    """As a service that decides has it."""
    return KeysAtRest(dsn(database, "keyring_service"), dsn(database, "keyring_eraser"))


def sealed_by(ring: KeyRing, person: UUID = NOUR, capacity: str = "resident") -> Sealed:
    return Sealer(ring).seal(person, capacity, "person.name", WORDS, uuid4())  # type: ignore[arg-type]


def test_erased_in_one_capacity_and_readable_in_the_other(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog
) -> None:
    """A resident who is a supporter too stays a supporter (CON-17)."""
    resident, supporter = sealed_by(ring), sealed_by(ring, capacity="supporter")
    gone = Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
    assert gone.key_id == resident.key_id
    assert Sealer(ring).open_many([resident, supporter]) == [None, WORDS]
    with pytest.raises(Erased):
        sealed_by(ring)


def test_erasing_again_changes_nothing_and_tells_the_same(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog
) -> None:
    sealed_by(ring)
    eraser = Eraser(log, keys)
    first = eraser.erase(an_id("erasure"), NOUR, "resident", START)
    assert eraser.erase(an_id("erasure"), NOUR, "resident", START) == first
    assert len(log.listed().entries) == 1


def test_who_never_had_a_key_never_gets_one(ring: KeyRing, keys: KeysAtRest, log: ErasureLog) -> None:
    assert Eraser(log, keys).erase(an_id("erasure"), DIRK, "resident", START).key_id is None
    with pytest.raises(Erased):
        sealed_by(ring, DIRK)


@pytest.mark.parametrize("role", ["keyring_service"])
def test_role_of_services_destroys_nothing(database: ServiceDatabase, ring: KeyRing, role: str) -> None:
    value = sealed_by(ring)
    statements = (
        "select keyring.destroy_key(person, 'resident') from (select %s::uuid as person) as one",
        "delete from keyring.data_key where person = %s",
        "select * from keyring.destroyed() where person = %s",
    )
    with psycopg.connect(dsn(database, role), autocommit=True) as conn:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement, (NOUR,))
    assert Sealer(ring).open(value) == WORDS
    with pytest.raises(NotAllowed):
        KeysAtRest(dsn(database, role)).destroy(NOUR, "resident")


def test_role_that_destroys_reads_no_key(database: ServiceDatabase, ring: KeyRing) -> None:
    value = sealed_by(ring)
    with psycopg.connect(dsn(database, "keyring_eraser"), autocommit=True) as conn:
        for statement in (
            "select * from keyring.keys(array[%s::uuid])",
            "select wrapped from keyring.data_key where key_id = %s",
            "delete from keyring.tombstone where key_id = %s",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement, (value.key_id,))


def test_log_is_written_before_the_key_is_destroyed(ring: KeyRing, keys: KeysAtRest, tmp_path: Path) -> None:
    """No log, no destroying: a backup could bring somebody back whom no list names."""
    value = sealed_by(ring)
    with pytest.raises(ErasingWaits):
        Eraser(ErasureLog(tmp_path / "away" / "log"), keys).erase(an_id("e"), NOUR, "resident", START)
    assert Sealer(ring).open(value) == WORDS


def test_kill_between_log_and_key_is_mended_at_the_next_start(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog
) -> None:
    value = sealed_by(ring)
    log.append(an_id("erasure"), NOUR, "resident", START)
    reapplied = a_start(log, keys, ring)
    assert reapplied.apply()
    assert Sealer(ring).open_many([value]) == [None]


def a_start(log: ErasureLog, keys: KeysAtRest, ring: KeyRing, purged: list[Pair] | None = None) -> Reapplying:
    found: list[Pair] = [] if purged is None else purged
    return Reapplying(log, keys, found.extend, ring.forget_everything)


def test_key_ring_that_was_put_back_is_erased_again_before_anything_is_served(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, database: ServiceDatabase
) -> None:
    """P15; what a restored backup brings back is put back here row by row, whole dumps are for the system."""
    value = sealed_by(ring)
    backup = rows_of(database)
    Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
    put_back(database, backup)
    ring.forget_everything()
    assert Sealer(ring).open(value) == WORDS, "the backup did bring the key back"

    purged: list[Pair] = []
    reapplied = a_start(log, keys, ring, purged)
    assert reapplied.readiness() == ["erasures-not-reapplied"]
    assert reapplied.apply()
    assert reapplied.readiness() == []
    assert purged == [RESIDENT]
    assert Sealer(ring).open_many([value]) == [None]
    with pytest.raises(Erased):
        sealed_by(ring)


def test_service_that_may_not_destroy_waits_for_one_that_may(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, database: ServiceDatabase
) -> None:
    sealed_by(ring)
    log.append(an_id("erasure"), NOUR, "resident", START)
    waiting = a_start(log, KeysAtRest(dsn(database, "keyring_service")), ring)
    assert not waiting.apply()
    assert waiting.readiness() == ["erasures-not-reapplied"]
    assert a_start(log, keys, ring).apply()
    assert waiting.apply()
    assert waiting.readiness() == []


def test_nothing_is_served_while_the_key_ring_or_the_log_is_away(
    ring: KeyRing, log: ErasureLog, tmp_path: Path
) -> None:
    log.append(an_id("erasure"), NOUR, "resident", START)
    away = KeysAtRest("host=127.0.0.1 port=1 user=nobody dbname=none connect_timeout=1")
    assert not a_start(log, away, ring).apply()
    no_log = a_start(ErasureLog(tmp_path / "away" / "log"), away, ring)
    assert not no_log.apply()
    assert no_log.readiness() == ["erasure-log-away"]


def test_broken_log_keeps_the_service_shut(ring: KeyRing, keys: KeysAtRest, log: ErasureLog) -> None:
    log.append(an_id("erasure"), NOUR, "resident", START)
    log.path.write_bytes(log.path.read_bytes().replace(b"resident", b"supporte"))
    shut = a_start(log, keys, ring)
    assert not shut.apply()
    assert shut.readiness() == ["erasure-log-broken"]


def test_log_that_was_lost_is_made_again_from_what_the_key_ring_knows(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, caplog: pytest.LogCaptureFixture
) -> None:
    sealed_by(ring)
    Eraser(log, keys).erase(an_id("erasure"), NOUR, "resident", START)
    log.path.unlink()
    assert a_start(log, keys, ring).apply()
    assert log.listed().pairs == (RESIDENT,)
    assert "lacked an erasure" in caplog.text
    assert str(NOUR) not in caplog.text


def test_other_processes_forget_the_key_at_once(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, database: ServiceDatabase
) -> None:
    """Five seconds is what a key may be remembered; who listens to the key ring forgets it when it is told.

    The clock of this ring stands still, so that only the hint can make it forget.
    """
    kek = FileWrapping(log.path.parent / "kek")
    other = KeyRing(open_pool(dsn(database, "keyring_service"), size=2), kek, elapsed=lambda: 0.0)
    evicting = Evicting(dsn(database, "keyring_service"), other)
    evicting.start()
    try:
        until(evicting.listening.is_set)
        value = sealed_by(ring)
        assert Sealer(other).open(value) == WORDS
        Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
        until(lambda: Sealer(other).open_many([value]) == [None], within=5.0)
    finally:
        evicting.stop()
        evicting.join(5.0)
        other.close()


def test_ring_that_does_not_listen_would_still_open(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, database: ServiceDatabase
) -> None:
    """The control of the test above."""
    kek = FileWrapping(log.path.parent / "kek")
    deaf = KeyRing(open_pool(dsn(database, "keyring_service"), size=2), kek, elapsed=lambda: 0.0)
    try:
        value = sealed_by(ring)
        assert Sealer(deaf).open(value) == WORDS
        Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
        assert Sealer(deaf).open(value) == WORDS
    finally:
        deaf.close()


def test_another_process_forgets_the_key_at_once(
    ring: KeyRing, keys: KeysAtRest, log: ErasureLog, database: ServiceDatabase, kek_file: Path
) -> None:
    """The same over the border of a process."""
    value = sealed_by(ring)
    program = (
        "import sys\n"
        "from tests.chassis.test_erasure_of_keys import watch\n"
        "watch(sys.argv[1], sys.argv[2], sys.stdin.readline())\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, dsn(database, "keyring_service"), str(kek_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(value.model_dump_json() + "\n")
        child.stdin.flush()
        assert child.stdout.readline() == "reads it\n"
        Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
        assert child.stdout.readline() == "reads it no more\n"
    finally:
        child.stdin.close()
        assert child.wait(30) == 0
        child.stdout.close()


def watch(where: str, kek: str, value: str) -> None:
    """What the other process does: read, remember for ever, and read again when it is told to forget."""
    ring = KeyRing(open_pool(where, size=2), FileWrapping(Path(kek)), elapsed=lambda: 0.0)
    evicting = Evicting(where, ring)
    evicting.start()
    evicting.listening.wait(10.0)
    sealed = Sealed.model_validate_json(value)
    assert Sealer(ring).open(sealed) == WORDS
    sys.stdout.write("reads it\n")
    sys.stdout.flush()
    until(lambda: Sealer(ring).open_many([sealed]) == [None], within=10.0)
    sys.stdout.write("reads it no more\n")
    sys.stdout.flush()
    evicting.stop()
    ring.close()


def test_where_words_were_it_says_erased(ring: KeyRing, keys: KeysAtRest, log: ErasureLog) -> None:
    gone, there = sealed_by(ring), sealed_by(ring, DIRK)
    Eraser(log, keys, ring.forget).erase(an_id("erasure"), NOUR, "resident", START)
    assert shown(Sealer(ring), [gone, None, there]) == [ERASED, None, WORDS]


def test_erasing_at_the_same_time_is_one_erasure(ring: KeyRing, keys: KeysAtRest, log: ErasureLog) -> None:
    sealed_by(ring)
    found: list[object] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(Eraser(log, keys).erase(an_id("e"), NOUR, "resident", START))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30.0)
    assert len(found) == 4
    assert len(set(map(repr, found))) == 1


def test_log_away_says_why_and_nothing_personal(tmp_path: Path) -> None:
    with pytest.raises(CopyAway) as away:
        ErasureLog(tmp_path / "away" / "log").append(an_id("e"), NOUR, "resident", START)
    assert str(NOUR) not in str(away.value)


Row = tuple[object, ...]


def rows_of(database: ServiceDatabase) -> list[Row]:
    with psycopg.connect(database.url("admin")) as conn:
        return conn.execute(
            "select key_id, person, capacity, kek_id, wrapped, created_at from keyring.data_key"
        ).fetchall()


def put_back(database: ServiceDatabase, rows: list[Row]) -> None:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("truncate keyring.tombstone, keyring.data_key")
        conn.cursor().executemany(
            "insert into keyring.data_key (key_id, person, capacity, kek_id, wrapped, created_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            rows,
        )
