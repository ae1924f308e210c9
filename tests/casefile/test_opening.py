"""A case opens with the resident's yes, and nobody falls between two stools from the first moment."""

from __future__ import annotations

from tests.support.clock import START, later
from tests.support.examples.casefile import (
    COORDINATION,
    FIRST,
    OPENED_BY,
    SECOND,
    a_case,
    a_closed_case,
    a_supported_case,
    an_asked_part,
    terms,
)
from tests.support.given_when_then import fact, given, given_nothing

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import CaseIsClosed, NoPartGiven, PartNamedTwice
from casefile.domain.involvement import Involvement
from casefile.domain.place import Reason


def test_every_part_of_a_new_case_is_on_the_list_of_the_receiving_organisation() -> None:
    case = (
        given_nothing()
        .when(lambda: a_case(let_in_too=()))
        .then(
            CaseFile.Opened,
            fact(CaseFile.InvolvementAllowed, involvement=Involvement.of(OPENED_BY, terms(COORDINATION))),
            fact(CaseFile.PartAdded, part=an_asked_part("first")),
            fact(CaseFile.PartAdded, part=an_asked_part("second")),
            fact(
                CaseFile.PutOnList,
                abouts=(FIRST, SECOND),
                reason=Reason.NEW_PART,
                organisation=COORDINATION,
            ),
        )
    )
    assert unattended(case) == ()
    assert case.places[FIRST].since == ((Reason.NEW_PART, START),)


def test_a_case_needs_a_part() -> None:
    given_nothing().when(lambda: a_case(())).then_refused(NoPartGiven)


def test_two_parts_cannot_share_an_id() -> None:
    given_nothing().when(lambda: a_case(("first", "first"))).then_refused(PartNamedTwice)


def test_a_further_question_can_be_added() -> None:
    third = an_asked_part("third", "formal")
    case = (
        given(a_supported_case())
        .when(lambda case: case.add_part(third, later(days=3)))
        .then(
            fact(CaseFile.PartAdded, part=third),
            fact(CaseFile.PutOnList, abouts=(third.part_id,), reason=Reason.NEW_PART),
        )
    )
    assert unattended(case) == ()


def test_a_part_is_not_added_twice() -> None:
    given(a_case()).when(lambda case: case.add_part(an_asked_part(), START)).then_refused(PartNamedTwice)


def test_a_closed_case_takes_no_further_question() -> None:
    (
        given(a_closed_case())
        .when(lambda case: case.add_part(an_asked_part("third"), later(days=91)))
        .then_refused(CaseIsClosed)
    )
