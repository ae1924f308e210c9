"""The database itself binds the API's loads, saves and looks to grants (design §6, P11, P17, P18)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.support.guarded_lamps import (
    FENNA,
    FRIEND,
    GUARDED,
    KEEPER,
    STRANGER,
    Note,
    asked_by,
    asking,
    consent_of,
    require_grantees,
)
from tests.support.lamps import NOON, SOURCE_URN, AnAsker, Lamp, LampBurnsAlready, Tally
from tests.support.stack import ServiceDatabase

from chassis.aggregates import DomainEvent
from chassis.guards import AccessChange, Bar, BarEnds, Grant, GrantsEnd
from chassis.store.errors import NobodyAsks, NotAllowed, NotFound, VersionTaken
from chassis.store.pools import Pool
from chassis.store.saving import Mappings
from chassis.store.store import Decided, Store

ENDLESS = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def strict(database: ServiceDatabase) -> None:
    require_grantees(database.url("admin"))


@pytest.fixture
def keeper(api_pool: Pool) -> Store:
    return asked_by(api_pool, asking())


@pytest.fixture
def friend(api_pool: Pool) -> Store:
    return asked_by(api_pool, asking(FENNA))


@pytest.fixture
def stranger(api_pool: Pool) -> Store:
    return asked_by(api_pool, asking(STRANGER))


@pytest.fixture
def api(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


def rows(database: ServiceDatabase, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url("admin")) as conn:
        return conn.execute(query, parameters).fetchall()


def a_lamp(store: Store, *, lit: bool = False) -> Lamp:
    lamp = Lamp.hang(uuid4())
    if lit:
        lamp.light()
    store.save([lamp])
    return store.get(Lamp, lamp.id)


def held(api: psycopg.Connection[Any], grantees: list[str], *subjects: UUID) -> list[tuple[Any, ...]]:
    return api.execute(
        "select subject_id, grantee, kind, categories from store.hold(%s, %s) order by grantee",
        (grantees, list(subjects)),
    ).fetchall()


def test_who_holds_a_grant_loads_and_saves(keeper: Store) -> None:
    lamp = a_lamp(keeper)
    lamp.light()
    keeper.save([lamp])
    assert keeper.get(Lamp, lamp.id).lit == 1


def test_without_a_grant_an_aggregate_looks_absent(keeper: Store, stranger: Store) -> None:
    lamp = a_lamp(keeper)
    assert stranger.find(Lamp, lamp.id) is None
    with pytest.raises(NotFound):
        stranger.get(Lamp, lamp.id)


def test_also_its_snapshot_looks_absent(keeper: Store, stranger: Store, database: ServiceDatabase) -> None:
    lamp = a_lamp(keeper)
    lamp.blink(10)
    keeper.save([lamp])
    assert rows(database, "select count(*) from store.snapshot") == [(1,)]
    assert stranger.find(Lamp, lamp.id) is None


def test_without_a_grant_nothing_is_saved(keeper: Store, stranger: Store, database: ServiceDatabase) -> None:
    lamp = a_lamp(keeper)
    lamp.light()
    with pytest.raises(NotAllowed):
        stranger.once(AnAsker("k"), lambda: Decided([lamp], {}))
    assert rows(database, "select count(*) from store.event") == [(1,)]
    assert rows(database, "select count(*) from store.command") == [(0,)]
    assert rows(database, "select count(*) from store.access_record") == [(0,)]


def test_of_many_aggregates_each_needs_a_grant(keeper: Store, stranger: Store) -> None:
    theirs, mine = a_lamp(keeper), Lamp.hang(uuid4())
    theirs.light()
    with pytest.raises(NotAllowed):
        stranger.save([mine, theirs])


def test_nothing_is_added_to_somebody_elses_subject(keeper: Store, stranger: Store) -> None:
    lamp = a_lamp(keeper)
    keeper.save([Note.begin(uuid4(), Note.Written, now=NOON, lamp=lamp.id)])
    with pytest.raises(NotAllowed):
        stranger.save([Note.begin(uuid4(), Note.Written, now=NOON, lamp=lamp.id)])


def test_where_nobody_holds_a_grant_something_is_begun_and_nothing_gone_on_with(api_pool: Pool) -> None:
    silent = asked_by(api_pool, asking(), Mappings(lambda *_: (), bound=True))
    lamp = Lamp.hang(uuid4())
    silent.save([lamp])
    lamp.collect_events()
    lamp.light()
    with pytest.raises(NotAllowed):
        silent.save([lamp])
    lamp.put_out()
    with pytest.raises(NotAllowed):
        silent.save([lamp])


def test_what_is_unguarded_needs_no_grant(api_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "GUARDED", False)
    store = asked_by(api_pool, asking(STRANGER))
    tally = Tally.begin(uuid4(), Tally.Opened, now=NOON)
    store.save([tally])
    tally = store.get(Tally, tally.id)
    tally.count(3)
    store.save([tally])
    assert store.get(Tally, tally.id).counted == (3,)


def test_an_api_that_says_nobody_is_refused(api_pool: Pool, database: ServiceDatabase) -> None:
    nobody = asked_by(api_pool, None)
    with pytest.raises(NobodyAsks):
        nobody.save([Lamp.hang(uuid4())])
    with pytest.raises(NobodyAsks):
        nobody.find(Lamp, uuid4())
    assert rows(database, "select count(*) from store.event") == [(0,)]


def test_the_worker_is_known_by_its_login_and_by_nothing_else(
    worker_pool: Pool, keeper: Store, database: ServiceDatabase
) -> None:
    lamp = a_lamp(keeper)
    worker = Store(worker_pool, GUARDED, source_urn=SOURCE_URN)
    found = worker.get(Lamp, lamp.id)
    found.light()
    worker.save([found])
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("set role lamps_worker")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("set session authorization lamps_worker")


def test_a_grant_ends_with_its_consent_and_others_stay(
    keeper: Store, friend: Store, database: ServiceDatabase
) -> None:
    lamp = a_lamp(keeper, lit=True)
    assert friend.get(Lamp, lamp.id).burns
    lamp.put_out(NOON + timedelta(hours=1))
    keeper.save([lamp])
    assert friend.find(Lamp, lamp.id) is None
    assert not keeper.get(Lamp, lamp.id).burns
    query = "select grantee, over, valid_until, consent_id from store.access_grant order by grantee"
    assert rows(database, query) == [
        (FRIEND, True, NOON + timedelta(hours=1), consent_of(lamp.id)),
        (KEEPER, False, None, None),
    ]


def test_an_ended_grant_counts_for_nobody_whatever_the_clocks_say(keeper: Store, friend: Store) -> None:
    """The end is in the future of the database's clock, as when the service's clock runs ahead (P18)."""
    lamp = a_lamp(keeper, lit=True)
    lamp.put_out(ENDLESS)
    keeper.save([lamp])
    assert friend.find(Lamp, lamp.id) is None


def test_what_ended_can_be_given_again(keeper: Store, friend: Store) -> None:
    lamp = a_lamp(keeper, lit=True)
    lamp.put_out()
    keeper.save([lamp])
    lamp.collect_events()
    lamp.light()
    keeper.save([lamp])
    assert friend.get(Lamp, lamp.id).lit == 2


@pytest.mark.parametrize("last", ["put out", "lit"])
def test_within_one_save_the_last_word_counts(keeper: Store, friend: Store, last: str) -> None:
    lamp = Lamp.hang(uuid4())
    lamp.blink(2)
    if last == "lit":
        lamp.light()
    keeper.save([lamp])
    assert (friend.find(Lamp, lamp.id) is not None) == (last == "lit")


def giving(*changes: AccessChange) -> Mappings:
    """Mappings that give these to a new lamp, whatever it is."""

    def guard(fact: DomainEvent, lamp: Lamp) -> Iterator[AccessChange]:
        yield from changes if isinstance(fact, Lamp.Hung) else ()

    return Mappings(lambda *_: (), guard, bound=True)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "counts"),
    [
        (NOON, None, True),
        (NOON, ENDLESS, True),
        (NOON, NOON + timedelta(hours=1), False),
        (ENDLESS - timedelta(days=9), None, False),
    ],
)
def test_a_grant_counts_within_its_term(
    api_pool: Pool, friend: Store, valid_from: datetime, valid_until: datetime | None, counts: bool
) -> None:
    lamp = Lamp.hang(uuid4())
    grant = Grant(lamp.id, None, FRIEND, "consent", lamp.id, valid_from, valid_until)
    asked_by(api_pool, asking(), giving(grant)).save([lamp])
    assert (friend.find(Lamp, lamp.id) is not None) == counts


def test_whose_own_file_it_is_sees_nothing_of_it_in_another_role(
    api_pool: Pool, api: psycopg.Connection[Any], friend: Store
) -> None:
    lamp = Lamp.hang(uuid4())
    bars = [Bar(lamp.id, "staff:fenna", cause, NOON) for cause in ("own", "relative")]
    grants = [Grant(lamp.id, None, who, "participation", lamp.id, NOON) for who in (FRIEND, KEEPER)]
    asked_by(api_pool, asking(), giving(*grants, *bars)).save([lamp])
    assert friend.find(Lamp, lamp.id) is None
    assert held(api, [FRIEND, "staff:fenna"], lamp.id) == []
    assert len(held(api, [KEEPER, "staff:kim"], lamp.id)) == 1

    keeper = asked_by(api_pool, asking(), giving())
    for cause, seen in (("own", False), ("relative", True)):
        found = keeper.get(Lamp, lamp.id)
        found.light()
        found.put_out()
        ending = Mappings(
            lambda *_: (), lambda *_, c=cause: [BarEnds(lamp.id, "staff:fenna", c, NOON)], bound=True
        )
        asked_by(api_pool, asking(), ending).save([found])
        assert (friend.find(Lamp, lamp.id) is not None) == seen


def test_consent_is_narrowed_by_giving_it_again(api_pool: Pool, api: psycopg.Connection[Any]) -> None:
    lamp = Lamp.hang(uuid4())
    wide = Grant(lamp.id, None, KEEPER, "consent", lamp.id, NOON, categories=("light", "room"))
    asked_by(api_pool, asking(), giving(wide)).save([lamp])
    assert held(api, [KEEPER], lamp.id) == [(lamp.id, KEEPER, "consent", ["light", "room"])]
    lamp.collect_events()
    lamp.light()
    narrow = Mappings(lambda *_: (), lambda *_: [replace(wide, categories=("light",))], bound=True)
    asked_by(api_pool, asking(), narrow).save([lamp])
    assert held(api, [KEEPER], lamp.id) == [(lamp.id, KEEPER, "consent", ["light"])]


def test_hold_gives_what_these_grantees_hold_and_nothing_else(
    keeper: Store, api: psycopg.Connection[Any]
) -> None:
    first, second = a_lamp(keeper, lit=True), a_lamp(keeper)
    subjects = (first.id, second.id, uuid4())
    assert {row[0] for row in held(api, [KEEPER], *subjects)} == {first.id, second.id}
    assert held(api, [FRIEND], *subjects) == [(first.id, FRIEND, "consent", ["light"])]
    assert held(api, [], *subjects) == []
    assert held(api, ["role_keeper@elsewhere", "staff:kim"], *subjects) == []


@pytest.mark.parametrize("door", ["look(null)", "hold(null, array[gen_random_uuid()])"])
def test_nobody_looks_for_nobody(api: psycopg.Connection[Any], door: LiteralString) -> None:
    with pytest.raises(psycopg.Error, match="nobody said for whom"):
        api.execute("select store." + door)


def test_the_record_of_a_command_is_in_its_save(api_pool: Pool, database: ServiceDatabase) -> None:
    """P11: one transaction, and nothing else of that request is recorded."""
    one = asking(action="hangLamp", kind="C")
    lamp, person = Lamp.hang(uuid4()), uuid4()
    one.saw(subjects=[lamp.id], persons=[person])
    asked_by(api_pool, one).once(AnAsker("k"), lambda: Decided([lamp], {"lamp": "hung"}))
    assert one.is_recorded
    [(entry, leaf, written_by, *columns)] = rows(
        database,
        "select entry, leaf, written_by, id, who, role, organisation, action, kind, activity, recorded_at,"
        " subjects, persons, decision, trace_id, span_id, status from store.access_record",
    )
    assert columns == [
        one.id, "0" * 32, "role_keeper", "home", "hangLamp", "C", "lamps.show", NOON,
        [lamp.id], [person], "none", one.trace.trace_id, one.trace.span_id, "ok",
    ]  # fmt: skip
    assert json.loads(entry)["subjects"] == [str(lamp.id)]
    assert bytes(leaf) == hashlib.sha256(b"\x00" + entry.encode()).digest()
    assert rows(database, "select written_by from store.event") == [(written_by,)]


def test_a_refused_command_leaves_its_record_to_be_written(api_pool: Pool, database: ServiceDatabase) -> None:
    one = asking(kind="C")
    store = asked_by(api_pool, one)
    lamp = a_lamp(store, lit=True)

    def again() -> Decided:
        found = store.get(Lamp, lamp.id)
        found.light()
        return Decided([found], {})

    with pytest.raises(LampBurnsAlready):
        store.once(AnAsker("k"), again)
    assert not one.is_recorded
    assert rows(database, "select count(*) from store.access_record") == [(0,)]


def test_a_save_that_loses_a_race_leaves_no_record(api_pool: Pool, database: ServiceDatabase) -> None:
    store = asked_by(api_pool, asking())
    lamp = a_lamp(store)
    late = store.get(Lamp, lamp.id)
    late.put_out()
    lamp.light()
    store.save([lamp])
    with pytest.raises(VersionTaken):
        store.save([late], access=asking().text())
    assert rows(database, "select count(*) from store.access_record") == [(0,)]


def test_the_same_record_twice_is_one(api: psycopg.Connection[Any], database: ServiceDatabase) -> None:
    text = asking().text()
    for _ in range(2):
        api.execute("select store.record_access(%s)", (text,))
    assert rows(database, "select count(*) from store.access_record") == [(1,)]


@pytest.mark.parametrize("broken", ["", "no json", "{}", '{"id": "x"}', "[]", "null"])
def test_what_is_no_record_is_not_written(api: psycopg.Connection[Any], broken: str) -> None:
    with pytest.raises(psycopg.Error):
        api.execute("select store.record_access(%s)", (broken,))


def test_everything_of_a_subject_ends_at_once(api_pool: Pool, keeper: Store, friend: Store) -> None:
    lamp = a_lamp(keeper, lit=True)
    lamp.break_()
    everybody = Mappings(lambda *_: (), lambda *_: [GrantsEnd(lamp.id, NOON)], bound=True)
    asked_by(api_pool, asking(), everybody).save([lamp])
    assert (keeper.find(Lamp, lamp.id), friend.find(Lamp, lamp.id)) == (None, None)
    lamp.collect_events()
    lamp.put_out()
    with pytest.raises(NotAllowed):
        keeper.save([lamp])
