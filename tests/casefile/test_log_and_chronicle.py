"""Notes never collide and never change; what others told is kept as told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.support.clock import START, later
from tests.support.examples.casefile import ANOUK, CASE, FARIDA, FIRST, a_note
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import an_event_id, an_id

from casefile.domain.chronicle import Chronicle
from casefile.domain.errors import ContactLoggedOtherwise, HappenedInTheFuture
from casefile.domain.support_log import SupportLog


def log(contact_id: UUID, *, happened_at: datetime = START) -> SupportLog:
    return SupportLog.log(
        CASE,
        FIRST,
        contact_id,
        kind="ck_home_visit",
        supporter_id=ANOUK.supporter_id,
        happened_at=happened_at,
        note=a_note(),
        now=later(hours=2),
    )


def test_a_contact_is_logged_with_few_words() -> None:
    entry = (
        given_nothing()
        .when(lambda: log(an_id("contact")))
        .then(fact(SupportLog.Logged, case_id=CASE, kind="ck_home_visit", happened_at=START))
    )
    assert entry.subject_id == CASE


def test_two_notes_at_once_have_nothing_in_common_that_could_collide() -> None:
    assert log(an_id("contact", 1)).id != log(an_id("contact", 2)).id


def test_the_same_note_twice_is_one() -> None:
    entry = log(an_id("contact"))
    assert entry.id == log(an_id("contact")).id
    entry.confirm_same(
        part_id=FIRST, kind="ck_home_visit", supporter_id=ANOUK.supporter_id, happened_at=START
    )


def test_another_note_under_the_same_id_is_refused() -> None:
    (
        given(log(an_id("contact")))
        .when(
            lambda entry: entry.confirm_same(
                part_id=FIRST, kind="ck_phone", supporter_id=ANOUK.supporter_id, happened_at=START
            )
        )
        .then_refused(ContactLoggedOtherwise)
    )


def test_nothing_is_logged_before_it_happened() -> None:
    given_nothing().when(lambda: log(an_id("contact"), happened_at=later(hours=3))).then_refused(
        HappenedInTheFuture
    )


def hear() -> Chronicle:
    return Chronicle.hear(
        CASE,
        source="matching",
        kind="nl.ondersteuningsvragen.option-chosen.v1",
        event_id=an_event_id(1),
        position=3,
        occurred_at=START,
        facts={"part_id": str(FIRST)},
        now=later(minutes=1),
    )


def test_what_is_heard_is_kept_with_its_source_and_moment() -> None:
    entry = (
        given_nothing()
        .when(hear)
        .then(fact(Chronicle.Heard, source="matching", position=3, occurred_at=START))
    )
    assert entry.subject_id == CASE


def test_a_match_for_a_case_that_is_not_here_is_answered() -> None:
    (
        given(hear())
        .when(lambda entry: entry.refuse_match(FARIDA.match_id, FARIDA.supporter_id, None, START))
        .then(fact(Chronicle.MatchRefused, match_id=FARIDA.match_id))
    )
