"""A request comes in: from any side, for oneself or for another, with as little as a phone number."""

from __future__ import annotations

from tests.support.clock import START, later
from tests.support.examples.intake import (
    a_carer,
    a_professional,
    a_received_request,
    a_resident,
    a_sealed,
    themselves,
)
from tests.support.given_when_then import fact, given_nothing
from tests.support.ids import a_person_id

from intake.domain import errors
from intake.domain.people import Relation, Requester
from intake.domain.request import Request, State


def test_referral_is_a_request_and_no_case() -> None:
    """INT-08."""
    request = given_nothing().when(a_received_request).then(Request.Received)

    assert request.state is State.RECEIVED


def test_requester_is_kept_apart_from_the_resident() -> None:
    """INT-04: the one who asks never becomes the client by asking."""
    request = given_nothing().when(lambda: a_received_request(requester=a_carer())).then(Request.Received)

    assert request.requester.person == a_person_id("Dirk")
    assert request.resident.person == a_person_id("Nour")


def test_carer_can_be_the_one_who_is_helped() -> None:
    """INT-05: somebody who cares for another asks for themselves."""
    carer = a_resident("Dirk")

    request = (
        given_nothing()
        .when(lambda: a_received_request(resident=carer, requester=themselves(carer), source="ref_naaste"))
        .then(fact(Request.Received, resident=carer))
    )

    assert request.requester.person == request.resident.person


def test_phone_number_alone_is_enough() -> None:
    resident = a_resident(with_name=False)

    given_nothing().when(
        lambda: a_received_request(resident=resident, requester=themselves(resident), languages=())
    ).then(Request.Received)


def test_phone_number_of_the_one_who_asks_is_enough() -> None:
    resident = a_resident(with_name=False, with_phone=False)

    given_nothing().when(lambda: a_received_request(resident=resident, requester=a_carer())).then(
        Request.Received
    )


def test_question_alone_is_enough() -> None:
    """Somebody without a phone at a drop-in asks something."""
    resident = a_resident(with_name=False, with_phone=False)
    question = a_sealed(resident.person, "question")

    given_nothing().when(
        lambda: a_received_request(resident=resident, requester=themselves(resident), question=question)
    ).then(fact(Request.Received, question=question))


def test_request_without_anything_to_go_on_is_refused() -> None:
    resident = a_resident(with_name=False, with_phone=False)

    given_nothing().when(
        lambda: a_received_request(resident=resident, requester=themselves(resident))
    ).then_refused(errors.NothingToGoOn)


def test_professional_who_asks_is_not_the_resident() -> None:
    resident = a_resident()
    posing = Requester(person=resident.person, relation=Relation.PROFESSIONAL)

    given_nothing().when(lambda: a_received_request(resident=resident, requester=posing)).then_refused(
        errors.RequesterIsSomebodyElse
    )


def test_resident_who_asks_is_one_person() -> None:
    somebody_else = Requester(person=a_person_id("Dirk"), relation=Relation.RESIDENT)

    given_nothing().when(lambda: a_received_request(requester=somebody_else)).then_refused(
        errors.RequesterIsSomebodyElse
    )


def test_details_of_the_resident_are_kept_once() -> None:
    resident = a_resident()
    twice = Requester(
        person=resident.person, relation=Relation.RESIDENT, name=a_sealed(resident.person, "name")
    )

    given_nothing().when(lambda: a_received_request(resident=resident, requester=twice)).then_refused(
        errors.RequesterIsSomebodyElse
    )


def test_request_of_last_night_is_entered_in_the_morning() -> None:
    """INT-25: the time of the request counts, not office hours."""
    given_nothing().when(lambda: a_received_request(received_at=START, now=later(hours=9))).then(
        fact(Request.Received, received_at=START, timestamp=later(hours=9))
    )


def test_request_cannot_come_in_later_than_now() -> None:
    given_nothing().when(lambda: a_received_request(received_at=later(minutes=1), now=START)).then_refused(
        errors.ReceivedInTheFuture
    )


def test_request_says_nothing_about_a_domain_and_is_taken_in() -> None:
    """INT-06: what the question is about is no ground to refuse, so it is not even asked here."""
    request = (
        given_nothing().when(lambda: a_received_request(requester=a_professional())).then(Request.Received)
    )

    assert not hasattr(request, "life_domains")
