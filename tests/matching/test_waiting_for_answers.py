"""No step ends in silence: an answer that does not come is told, once (P10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.matching.telling import (
    CASE,
    PART,
    SEARCH,
    a_closed_part,
    a_part_added,
    a_refused_assignment,
    an_assignment,
    done,
    matched,
    proposed,
    registered,
    stage,
    tell,
)
from tests.support.running import Running

from contracts.matching import AnswerOverdue

MINUTE = timedelta(minutes=1)
ANSWER_WITHIN = timedelta(minutes=15)
MATCH_ANSWER_WITHIN = timedelta(days=3)


def overdue(matching: Running) -> list[tuple[str, str]]:
    assert {told.about for told in matching.told(AnswerOverdue, CASE)} <= {PART}
    return [(told.step, told.asked) for told in matching.told(AnswerOverdue, CASE)]


def test_silence_of_the_case_file_is_told_once(matching: Running) -> None:
    joost = registered(matching)
    tell(matching, a_part_added())
    match_id = matched(matching, joost)
    assert matching.deadlines() == ["assignment"]

    matching.later(ANSWER_WITHIN - MINUTE)
    assert overdue(matching) == []
    matching.later(2 * MINUTE)
    matching.later(ANSWER_WITHIN)

    assert overdue(matching) == [("assignment", "casefile")]
    assert matching.get(f"/searches/{SEARCH}").json()["overdue"] is True
    tell(matching, an_assignment(match_id))
    assert (stage(matching), matching.get(f"/searches/{SEARCH}").json()["overdue"]) == ("running", False)


@pytest.mark.parametrize("answer", [an_assignment, a_refused_assignment])
def test_answer_ends_the_waiting(matching: Running, answer: type) -> None:
    joost = registered(matching)
    tell(matching, a_part_added())
    match_id = matched(matching, joost)
    tell(matching, answer(match_id))
    assert matching.deadlines() == []
    matching.later(2 * ANSWER_WITHIN)
    assert overdue(matching) == []


def test_proposal_that_nobody_answers_is_told(matching: Running) -> None:
    joost = registered(matching)
    tell(matching, a_part_added())
    match_id = proposed(matching, joost)
    done(matching, f"/matches/{match_id}/acceptances", {"by": "resident"})
    assert matching.deadlines() == ["match_answer"]
    matching.later(MATCH_ANSWER_WITHIN + MINUTE)
    assert overdue(matching) == [("match_answer", "matching")]
    done(matching, f"/matches/{match_id}/acceptances", {"by": "supporter"})
    assert stage(matching) == "awaiting_answer", "a late yes counts"


def test_whatever_ends_a_proposal_ends_the_waiting(matching: Running) -> None:
    joost = registered(matching, places=5)
    tell(matching, a_part_added())
    done(matching, f"/matches/{proposed(matching, joost)}/declines", {"by": "resident"})
    assert matching.deadlines() == []
    proposed(matching, joost)
    done(matching, f"/supporters/{joost}/pauses")
    assert matching.deadlines() == []
    done(matching, f"/supporters/{joost}/resumptions")
    matching.look()
    proposed(matching, joost)
    tell(matching, a_closed_part())
    assert matching.deadlines() == []
