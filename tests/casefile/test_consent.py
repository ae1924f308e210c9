"""What a person agrees to: given, narrowed, withdrawn, refused, expired, never given (CON-03, CON-04)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    CASE,
    COORDINATION,
    FIRST,
    FORMAL_ORG,
    INFORMAL_ORG,
    OPENED_BY,
    PROOF,
    SECOND,
    a_case,
    a_consent,
    consent_to,
    terms,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import a_person_id, an_id

from casefile.domain.consent import Consent
from casefile.domain.consent_errors import (
    ConsentEndsInThePast,
    ConsentInTheFuture,
    ConsentIsOver,
    ConsentNotNarrower,
    ConsentRecordedAlready,
    ConsentUnknown,
    ReviewIsDecided,
    ReviewNeedsAnotherPerson,
    ReviewUnknown,
)
from casefile.domain.consent_terms import Recorded, Scope

BY = Recorded("role_supporter", INFORMAL_ORG)
CONSENT = consent_to(INFORMAL_ORG)
REVIEW = an_id("review")
LOOKS = (an_id("look", 1), an_id("look", 2))


def given_until(days: int, *parts: object) -> Consent:
    consent = a_consent()
    consent.give(CONSENT, terms(INFORMAL_ORG, FIRST, SECOND, until=later(days=days)), PROOF, START)
    return consent


def an_error() -> Consent:
    consent = a_consent(a_case())
    consent.record_in_error(CONSENT, BY, review_id=REVIEW, opened_by="one", looks=LOOKS, now=START)
    return consent


# Giving


def test_a_consent_says_to_what_to_whom_about_what_until_when_and_how() -> None:
    said = terms(INFORMAL_ORG, FIRST, categories=["dc_question"], until=later(days=90))
    (
        given(a_consent())
        .when(lambda c: c.give(CONSENT, said, PROOF, START, remind_at=later(days=76)))
        .then(fact(Consent.Given, terms=said, proof=PROOF, remind_at=later(days=76)))
    )


def test_the_same_or_less_is_not_asked_twice() -> None:
    said = terms(INFORMAL_ORG, FIRST)
    given(a_consent(a_case())).when(lambda c: c.give(an_id("x"), said, PROOF, START)).then_refused(
        ConsentRecordedAlready
    )


def test_more_or_longer_is_a_consent_of_its_own() -> None:
    longer = terms(INFORMAL_ORG, FIRST, SECOND, until=later(days=60))
    given(given_until(30)).when(lambda c: c.give(an_id("x"), longer, PROOF, START)).then(Consent.Given)


def test_another_purpose_or_party_is_a_consent_of_its_own() -> None:
    consent = a_consent(a_case())
    for said in (terms(INFORMAL_ORG, purpose="cp_represent"), terms("other")):
        consent.give(an_id("x", said.party.id), said, PROOF, START)


def test_a_consent_ends_later_and_was_given_before() -> None:
    past = terms(INFORMAL_ORG, until=START)
    given(a_consent()).when(lambda c: c.give(CONSENT, past, PROOF, START)).then_refused(ConsentEndsInThePast)
    yesterday = START - timedelta(days=1)
    given(a_consent()).when(lambda c: c.give(CONSENT, terms("x"), PROOF, yesterday)).then_refused(
        ConsentInTheFuture
    )


def test_nobody_is_reminded_of_what_ends_very_soon() -> None:
    said = terms(INFORMAL_ORG, until=later(days=3))
    (
        given(a_consent())
        .when(lambda c: c.give(CONSENT, said, PROOF, START, remind_at=later(days=-11)))
        .then(fact(Consent.Given, remind_at=None))
    )


# Narrowing


@pytest.mark.parametrize(
    "scope",
    [
        Scope((FIRST,), (), later(days=30)),
        Scope((FIRST, SECOND), ("dc_plan",), later(days=30)),
        Scope((SECOND,), ("dc_plan",), later(days=10)),
    ],
)
def test_a_consent_is_narrowed_to_fewer_parts_less_data_or_a_shorter_time(scope: Scope) -> None:
    consent = (
        given(given_until(30)).when(lambda c: c.narrow(CONSENT, scope, BY, START)).then(Consent.Narrowed)
    )
    assert consent.permission(CONSENT).terms.scope == scope


@pytest.mark.parametrize(
    "scope",
    [
        Scope((FIRST, SECOND), (), later(days=30)),
        Scope((FIRST, SECOND, an_id("third")), (), later(days=30)),
        Scope((), (), later(days=30)),
        Scope((FIRST,), (), later(days=31)),
        Scope((FIRST,), (), None),
    ],
)
def test_narrowing_never_adds_anything(scope: Scope) -> None:
    given(given_until(30)).when(lambda c: c.narrow(CONSENT, scope, BY, START)).then_refused(
        ConsentNotNarrower
    )


# Withdrawing, refusing, expiring


def test_withdrawing_takes_one_step_and_no_reason() -> None:
    (
        given(a_consent(a_case()))
        .when(lambda c: c.withdraw(CONSENT, BY, START))
        .then(fact(Consent.Withdrawn, consent_id=CONSENT, recorded=BY))
    )
    assert {each.name for each in Consent.Withdrawn.__dataclass_fields__.values()}.isdisjoint(
        {"reason", "why"}
    )


def test_what_is_over_or_was_never_there_cannot_be_changed() -> None:
    consent = a_consent(a_case())
    consent.withdraw(CONSENT, BY, START)
    given(consent).when(lambda c: c.withdraw(CONSENT, BY, START)).then_refused(ConsentIsOver)
    given(consent).when(lambda c: c.narrow(CONSENT, Scope((FIRST,)), BY, START)).then_refused(ConsentIsOver)
    given(consent).when(lambda c: c.withdraw(an_id("x"), BY, START)).then_refused(ConsentUnknown)


def test_after_withdrawing_it_can_be_given_again() -> None:
    consent = a_consent(a_case())
    consent.withdraw(CONSENT, BY, START)
    given(consent).when(lambda c: c.give(an_id("again"), terms(INFORMAL_ORG), PROOF, START)).then(
        Consent.Given
    )


def test_refusing_leaves_everything_as_it_was() -> None:
    consent = a_consent(a_case())
    before = dict(consent.permissions)
    given(consent).when(lambda c: c.refuse(an_id("no"), terms(INFORMAL_ORG), BY, START)).then(Consent.Refused)
    assert consent.permissions == before


def test_a_consent_expires_when_its_time_has_passed_and_not_before() -> None:
    consent = given_until(30)
    given(consent).when(lambda c: c.expire(CONSENT, later(days=29))).then_nothing()
    given(consent).when(lambda c: c.expire(CONSENT, later(days=30))).then(
        fact(Consent.Expired, because="expired")
    )
    given(consent).when(lambda c: c.expire(CONSENT, later(days=31))).then_nothing()


def test_it_is_not_in_force_from_its_last_moment_on_also_when_nobody_said_so_yet() -> None:
    assert given_until(30).permission(CONSENT).in_force(later(days=29))
    assert not given_until(30).permission(CONSENT).in_force(later(days=30))


# Never given


def test_a_consent_that_was_never_given_opens_a_review_of_every_look_under_it() -> None:
    (
        given(a_consent(a_case()))
        .when(
            lambda c: c.record_in_error(
                CONSENT, BY, review_id=REVIEW, opened_by="one", looks=LOOKS, now=START
            )
        )
        .then(
            fact(Consent.RecordedInError, consent_id=CONSENT),
            fact(Consent.BreachReviewOpened, consent_id=CONSENT, looks=LOOKS),
        )
    )


def test_also_one_that_is_over_can_turn_out_never_to_have_been_given_but_only_once() -> None:
    consent = a_consent(a_case())
    consent.withdraw(CONSENT, BY, START)
    consent.record_in_error(CONSENT, BY, review_id=REVIEW, opened_by="one", looks=(), now=START)
    given(consent).when(
        lambda c: c.record_in_error(CONSENT, BY, review_id=REVIEW, opened_by="one", looks=(), now=START)
    ).then_refused(ConsentIsOver)


def test_another_person_decides_the_review_and_once() -> None:
    given(an_error()).when(lambda c: c.decide_review(REVIEW, "bo_no_harm", "one", BY, START)).then_refused(
        ReviewNeedsAnotherPerson
    )
    consent = (
        given(an_error())
        .when(lambda c: c.decide_review(REVIEW, "bo_no_harm", "two", BY, START))
        .then(fact(Consent.BreachReviewDecided, outcome="bo_no_harm"))
    )
    given(consent).when(lambda c: c.decide_review(REVIEW, "bo_no_harm", "two", BY, START)).then_refused(
        ReviewIsDecided
    )
    given(consent).when(lambda c: c.decide_review(an_id("x"), "bo_no_harm", "two", BY, START)).then_refused(
        ReviewUnknown
    )


# Persons and cases


def test_each_person_has_consents_of_their_own() -> None:
    """INT-05: carer and resident are different persons, also in one case."""
    carer, partner = a_person_id("carer"), a_person_id("partner")
    assert len({Consent.id_of(p, c) for p in (carer, partner) for c in ("resident", "carer")}) == 4


def test_what_a_partner_agrees_to_lets_nobody_into_the_carers_case() -> None:
    """F2: the carer is the client; the partner's data only with the partner's own consent."""
    partner = a_consent(person=a_person_id("partner"))
    partner.give(CONSENT, terms(INFORMAL_ORG, case_id=CASE), PROOF, START)
    assert partner.touched(terms(INFORMAL_ORG, case_id=CASE)) == ()


def test_a_consent_without_a_case_holds_for_every_case() -> None:
    consent = a_consent(a_case())
    consent.give(an_id("all"), terms(FORMAL_ORG, case_id=None), PROOF, START)
    consent.enter_case(an_id("another"), COORDINATION, START)
    assert [each.consent_id for each in consent.general(START)] == [an_id("all")]
    assert consent.touched(terms(FORMAL_ORG, case_id=None)) == (CASE, an_id("another"))


def test_a_case_that_is_opened_again_asks_anew() -> None:
    consent = a_consent(a_case())
    given(consent).when(lambda c: c.lapse([OPENED_BY], START)).then(
        fact(Consent.Expired, because="asked_anew")
    )
    assert not consent.permission(OPENED_BY).in_force(START)
