"""Who speaks for a person: recorded, in force for a time, and checked at every consent (design §6)."""

from __future__ import annotations

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import COORDINATION, NOUR, a_case, a_consent
from tests.support.given_when_then import fact, given
from tests.support.ids import a_person_id, an_id

from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.consent_errors import (
    NoRepresentationInForce,
    PersonMustAgreeToo,
    RepresentationIsOver,
    RepresentationUnknown,
    RepresentativeNeeded,
    RepresentsThemselves,
)
from casefile.domain.consent_terms import Recorded, Who
from casefile.domain.representation import check_who
from chassis.aggregates import Refused

MOTHER, PAPER = a_person_id("mother"), an_id("representation")
BY = Recorded("role_coordinator", COORDINATION)


def a_child(days: int | None = None) -> Consent:
    consent = a_consent()
    consent.record_representation(
        PAPER,
        MOTHER,
        "rk_parent",
        valid_from=later(days=1),
        valid_until=later(days=days) if days else None,
        recorded=BY,
        now=START,
    )
    return consent


@pytest.mark.parametrize(
    ("needed", "given_by", "refusal"),
    [
        ("self", "self", None),
        ("self", "together", None),
        ("self", "representative", None),
        ("together", "together", None),
        ("together", "self", RepresentativeNeeded),
        ("together", "representative", PersonMustAgreeToo),
        ("representative", "representative", None),
        ("representative", "together", None),
        ("representative", "self", RepresentativeNeeded),
    ],
)
def test_who_has_to_consent_consents(needed: Who, given_by: Who, refusal: type[Refused] | None) -> None:
    if refusal is None:
        check_who(needed, given_by)
    else:
        with pytest.raises(refusal):
            check_who(needed, given_by)


def test_a_representation_is_in_force_from_its_beginning_to_its_end() -> None:
    consent = a_child(days=30)
    for moment, is_in_force in ((START, False), (later(days=1), True), (later(days=30), False)):
        if is_in_force:
            assert consent.representation_by(MOTHER, moment).representation_id == PAPER
            assert consent.representation_in_force(PAPER, moment).kind == "rk_parent"
        else:
            with pytest.raises(NoRepresentationInForce):
                consent.representation_by(MOTHER, moment)
            with pytest.raises(NoRepresentationInForce):
                consent.representation_in_force(PAPER, moment)


def test_somebody_else_speaks_for_nobody() -> None:
    with pytest.raises(NoRepresentationInForce):
        a_child().representation_by(a_person_id("neighbour"), later(days=2))


def test_an_ended_representation_is_over_at_once() -> None:
    consent = a_child()
    consent.end_representation(PAPER, BY, later(days=2))
    with pytest.raises(NoRepresentationInForce):
        consent.representation_by(MOTHER, later(days=2))
    given(consent).when(lambda c: c.end_representation(PAPER, BY, later(days=2))).then_refused(
        RepresentationIsOver
    )
    given(consent).when(lambda c: c.end_representation(an_id("x"), BY, later(days=2))).then_refused(
        RepresentationUnknown
    )


def test_its_term_ends_it_once() -> None:
    consent = a_child(days=30)
    given(consent).when(lambda c: c.representation_expires(PAPER, later(days=29))).then_nothing()
    given(consent).when(lambda c: c.representation_expires(PAPER, later(days=30))).then(
        fact(Consent.RepresentationEnded, representative=MOTHER, recorded=None)
    )
    given(consent).when(lambda c: c.representation_expires(PAPER, later(days=31))).then_nothing()


def test_nobody_represents_themselves_nor_in_the_past() -> None:
    def record(consent: Consent, who: object, until: object) -> None:
        consent.record_representation(
            PAPER,
            who,  # type: ignore[arg-type]
            "rk_mentor",
            valid_from=START,
            valid_until=until,  # type: ignore[arg-type]
            recorded=BY,
            now=START,
        )

    given(a_consent()).when(lambda c: record(c, NOUR, None)).then_refused(RepresentsThemselves)
    given(a_consent()).when(lambda c: record(c, MOTHER, START)).then_refused(RepresentationIsOver)


def test_a_representative_is_known_in_the_case_while_it_lasts() -> None:
    case = a_case()
    case = (
        given(case)
        .when(lambda c: c.allow_representative(PAPER, MOTHER, "rk_parent", START, None, START))
        .then(fact(CaseFile.RepresentativeAllowed, representative=MOTHER))
    )
    given(case).when(
        lambda c: c.allow_representative(PAPER, MOTHER, "rk_parent", START, None, START)
    ).then_nothing()
    given(case).when(lambda c: c.end_representative(PAPER, START)).then(CaseFile.RepresentativeEnded)
    given(case).when(lambda c: c.end_representative(PAPER, START)).then_nothing()
