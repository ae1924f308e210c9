"""The resident says yes, to a consent and to parts, or no without a reason."""

from __future__ import annotations

from datetime import timedelta

from tests.support.clock import later
from tests.support.examples.intake import (
    ACCEPTED_AT,
    ANSWER_BY,
    EXPLAINED_AT,
    a_consent,
    a_declined_request,
    a_part,
    a_received_request,
    a_resident,
    a_sealed,
    accept,
    an_accepted_request,
    an_explained_request,
)
from tests.support.given_when_then import fact, given

from intake.domain import errors
from intake.domain.agreement import Formality
from intake.domain.request import Request, State


def test_yes_carries_the_consent_and_the_parts() -> None:
    """INT-13, CLR-22: each part with its own question and "done when"."""
    parts = (a_part("letters", formality=Formality.INFORMAL), a_part("home", formality=Formality.FORMAL))

    given(an_explained_request()).when(lambda request: accept(request, parts=parts)).then(
        fact(
            Request.SupportAccepted,
            accepted_at=ACCEPTED_AT,
            consent=a_consent(),
            parts=parts,
            languages=("ar", "nl"),
            answer_by=ANSWER_BY,
        )
    )


def test_yes_before_the_right_was_explained_is_refused() -> None:
    """INT-07, INT-08."""
    given(a_received_request()).when(accept).then_refused(errors.RightNotExplained)


def test_yes_needs_at_least_one_part() -> None:
    given(an_explained_request()).when(lambda request: accept(request, parts=())).then_refused(
        errors.NoPartAgreed
    )


def test_each_part_is_its_own() -> None:
    given(an_explained_request()).when(
        lambda request: accept(request, parts=(a_part(), a_part()))
    ).then_refused(errors.PartNamedTwice)


def test_consent_is_specific_to_support() -> None:
    """CON-03."""
    given(an_explained_request()).when(
        lambda request: accept(request, consent=a_consent(purpose="cp_evaluation"))
    ).then_refused(errors.ConsentIsForSomethingElse)


def test_consent_comes_after_the_explanation() -> None:
    too_early = a_consent(given_at=EXPLAINED_AT - timedelta(seconds=1))

    given(an_explained_request()).when(lambda request: accept(request, consent=too_early)).then_refused(
        errors.ConsentBeforeExplanation
    )


def test_consent_is_not_given_in_the_future() -> None:
    given(an_explained_request()).when(
        lambda request: accept(request, consent=a_consent(given_at=later(hours=3)))
    ).then_refused(errors.ConsentInTheFuture)


def test_language_is_known_before_somebody_is_searched() -> None:
    """INT-16."""
    given(an_explained_request(languages=())).when(accept).then_refused(errors.LanguageUnknown)


def test_language_that_turned_out_later_counts() -> None:
    given(an_explained_request(languages=())).when(lambda request: accept(request, languages=("ti",))).then(
        fact(Request.SupportAccepted, languages=("ti",))
    )


def test_what_the_resident_told_later_completes_what_was_known() -> None:
    resident = a_resident()
    better_phone = a_sealed(resident.person, "phone.second")

    given(an_explained_request()).when(lambda request: accept(request, phone=better_phone)).then(
        fact(Request.SupportAccepted, resident=resident.model_copy(update={"phone": better_phone}))
    )


def test_no_needs_no_reason() -> None:
    given(an_explained_request()).when(lambda request: request.decline(now=ACCEPTED_AT)).then(
        fact(Request.DeclinedByResident, declined_at=ACCEPTED_AT)
    )


def test_no_needs_no_explanation_first() -> None:
    """INT-08: somebody who was referred can say no at once."""
    request = (
        given(a_received_request())
        .when(lambda asked: asked.decline(now=later(minutes=5)))
        .then(Request.DeclinedByResident)
    )

    assert request.state is State.DECLINED


def test_no_is_final() -> None:
    given(a_declined_request()).when(accept).then_refused(errors.RequestDeclined)
    given(a_declined_request()).when(lambda request: request.decline(now=later(days=1))).then_refused(
        errors.RequestDeclined
    )


def test_yes_is_final_here() -> None:
    given(an_accepted_request()).when(accept).then_refused(errors.RequestAccepted)
    given(an_accepted_request()).when(lambda request: request.decline(now=later(days=1))).then_refused(
        errors.RequestAccepted
    )
