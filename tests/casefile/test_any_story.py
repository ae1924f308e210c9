"""At no moment is a part without a responsible person or a place on a coordinator's list (design §8.2).

``AnyStory`` plays any story on the real aggregates. The negative controls break one rule at a time, and the
machine has to find it: an invariant that cannot fail proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.casefile.any_story import AnyStory
from tests.casefile.one_case import RuleBroken
from tests.support.examples.casefile import ANOUK, FARIDA, a_completed_handover, assign
from tests.support.ids import a_match_id

from casefile.domain.case import CaseFile
from casefile.domain.on_the_list import OnTheList
from casefile.domain.part import Supporter
from casefile.domain.place import Reason
from casefile.guards import consents as guards_of_consent

KNOWN_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PLAY = settings(
    max_examples=200, stateful_step_count=50, deadline=None, database=None, suppress_health_check=KNOWN_SLOW
)
FIND = settings(
    PLAY,
    max_examples=600,
    stateful_step_count=40,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    print_blob=False,
)


MUST_HAPPEN = {
    "SupporterAssigned",
    "HandoverOffered",
    "HandoverCompleted",
    "HandoverCancelled",
    "HandoverTimedOut",
    "SupporterPaused",
    "SupporterLeft",
    "MatchEnded",
    "InvolvementEnded",
    "InvolvementNarrowed",
    "InvolvementRefused",
    "AnswerOverdue",
    "ClaimEnded",
    "PartClosed",
    "Reopened",
    "CheckDone",
}
"""What the design names as dangerous, and what the stories need to get there."""


def test_whatever_happens_nobody_falls_between_two_stools() -> None:
    AnyStory.happened.clear()
    run_state_machine_as_test(AnyStory, settings=PLAY)
    assert set(AnyStory.happened) >= MUST_HAPPEN, "the stories were too short to prove anything"


def found_by_the_machine() -> str:
    """What the machine finds wrong with the rules as they are now."""
    with pytest.raises(RuleBroken) as found:
        run_state_machine_as_test(AnyStory, settings=FIND)
    return str(found.value)


@pytest.mark.parametrize(
    "forgotten",
    [
        Reason.NEW_PART,
        Reason.SUPPORTER_PAUSED,
        Reason.SUPPORTER_LEFT,
        Reason.SUPPORTER_ERASED,
        Reason.MATCH_ENDED,
        Reason.CONSENT_WITHDRAWN,
        Reason.REOPENED,
    ],
)
def test_a_case_that_forgets_the_list_is_found(forgotten: Reason, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_list = OnTheList._put_on_list

    def put_all_but_one(
        case: CaseFile, abouts: Iterable[UUID], reason: Reason, now: datetime, **because: Any
    ) -> None:
        if reason is not forgotten:
            put_on_list(case, abouts, reason, now, **because)

    monkeypatch.setattr(OnTheList, "_put_on_list", put_all_but_one)
    assert "nobody" in found_by_the_machine()


def test_a_handover_that_moves_responsibility_at_the_yes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def complete_at_yes(case: Any, handover_id: UUID, now: datetime) -> None:
        handover = case.handovers[handover_id]
        if handover.accepted:
            case.happened(
                case.HandoverCompleted,
                now=now,
                handover_id=handover_id,
                part_ids=handover.part_ids,
                giver=handover.giver,
                receiver=handover.receiver,
                direction=handover.direction,
                giver_stays=True,
            )

    monkeypatch.setattr(CaseFile, "_complete_when_ready", complete_at_yes)
    assert found_by_the_machine() == "responsibility moved without yes and talk"


def test_a_match_that_pushes_somebody_aside_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def take_over_at_once(
        case: Any, handover_id: UUID, part_ids: Any, receiver: Supporter, **how: Any
    ) -> None:
        for part_id in part_ids:
            case.happened(case.SupporterAssigned, now=how["now"], part_id=part_id, supporter=receiver)

    monkeypatch.setattr(CaseFile, "_offer_handover", take_over_at_once)
    assert found_by_the_machine() == "responsibility moved without yes and talk"


def test_a_receiver_who_left_and_still_receives_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseFile, "_cancel", lambda case, handover, reason, now, **because: None)
    assert found_by_the_machine() in {
        "a handover runs with somebody who left",
        "a handover of a closed part runs",
        "a handover runs in a closed case",
    }


def test_a_place_that_is_given_up_too_early_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list lets go of everything as soon as a handover is offered."""
    take_off = OnTheList._take_off
    monkeypatch.setattr(
        OnTheList,
        "_take_off",
        lambda case, abouts, reasons, now: take_off(case, abouts, set(Reason), now),
    )
    assert "nobody" in found_by_the_machine()


def test_a_withdrawal_that_leaves_grants_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_of_consent, "_ends", lambda case, consent_id, at: ())
    assert found_by_the_machine() in {
        "a grant outlives its consent",
        "a grant is for a part that its consent does not name",
        "somebody sees a part that they do not serve",
    }


def test_a_withdrawal_that_lets_people_stay_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseFile, "_not_let", lambda case, before, after: ((), ()))
    assert found_by_the_machine() in {
        "somebody serves without consent",
        "somebody serves a part that they do not see",
    }


def test_a_match_without_consent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseFile, "_check_admitted", lambda case, supporter, part_ids, now: None)
    assert found_by_the_machine() in {
        "somebody serves without consent",
        "somebody serves a part that they do not see",
    }


def test_a_consent_that_ends_with_the_person_only_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CaseFile, "end_involvement", lambda case, consent_id, because, now: None)
    assert found_by_the_machine() in {
        "the case and the person's consents differ",
        "a grant outlives its consent",
        "somebody sees a part that they do not serve",
    }


def test_a_companion_who_was_chosen_again_sees_nothing_after_that_match_ends() -> None:
    """A story that the machine once found."""
    story = AnyStory()
    story.begin(a_completed_handover)
    again = Supporter(ANOUK.supporter_id, a_match_id("again"), ANOUK.formality, ANOUK.organisation)
    steps: tuple[Callable[[], None], ...] = (
        lambda: story.case.end_match(FARIDA.match_id, "no_click", story.now),
        lambda: assign(story.case, again),
        lambda: story.case.end_match(again.match_id, "no_click", story.now),
    )
    for step in steps:
        step()
        story.keep_grants()
        story.who_serves_sees_what_they_serve_and_nothing_else()
