"""A step that nobody answers reaches a coordinator, once, also after downtime (promise P10, WHO-09)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.casefile.telling import (
    CASE,
    DAY,
    FIRST,
    SECOND,
    TALK,
    a_formal_supporter,
    a_planned_check,
    a_supported_case,
    an_escalated_case,
    as_supporter,
    asked,
    check_of,
    done,
    escalation_of,
    of_part,
    offered_handover,
    options,
    tell,
)
from tests.support.ids import a_supporter_id
from tests.support.running import Running

from contracts import casefile as told
from contracts.notifications import WaakvlamCheckDue

ANSWER_WITHIN = timedelta(minutes=15)


def on_list(casefile: Running) -> list[str]:
    reasons: list[str] = of_part(asked(casefile, f"/cases/{CASE}"))["onList"]
    return reasons


def test_an_escalation_that_matching_does_not_answer_is_on_the_list(casefile: Running) -> None:
    an_escalated_case(casefile)
    casefile.later(ANSWER_WITHIN - timedelta(seconds=30))
    assert on_list(casefile) == []
    casefile.later(timedelta(minutes=1))
    assert on_list(casefile) == ["answer_overdue"]
    casefile.arm_again("answer", CASE)
    casefile.sweep()
    tell(casefile, options(escalation_of(casefile)))
    assert on_list(casefile) == []


def test_an_answer_in_time_ends_the_waiting(casefile: Running) -> None:
    an_escalated_case(casefile)
    assert casefile.deadlines() == ["answer"]
    tell(casefile, options(escalation_of(casefile)))
    assert casefile.deadlines() == []


def test_a_handover_without_an_answer_times_out_and_the_giver_stays(casefile: Running) -> None:
    offered_handover(casefile)
    casefile.later(5 * DAY)
    assert "handover_timed_out" in on_list(casefile)
    assert of_part(asked(casefile, f"/cases/{CASE}"))["responsible"] == str(a_supporter_id("Anouk"))
    timed_out = casefile.told(told.WarmHandoverTimedOut)
    assert [(event.part_ids, event.receiver) for event in timed_out] == [((FIRST,), a_supporter_id("Farida"))]
    casefile.later(30 * DAY)
    assert len(casefile.told(told.WarmHandoverTimedOut)) == 1


def test_a_talk_that_is_not_held_in_time_is_told_and_can_still_be_held(casefile: Running) -> None:
    handover = offered_handover(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    assert "handover_answer" not in casefile.deadlines()
    casefile.later(14 * DAY)
    assert "handover_overdue" in on_list(casefile)
    done(casefile, f"{handover}/talks", TALK)
    assert on_list(casefile) == []
    assert casefile.deadlines() == []


def test_a_coordinator_who_is_absent_holds_nothing_up(casefile: Running) -> None:
    a_supported_case(casefile)
    place = f"/cases/{CASE}/list-items/{SECOND}"
    done(casefile, f"{place}/claims", subject="one")
    casefile.later(timedelta(hours=4))
    assert casefile.facts_of(CASE)[-1] == "CaseFile.ClaimEnded"
    done(casefile, f"{place}/claims", subject="two")


def test_a_check_that_is_never_called_due_reaches_a_coordinator(casefile: Running) -> None:
    a_planned_check(casefile)
    casefile.later(91 * DAY + ANSWER_WITHIN)
    work = asked(casefile, "/worklist")["items"]
    assert [(item["about"], item["reason"]) for item in work] == [
        (str(check_of(casefile)), "waakvlam_silence")
    ]


def test_a_check_that_is_called_due_is_awaited_no_more(casefile: Running) -> None:
    a_planned_check(casefile)
    assert "answer" in casefile.deadlines()
    tell(casefile, WaakvlamCheckDue(check_id=check_of(casefile), due_at=casefile.now(), responsible=None))
    assert "answer" not in casefile.deadlines()


@pytest.mark.parametrize("days", [1, 400])
def test_nothing_falls_due_in_a_closed_case(casefile: Running, days: int) -> None:
    handover = offered_handover(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_withdrawn"})
    before = casefile.facts_of(CASE)
    casefile.later(days * DAY)
    assert casefile.facts_of(CASE) == before


def test_two_steps_that_wait_are_told_apart(casefile: Running) -> None:
    offered_handover(casefile)
    tell(casefile, a_formal_supporter("Gijs", SECOND))
    casefile.later(ANSWER_WITHIN)
    assert on_list(casefile) == []
