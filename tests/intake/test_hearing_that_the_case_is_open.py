"""The subscriber of CaseOpened: done, refused, redelivered, concurrent. And silence becomes visible (P10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

from tests.intake.bodies import accepted, explained
from tests.support.running import Running

from contracts.casefile import CaseOpened

ANSWER_WITHIN = timedelta(minutes=15)


def a_case_opened(intake: Running) -> CaseOpened:
    return CaseOpened(
        number="2741-9063",
        network="almere",
        network_version=1,
        organisation="oco_almere",
        municipality="almere",
        resident=uuid4(),
        languages=("ar",),
        opened_at=intake.now(),
    )


def overdue(intake: Running, request_id: UUID) -> bool:
    intake.look()
    [item] = [
        each for each in intake.get("/requests").json()["items"] if each["requestId"] == str(request_id)
    ]
    return bool(item["answerOverdue"])


def test_done(intake: Running) -> None:
    request_id = accepted(intake)
    assert intake.deadlines() == ["case_opening"]

    intake.hear(a_case_opened(intake), request_id)

    assert intake.deadlines() == []
    assert intake.stored()[-1] == "intake:Request.CaseOpened"
    intake.later(ANSWER_WITHIN * 2)
    assert not overdue(intake, request_id)


def test_refused(intake: Running) -> None:
    """A case for somebody who did not say yes should not be: it is a dead letter, and nothing changes."""
    request_id = explained(intake)
    before = intake.stored()
    message = intake.message(a_case_opened(intake), request_id)

    for _ in range(5):
        intake.deliver("casefile", message)

    assert intake.dead_letters() == ["RequestNotAccepted"]
    assert intake.stored() == before


def test_redelivered(intake: Running) -> None:
    request_id = accepted(intake)
    message = intake.message(a_case_opened(intake), request_id)

    assert intake.deliver("casefile", message, message) == [None, None]
    assert intake.deliver("casefile", message) == [None]

    assert intake.stored().count("intake:Request.CaseOpened") == 1


def test_concurrent(intake: Running) -> None:
    request_id = accepted(intake)
    message = intake.message(a_case_opened(intake), request_id)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: intake.deliver("casefile", message), range(4)))

    assert outcomes == [[None]] * 4
    assert intake.stored().count("intake:Request.CaseOpened") == 1


def test_case_that_began_elsewhere_is_passed_over(intake: Running) -> None:
    intake.hear(a_case_opened(intake), uuid4())

    assert intake.stored() == []


def test_silence_is_shown_after_the_networks_interval(intake: Running) -> None:
    request_id = accepted(intake)

    intake.later(ANSWER_WITHIN - timedelta(minutes=1))
    assert not overdue(intake, request_id)

    intake.later(timedelta(minutes=2))
    assert overdue(intake, request_id)
    assert intake.stored().count("intake:Request.AnswerOverdue") == 1


def test_silence_is_shown_once_after_downtime(intake: Running) -> None:
    """P10."""
    request_id = accepted(intake)

    intake.later(timedelta(days=30))
    assert intake.sweep() == 0

    assert overdue(intake, request_id)
    assert intake.stored().count("intake:Request.AnswerOverdue") == 1


def test_late_answer_ends_the_silence(intake: Running) -> None:
    request_id = accepted(intake)
    intake.later(ANSWER_WITHIN * 2)

    intake.hear(a_case_opened(intake), request_id)

    assert not overdue(intake, request_id)
