"""Sealed values: only their own key, person, capacity and field open them, and destroyed means unreadable."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.support.ids import a_person_id, an_id
from tests.support.stack import ServiceDatabase

from chassis.data_keys import DESTROYED, DataKey
from chassis.key_wrapping import CannotUnwrap, FileWrapping, KekFileBroken, KekUnknown, kek_line
from chassis.keyring import REMEMBERED_KEYS, KeyRing
from chassis.sealing import MAX_BYTES, Erased, SealBroken, Sealed, Sealer, TooLongToSeal
from chassis.store.errors import Unavailable
from chassis.store.pools import open_pool

NOUR, DIRK = a_person_id("Nour"), a_person_id("Dirk")
NAME = "Nour el Khatib"


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("keyring")


@pytest.fixture
def kek_file(tmp_path: Path) -> Path:
    path = tmp_path / "kek"
    path.write_text(kek_line("kek-1", bytes(32)) + "\n")
    return path


Rings = Callable[..., KeyRing]


@pytest.fixture
def rings(database: ServiceDatabase, kek_file: Path) -> Iterator[Rings]:
    """Makes rings on the same database: a service's, or the owner's who may destroy."""
    made: list[KeyRing] = []

    def make(*, owner: bool = False, **options: Any) -> KeyRing:
        service = make_conninfo(database.url("admin"), user="keyring_service", password=database.password)
        pool = open_pool(database.url("admin") if owner else service, size=2)
        made.append(KeyRing(pool, FileWrapping(kek_file), **options))
        return made[-1]

    yield make
    for ring in made:
        ring.close()


@pytest.fixture
def sealer(rings: Rings) -> Sealer:
    return Sealer(rings())


def seal(sealer: Sealer, text: str = NAME, person: UUID = NOUR, value: str = "name") -> Sealed:
    return sealer.seal(person, "resident", "person.name", text, an_id("value", value))


def changed(sealed: Sealed, **fields: Any) -> Sealed:
    return sealed.model_copy(update=fields)


def test_sealed_text_opens_again(sealer: Sealer) -> None:
    sealed = seal(sealer)

    assert sealer.open(sealed) == NAME
    assert NAME not in sealed.model_dump_json()


def test_same_text_twice_looks_different(sealer: Sealer) -> None:
    first, second = seal(sealer), seal(sealer)

    assert first.box != second.box
    assert first.commitment != second.commitment
    assert first.key_id == second.key_id


def test_capacities_of_one_person_have_keys_of_their_own(sealer: Sealer) -> None:
    resident = sealer.seal(NOUR, "resident", "person.name", NAME, uuid4())
    supporter = sealer.seal(NOUR, "supporter", "person.name", NAME, uuid4())

    assert resident.key_id != supporter.key_id


def test_many_open_in_order_with_one_round_trip(rings: Rings, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [an_id("person", number) for number in range(20)]
    writer = Sealer(rings())
    sealed = [seal(writer, f"text {n}", person, f"v{n}") for n, person in enumerate(people)]
    ring = rings()
    asked: list[str] = []
    execute = psycopg.Connection.execute

    def counted(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        asked.append(str(query))
        return execute(self, query, *rest, **options)

    ring.readiness()
    monkeypatch.setattr(psycopg.Connection, "execute", counted)

    assert Sealer(ring).open_many(sealed) == [f"text {n}" for n in range(20)]
    assert [query for query in asked if "keyring" in query] == [
        "select key_id, person, capacity, kek_id, wrapped from keyring.keys(%s)"
    ]


def test_nothing_to_open_asks_nothing(sealer: Sealer) -> None:
    assert sealer.open_many([]) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"person": DIRK},
        {"capacity": "carer"},
        {"field": "person.phone"},
        {"value_id": an_id("value", "other")},
        {"key_id": an_id("no such key")},
        {"box": base64.b64encode(bytes(60)).decode()},
        {"box": "AAAA"},
        {"box": "A"},
        {"commitment": base64.b64encode(bytes(32)).decode()},
        {"commitment": "A" * 17},
    ],
)
def test_value_that_was_moved_or_changed_does_not_open(sealer: Sealer, fields: dict[str, Any]) -> None:
    broken = changed(seal(sealer), **fields)

    with pytest.raises(SealBroken) as refused:
        sealer.open(broken)

    assert NAME not in str(refused.value)


def test_value_under_another_persons_key_does_not_open(sealer: Sealer) -> None:
    nours, dirks = seal(sealer), seal(sealer, person=DIRK)

    with pytest.raises(SealBroken):
        sealer.open(changed(nours, key_id=dirks.key_id, box=dirks.box, commitment=dirks.commitment))


def test_commitment_admits_one_key_only() -> None:
    """P16: with both keys in hand, one box is made that opens under each; the commitment tells them apart.

    A box that AES-GCM takes under two keys exists (it can be computed); here the attacker is given even
    more: they may choose the second key's box freely, and still cannot keep the recorded commitment.
    """

    class Keys:
        def __init__(self, key: bytes) -> None:
            self.key = DataKey(an_id("key"), NOUR, "resident", key)

        def key_of(self, *_: object) -> DataKey:
            return self.key

        def keys(self, *_: object) -> dict[UUID, DataKey]:
            return {self.key.key_id: self.key}

    honest, other = Sealer(Keys(os.urandom(32))), Sealer(Keys(os.urandom(32)))
    recorded, shown = seal(honest), seal(other, "something else")

    for box in (recorded.box, shown.box):
        with pytest.raises(SealBroken, match="not what was sealed"):
            other.open(changed(recorded, box=box))
    with pytest.raises(SealBroken, match="not what was sealed"):
        honest.open(changed(recorded, box=shown.box))


@pytest.mark.parametrize("text", ["", "ë 😀 نور", "x" * MAX_BYTES])
def test_any_text_up_to_the_limit(sealer: Sealer, text: str) -> None:
    sealed = seal(sealer, text)

    assert sealer.open(Sealed.model_validate_json(sealed.model_dump_json())) == text


@pytest.mark.parametrize("text", ["x" * (MAX_BYTES + 1), "é" * MAX_BYTES, NAME + "\ud800"])
def test_text_that_cannot_be_sealed_is_not_repeated_in_the_refusal(sealer: Sealer, text: str) -> None:
    with pytest.raises(TooLongToSeal) as refused:
        seal(sealer, text)

    assert text[:8] not in str(refused.value)
    assert refused.value.__cause__ is None


# Erasing.


def test_destroyed_key_makes_its_values_unreadable_and_leaves_the_others(rings: Rings) -> None:
    owner = rings(owner=True)
    sealer = Sealer(owner)
    nours, dirks = seal(sealer), seal(sealer, "Dirk", DIRK)

    owner.destroy(NOUR, "resident")

    with pytest.raises(Erased):
        sealer.open(nours)
    assert sealer.open_many([nours, dirks]) == [None, "Dirk"]
    assert Sealer(rings()).open_many([nours, dirks]) == [None, "Dirk"]


def test_nothing_is_sealed_again_for_who_was_erased(rings: Rings) -> None:
    owner = rings(owner=True)
    seal(Sealer(owner))
    owner.destroy(NOUR, "resident")
    owner.destroy(DIRK, "resident")

    for person in (NOUR, DIRK):
        with pytest.raises(Erased):
            seal(Sealer(rings()), person=person)


def test_other_capacity_of_an_erased_person_lives_on(rings: Rings) -> None:
    owner = rings(owner=True)
    carer = Sealer(owner).seal(NOUR, "carer", "person.name", NAME, uuid4())
    owner.destroy(NOUR, "resident")

    assert Sealer(owner).open(carer) == NAME


def test_destroying_again_changes_nothing(rings: Rings) -> None:
    owner = rings(owner=True)
    sealed = seal(Sealer(owner))
    owner.destroy(NOUR, "resident")
    owner.destroy(NOUR, "resident")

    assert owner.keys([sealed.key_id]) == {sealed.key_id: DESTROYED}


def test_destroyed_key_leaves_a_tombstone_without_the_key(rings: Rings, database: ServiceDatabase) -> None:
    owner = rings(owner=True)
    sealed = seal(Sealer(owner))
    owner.destroy(NOUR, "resident")

    with psycopg.connect(database.url("admin")) as admin:
        assert admin.execute("select count(*) from keyring.data_key").fetchone() == (0,)
        assert admin.execute("select person, capacity, key_id from keyring.tombstone").fetchall() == [
            (NOUR, "resident", sealed.key_id)
        ]


def test_another_ring_forgets_a_destroyed_key_within_five_seconds(rings: Rings) -> None:
    elapsed = Elapsed()
    service, owner = rings(elapsed=elapsed), rings(owner=True)
    sealed = seal(Sealer(service))
    owner.destroy(NOUR, "resident")

    elapsed.seconds = 4.9
    assert Sealer(service).open(sealed) == NAME
    elapsed.seconds = 5.0
    with pytest.raises(Erased):
        Sealer(service).open(sealed)


# The ring.


def test_service_may_fetch_keys_and_nothing_else(database: ServiceDatabase, rings: Rings) -> None:
    ring = rings()
    seal(Sealer(ring))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ring.destroy(NOUR, "resident")
    service = make_conninfo(database.url("admin"), user="keyring_service", password=database.password)
    with psycopg.connect(service, autocommit=True) as connection:
        for statement in (
            "select * from keyring.data_key",
            "select * from keyring.tombstone",
            "delete from keyring.data_key",
            "update keyring.data_key set wrapped = ''",
            "insert into keyring.tombstone (person, capacity) values (gen_random_uuid(), 'carer')",
            "truncate keyring.data_key",
            "create table keyring.mine ()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_many_at_once_get_the_same_key(rings: Rings) -> None:
    several = [rings() for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(lambda ring: ring.key_of(NOUR, "resident"), several))

    assert len({key.key_id for key in keys if isinstance(key, DataKey)}) == 1
    assert len({key.key for key in keys if isinstance(key, DataKey)}) == 1


def test_memory_of_keys_is_bounded(rings: Rings) -> None:
    ring = rings()
    memory = ring._remembered
    for number in range(REMEMBERED_KEYS + 10):
        key = DataKey(an_id("key", number), an_id("person", number), "carer", b"")
        memory.keep(key.key_id, key)

    assert len(memory._by_id) == len(memory._by_owner) == REMEMBERED_KEYS
    assert memory.get(an_id("key", 0)) is None
    assert memory.of(an_id("person", REMEMBERED_KEYS + 9), "carer") is not None


def test_ring_that_is_away_is_unavailable(kek_file: Path) -> None:
    pool = open_pool("host=127.0.0.1 port=1 dbname=nowhere connect_timeout=1", size=1)
    pool.timeout = 0.2
    ring = KeyRing(pool, FileWrapping(kek_file))
    try:
        with pytest.raises(Unavailable):
            seal(Sealer(ring))
        assert ring.readiness() == ["key-ring-away"]
    finally:
        ring.close()


def test_ring_that_answers_is_ready(rings: Rings) -> None:
    assert rings().readiness() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update keyring.data_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)",
        "update keyring.data_key set person = '00000000-0000-4000-8000-000000000001'",
        "update keyring.data_key set wrapped = ''",
        "update keyring.data_key a set wrapped = b.wrapped"
        " from keyring.data_key b where a.key_id <> b.key_id",
    ],
)
def test_wrapped_key_that_was_changed_or_swapped_is_loud(
    rings: Rings, database: ServiceDatabase, statement: str
) -> None:
    sealed = seal(Sealer(rings()))
    seal(Sealer(rings()), person=DIRK)
    with psycopg.connect(database.url("admin")) as admin:
        if "set person" in statement:
            admin.execute("delete from keyring.data_key where person = %s", [DIRK])
        admin.execute(statement)

    with pytest.raises(SealBroken, match="data key"):
        Sealer(rings()).open(sealed)


def test_a_page_shows_the_rest_when_one_value_or_key_is_broken(
    rings: Rings, database: ServiceDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Sealer(rings())
    nours, dirks = seal(writer), seal(writer, "Dirk", DIRK)
    moved = changed(nours, field="person.phone")

    assert Sealer(rings()).open_each([moved, dirks, nours]) == [None, "Dirk", NAME]
    assert "not what was sealed" in caplog.text

    with psycopg.connect(database.url("admin")) as admin:
        admin.execute("update keyring.data_key set wrapped = '' where person = %s", [NOUR])
    assert Sealer(rings()).open_each([nours, dirks, nours]) == [None, "Dirk", None]
    assert NAME not in caplog.text


def test_an_erased_value_is_left_out_of_a_page(rings: Rings) -> None:
    owner = rings(owner=True)
    nours, dirks = seal(Sealer(owner)), seal(Sealer(owner), "Dirk", DIRK)
    owner.destroy(NOUR, "resident")
    assert Sealer(owner).open_each([nours, dirks]) == [None, "Dirk"]


def test_repr_shows_no_key(rings: Rings) -> None:
    key = rings().key_of(NOUR, "resident")

    assert isinstance(key, DataKey)
    assert repr(key.key) not in repr(key)


# Key-encrypting keys.


def test_new_wrapping_key_on_top_wraps_and_the_old_one_still_opens(tmp_path: Path) -> None:
    file = tmp_path / "kek"
    file.write_text(kek_line("old", bytes(32)))
    old = FileWrapping(file).wrap(b"k" * 32, b"about")
    file.write_text(kek_line("new", bytes(range(32))) + "\n\n" + kek_line("old", bytes(32)))
    wrapping = FileWrapping(file)

    assert wrapping.wrap(b"k" * 32, b"about").kek_id == "new"
    assert wrapping.unwrap(old, b"about") == b"k" * 32


def test_wrapped_key_opens_only_for_what_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "kek"
    file.write_text(kek_line("one", bytes(32)))
    wrapping = FileWrapping(file)
    wrapped = wrapping.wrap(b"k" * 32, b"about")

    with pytest.raises(CannotUnwrap):
        wrapping.unwrap(wrapped, b"something else")
    file.write_text(kek_line("two", bytes(32)))
    with pytest.raises(KekUnknown):
        FileWrapping(file).unwrap(wrapped, b"about")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no key"),
        ("one", "line 1"),
        ("one c2hvcnQ=", "line 1"),
        ("\nOne " + "A" * 43 + "=", "line 2"),
        ("one " + "A" * 43 + "=\none " + "A" * 43 + "=", "another line"),
        ("é", "cannot be read"),
    ],
)
def test_unusable_file_of_wrapping_keys_is_refused_by_line(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "kek"
    file.write_text(text)

    with pytest.raises(KekFileBroken, match=reason) as refused:
        FileWrapping(file)

    assert "AAAA" not in str(refused.value)


def test_line_for_a_bad_key_is_not_made() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        kek_line("one", b"short")
    with pytest.raises(ValueError, match="short id"):
        kek_line("One Two", bytes(32))
