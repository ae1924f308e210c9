"""A case is remembered with its network and its checks."""

from __future__ import annotations

from tests.support.clock import START, later
from tests.support.examples.notifications import NETWORK, a_check_id, a_matter
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import a_case_id

from notifications.domain import errors
from notifications.domain.matter import Matter


def test_case_is_remembered_with_its_network() -> None:
    given_nothing().when(lambda: Matter.note(a_case_id(), network=NETWORK, now=START)).then(
        fact(Matter.Noted, network=NETWORK)
    )


def test_case_can_have_check_after_check() -> None:
    """WAA-04: recurring."""
    matter = (
        given(a_matter())
        .when(lambda case: case.add_check(a_check_id("first"), now=later(days=1)))
        .then(Matter.CheckAdded)
    )
    given(matter).when(lambda case: case.add_check(a_check_id("second"), now=later(days=91))).then(
        fact(Matter.CheckAdded, check_id=a_check_id("second"))
    )


def test_check_is_added_once() -> None:
    matter = a_matter()
    matter.add_check(a_check_id(), now=later(days=1))

    given(matter).when(lambda case: case.add_check(a_check_id(), now=later(days=2))).then_refused(
        errors.CheckPlannedAlready
    )
