"""A code for a professional at the table: given only where there is something to confirm (CON-02)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import ANOUK, CASE, FIRST, NOUR
from tests.support.given_when_then import fact, given_nothing
from tests.support.ids import an_id

from casefile.domain.consent_check import ConsentCheck
from casefile.domain.safeguard_errors import NothingToCheck

CONSENT = an_id("consent", "uwv")
A_MONTH = later(days=31)


def give_code(
    consent_id: UUID | None = CONSENT,
    part_ids: tuple[UUID, ...] = (FIRST,),
    valid_until: datetime = A_MONTH,
) -> ConsentCheck:
    return ConsentCheck.give_code(
        an_id("check", "uwv"),
        CASE,
        NOUR,
        supporter_id=ANOUK.supporter_id,
        part_ids=part_ids,
        authority="uwv",
        consent_id=consent_id,
        valid_until=valid_until,
        digest=b"\x01" * 32,
        now=START,
    )


def test_a_code_is_for_one_supporter_one_authority_and_some_days() -> None:
    check = (
        given_nothing()
        .when(give_code)
        .then(fact(ConsentCheck.CodeGiven, case_id=CASE, authority="uwv", valid_until=later(days=31)))
    )
    assert check.subject_id == check.id != CASE, "who holds the code sees nothing of the case"


@pytest.mark.parametrize(
    ("consent_id", "part_ids", "until"),
    [(None, (FIRST,), later(days=1)), (CONSENT, (), later(days=1)), (CONSENT, (FIRST,), START)],
)
def test_without_anything_to_confirm_there_is_no_code(
    consent_id: UUID | None, part_ids: tuple[UUID, ...], until: datetime
) -> None:
    given_nothing().when(lambda: give_code(consent_id, part_ids, until)).then_refused(NothingToCheck)
