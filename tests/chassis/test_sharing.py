"""Partner organisations are told what they may know at the moment of sending: once, in order, on record."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.support.shared_houses import HOUSES, NOON, House, HouseTeller, house_policies
from tests.support.stack import ServiceDatabase

from chassis.clock import FixedClock
from chassis.sharing import book
from chassis.sharing.feed import Feed, NotTaken
from chassis.sharing.gate import Gate
from chassis.sharing.telling import Telling
from chassis.store.pools import Pool
from chassis.store.store import Store

ATTIC, CELLAR = uuid4(), uuid4()


class Houses:
    """Houses on a real database, a feed, and a bus that takes everything unless it is told not to."""

    def __init__(self, database: ServiceDatabase, pool: Pool) -> None:
        self.database, self.pool = database, pool
        self.store = Store(pool, HOUSES, source_urn="urn:nld:kvknr:00000000:systeem:lamps")
        self.feed = self.another_feed()
        self.told: list[Telling] = []
        self.taken_back: list[int] = []
        self.refuses: NotTaken | None = None

    def another_feed(self) -> Feed:
        return Feed(self.pool, HouseTeller(), Gate("lamps", house_policies, FixedClock(NOON)))

    def next_feed(self) -> Feed:
        """A feed after one that was killed and whose lease ran out."""
        self.rows("update store.sharing set until = '-infinity'")
        return self.another_feed()

    def publish(self, telling: Telling) -> int:
        if self.refuses:
            raise self.refuses
        self.told.append(telling)
        return len(self.told)

    def take_back(self, stream: str, number: int) -> None:
        assert self.told[number - 1].stream == stream
        self.taken_back.append(number)

    def save(self, house: House) -> House:
        self.store.save([house])
        return self.store.get(House, house.id)

    def feed_all(self, feed: Feed | None = None) -> None:
        """Look and send until there is nothing more."""
        one = feed or self.feed
        while one.look():
            pass
        while one.send(self.publish):
            pass

    def told_to(self, organisation: str) -> list[dict[str, Any]]:
        return [json.loads(each.payload) for each in self.told if each.subject.split(".")[1] == organisation]

    def rooms_told_to(self, organisation: str) -> list[set[UUID]]:
        return [set(map(UUID, each["rooms"])) for each in self.told_to(organisation)]

    def records(self) -> list[dict[str, Any]]:
        rows = self.rows("select entry from store.access_record order by number")
        return [json.loads(row[0]) for row in rows]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url("admin"), autocommit=True) as conn:
            cursor = conn.execute(query.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def houses(database: ServiceDatabase, worker_pool: Pool) -> Houses:
    return Houses(database, worker_pool)


def test_who_takes_part_or_has_consent_is_told_and_nobody_else(houses: Houses) -> None:
    house = House.build()
    house.let_in("smwo", kind="participation")
    house.let_in("mee")
    house.let_in("auditors", kind="audit")
    house.let_in("hurry", kind="break_glass")
    house.light()
    houses.save(house)
    other = House.build()
    other.let_in("elsewhere")
    houses.save(other)
    houses.feed_all()
    assert sorted(each.subject for each in houses.told) == ["org.mee.room-lit.v1", "org.smwo.room-lit.v1"]
    assert {each.stream for each in houses.told} == {"PARTNER-mee", "PARTNER-smwo"}


def test_of_several_parts_only_those_covered_are_told(houses: Houses) -> None:
    house = House.build()
    house.let_in("smwo")
    house.let_in("mee", ATTIC)
    house.light(ATTIC, CELLAR)
    house.light(CELLAR)
    house.light()
    houses.save(house)
    houses.feed_all()
    assert houses.rooms_told_to("smwo") == [{ATTIC, CELLAR}, {CELLAR}, set()]
    # What is about the whole house is for who may see the whole.
    assert houses.rooms_told_to("mee") == [{ATTIC}]


def test_only_the_categories_that_consent_names_are_told(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee", categories=("light", "heat"))
    for category in ("light", "water", "heat"):
        house.light(ATTIC, category=category)
    houses.save(house)
    houses.feed_all()
    assert [record["categories"] for record in houses.records()] == [["light"], ["heat"]]
    assert len(houses.told_to("mee")) == 2


def test_what_a_person_holds_is_not_their_organisations(houses: Houses) -> None:
    """Also when a provider's name for somebody looks like a role at an organisation."""
    house = House.build()
    for grantee in ("supporter:x@smwo", "staff:coordinator@mee", f"person:{uuid4()}", "person:a@b"):
        house.let_in(grantee, kind="participation")
    house.light()
    houses.save(house)
    houses.feed_all()
    assert houses.told == []


def test_a_message_that_no_partner_is_told_of_stays_here(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee")
    house.sell()
    houses.save(house)
    houses.feed_all()
    assert (houses.told, houses.records()) == ([], [])


def test_numbers_do_not_tell_what_was_kept_back(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee", ATTIC)
    for room in (ATTIC, CELLAR, CELLAR, ATTIC):
        house.light(room)
    house.sell()
    house.light(ATTIC)
    houses.save(house)
    houses.feed_all()
    assert [each["position"] for each in houses.told_to("mee")] == [1, 2, 3]


def test_each_telling_has_its_record_before_it_leaves(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee", ATTIC)
    house.let_in("mee", ATTIC, role="auditor", kind="audit")
    house.light(ATTIC, CELLAR)
    houses.save(house)
    seen_when_sent: list[int] = []

    def publish(telling: Telling) -> int:
        seen_when_sent.append(len(houses.records()))
        return houses.publish(telling)

    houses.feed.look()
    houses.feed.send(publish)
    assert seen_when_sent == [1]
    [record] = houses.records()
    assert {name: record[name] for name in ("kind", "purpose", "action", "organisation", "activity")} == {
        "kind": "X",
        "purpose": "sharing",
        "action": "shareWithPartner",
        "organisation": "mee",
        "activity": "lamps.share-with-partner",
    }
    assert record["basis"] == [{"kind": "consent", "id": str(consent)}]
    assert (record["subjects"], record["parts"]) == ([str(house.id)], [str(ATTIC)])
    assert record["persons"] == [str(house.id)]
    assert (record["decision"], record["policies"]) == ("allow", ["share-with-partner"])
    # Taken again on what it stores, the decision is the same (promise P23).
    assert house_policies().evaluate_again(record).allowed


def test_nothing_is_told_when_it_cannot_be_recorded(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee")
    house.light()
    houses.save(house)
    houses.rows("alter table store.access_record add constraint full_disk check (kind <> 'X') not valid")
    with pytest.raises(psycopg.errors.CheckViolation):
        houses.feed.look()
    assert houses.feed.send(houses.publish) == 0
    houses.rows("alter table store.access_record drop constraint full_disk")
    houses.feed_all()
    assert len(houses.told) == len(houses.records()) == 1


def withdrawn(houses: Houses, house: House, consent: UUID) -> None:
    again = houses.store.get(House, house.id)
    again.show_out(consent)
    houses.save(again)


def test_after_a_withdrawal_nothing_more_is_told_and_what_waits_is_stopped(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee")
    house.let_in("smwo")
    house.light()
    houses.save(house)
    houses.feed.look()
    withdrawn(houses, house, consent)
    again = houses.store.get(House, house.id)
    again.light(ATTIC)
    houses.save(again)
    houses.feed_all()
    assert houses.told_to("mee") == []
    assert len(houses.told_to("smwo")) == 2
    mee = [record for record in houses.records() if record["organisation"] == "mee"]
    # Cleared, and then stopped: both stand in the records.
    assert [(record["decision"], record["status"]) for record in mee] == [
        ("allow", "ok"),
        ("deny", "not_found"),
    ]
    assert houses.rows("select organisation, state from store.shared where state <> 'sent'") == [
        ("mee", "stopped")
    ]


def test_a_term_that_ends_while_a_message_waits_stops_it(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee", until=NOON.replace(year=2100))
    house.light()
    houses.save(house)
    houses.rows("update clock.adjustment set adjustable = true")
    houses.feed.look()
    houses.rows("update clock.adjustment set shift = interval '80 years'")
    houses.feed_all()
    assert houses.told == []


def test_parts_that_are_no_longer_allowed_are_left_out(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee", ATTIC)
    house.let_in("mee", CELLAR)
    house.light(ATTIC, CELLAR)
    houses.save(house)
    houses.feed.look()
    withdrawn(houses, house, consent)
    houses.feed_all()
    assert houses.rooms_told_to("mee") == [{CELLAR}]


def test_never_more_parts_are_told_than_were_recorded(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee", ATTIC)
    house.light(ATTIC, CELLAR)
    house = houses.save(house)
    houses.feed.look()
    house.let_in("mee", CELLAR)
    houses.save(house)
    houses.feed_all()
    assert houses.rooms_told_to("mee") == [{ATTIC}]


def test_each_message_is_told_once_and_in_order_whatever_restarts(houses: Houses) -> None:
    """A feed is thrown away at every step; the bus refuses now and then, before and after it took one."""
    houses_known = [House.build() for _ in range(3)]
    for house in houses_known:
        house.let_in("mee")
        houses.save(house)
    lost_replies = iter([True, False, False, True, False] * 100)

    def publish(telling: Telling) -> int:
        number = houses.publish(telling)
        if next(lost_replies):
            raise NotTaken("the reply was lost", alone=True)
        return number

    for _ in range(5):
        for house in houses_known:
            again = houses.store.get(House, house.id)
            again.light(ATTIC)
            again.light(CELLAR)
            houses.save(again)
        feed = houses.another_feed()
        houses.rows("update store.sharing set until = '-infinity'")
        feed.look()
        feed.send(publish)
    for _ in range(200):
        if not (feed := houses.next_feed()).look() and not feed.send(publish):
            break
    assert houses.rows("select count(*) from store.shared where state <> 'sent'") == [(0,)]
    once = {each.message_id: json.loads(each.payload) for each in houses.told}
    assert len(once) == 30
    assert len(houses.told) > 30
    for house in houses_known:
        # What was sent again is the same message, at the same place.
        places = [each["position"] for each in once.values() if each["house"] == str(house.id)]
        assert places == list(range(1, 11))
    for telling in houses.told:
        assert json.loads(telling.payload) == once[telling.message_id]
    assert len(houses.records()) == 30


def test_two_feeds_do_no_harm(houses: Houses) -> None:
    house = House.build()
    house.let_in("mee")
    houses.save(house)
    other = houses.another_feed()
    for _ in range(10):
        again = houses.store.get(House, house.id)
        again.light(ATTIC)
        houses.save(again)
        houses.feed.look()
        assert not other.look(), "the other holds the lease"
        other.clear(house.id)
        other.send_one("mee", houses.publish)
        houses.feed.send(houses.publish)
    assert [each["position"] for each in houses.told_to("mee")] == list(range(1, 11))


def test_an_organisation_whose_stream_is_full_stops_nobody_else(houses: Houses) -> None:
    house = House.build()
    house.let_in("full")
    house.let_in("mee")
    house.light()
    houses.save(house)

    def publish(telling: Telling) -> int:
        if telling.stream == "PARTNER-full":
            raise NotTaken("maximum bytes exceeded", alone=True)
        return houses.publish(telling)

    houses.feed.look()
    houses.feed.send(publish)
    assert [each.stream for each in houses.told] == ["PARTNER-mee"]
    houses.feed_all(houses.next_feed())
    assert sorted(each.stream for each in houses.told) == ["PARTNER-full", "PARTNER-mee"]


def test_what_was_sent_and_may_not_be_had_any_more_is_taken_back(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee", ATTIC)
    house.let_in("mee", CELLAR)
    house.let_in("smwo")
    for rooms in ((ATTIC,), (CELLAR,), (ATTIC, CELLAR)):
        house.light(*rooms)
    houses.save(house)
    houses.feed_all()
    assert (len(houses.told), houses.feed.recall(houses.take_back)) == (6, 0)
    withdrawn(houses, house, consent)
    houses.feed_all()
    assert houses.feed.recall(houses.take_back) == 2
    assert houses.feed.recall(houses.take_back) == 0
    gone = [houses.told[number - 1] for number in houses.taken_back]
    assert {each.stream for each in gone} == {"PARTNER-mee"}
    assert [json.loads(each.payload)["position"] for each in gone] == [1, 3]


def test_a_recall_is_tried_until_the_bus_takes_it(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee")
    house.light()
    houses.save(house)
    houses.feed_all()
    withdrawn(houses, house, consent)
    houses.feed_all()

    def away(_stream: str, _number: int) -> None:
        raise NotTaken("the bus is away", alone=False)

    assert houses.feed.recall(away) == 0
    assert houses.next_feed().recall(houses.take_back) == 1


def test_on_an_emptied_bus_everything_is_told_again_at_its_place_if_it_still_may_be(houses: Houses) -> None:
    house = House.build()
    consent = house.let_in("mee")
    house.let_in("smwo")
    house.light()
    house.light()
    houses.save(house)
    houses.feed_all()
    before = {each.message_id: each for each in houses.told}
    houses.told.clear()
    withdrawn(houses, house, consent)
    with psycopg.connect(houses.database.url("worker"), autocommit=True) as conn:
        assert book.send_all_again(conn) == 4
    houses.feed_all()
    assert [each.stream for each in houses.told] == ["PARTNER-smwo"] * 2
    assert all(before[each.message_id] == each for each in houses.told)
