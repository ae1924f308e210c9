"""What many stories have in common: how a case begins, finds somebody, scales up, and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from deploy.demo import at_casefile, at_intake, at_matching
from deploy.demo.asking import Answer, NotDone
from deploy.demo.at_matching import Liked, anybody
from deploy.demo.case_in_play import CaseInPlay, Chosen
from deploy.demo.voices import Voice

Waits = Iterator[timedelta]
"""A story says from which day on it can go on; the days count from the beginning of the demo."""

TALK_DAY = timedelta(days=6)
"""Later than a receiver may be silent, and before a talk is overdue."""
JUST_AFTER = timedelta(minutes=5)
"""So soon after a moment all cases reached it, and no answer that is awaited since then is late yet."""
RETRY_AFTER, MISSED_AFTER = timedelta(days=7), timedelta(days=14)
"""When both networks try somebody again who was not reached, and when they call a check missed."""


def begin(case: CaseInPlay) -> None:
    """From the request to a case with its parts on the list."""
    at_intake.receive(case)
    at_intake.explain(case)
    at_intake.accept(case)


def find(case: CaseInPlay, part_id: str, like: Liked = anybody, *, says_no_first: bool = False) -> Chosen:
    """Somebody for a part, who is responsible at once."""
    with case.doing("a supporter is chosen"):
        chosen = at_matching.match(case, part_id, like=like, says_no_first=says_no_first)
    with case.doing("the supporter becomes responsible"):
        at_casefile.until_responsible(case, part_id, chosen)
    return chosen


def help_with_all(case: CaseInPlay, *kinds: str) -> None:
    """Somebody for every part, and some contacts."""
    for part_id in case.parts:
        find(case, part_id)
        contacts(case, part_id, *kinds)


def contacts(case: CaseInPlay, part_id: str, *kinds: str) -> None:
    """Contacts are logged."""
    with case.doing("contacts are logged"):
        at_casefile.log(case, part_id, *kinds)


def scale_up(case: CaseInPlay, part_id: str | None) -> str:
    """The decision, on the story's grounds; its id. ``part_id`` None: the whole case."""
    with case.doing("it is scaled up"):
        return at_casefile.escalate(case, part_id, case.story.indications)


def find_formal(case: CaseInPlay, part_id: str | None, decision: str) -> Chosen:
    """The formal supporter whom the resident chooses for it; they come in by a warm handover."""
    with case.doing("a formal supporter is chosen"):
        return at_matching.match(case, part_id, answers=decision)


def offered_handover(case: CaseInPlay, part_id: str, besides: str | None = None) -> str:
    """The handover that is offered for it."""
    with case.doing("the handover is offered"):
        return at_casefile.handover_of(case, part_id, besides)


def accept_and_plan(case: CaseInPlay, handover: str, receiver: Chosen) -> None:
    """The receiver says yes, and the talk gets a date."""
    with case.doing("the handover is accepted and the talk planned"):
        at_casefile.accept_handover(case, handover, receiver)
        at_casefile.plan_talk(case, handover, receiver, timedelta(days=5))


def talk(case: CaseInPlay, part_ids: Sequence[str], handover: str, receiver: Chosen) -> None:
    """The three-way talk is held, and the receiver is responsible from then on."""
    with case.doing("the three-way talk is held"):
        at_casefile.hold_talk(case, handover, receiver)
        for part_id in part_ids:
            at_casefile.until_responsible(case, part_id, receiver)


def hand_over_to_formal(case: CaseInPlay, part_id: str) -> Waits:
    """From the decision to scale up until the formal supporter is responsible and did something."""
    receiver = find_formal(case, part_id, scale_up(case, part_id))
    handover = offered_handover(case, part_id)
    accept_and_plan(case, handover, receiver)
    yield TALK_DAY
    talk(case, [part_id], handover, receiver)
    contacts(case, part_id, "ck_on_behalf", "ck_application")


def end(case: CaseInPlay, by: Voice | None = None) -> Waits:
    """Parts close one by one, the case with the last; then the pilot-light contact that was agreed.

    ``by``: who closes, when that is not the coordinator.
    """
    yield TALK_DAY
    story, plan = case.story, case.story.waakvlam
    responsible = case.served_by.get(case.parts[-1])
    with case.doing("the parts and the case close"):
        for part_id in case.parts[:-1]:
            at_casefile.close_part(case, part_id, story.close, by)
        agreed: Answer | None = None
        if case.network.offers_waakvlam(case.organisation):
            agreed = {"agreed": plan is not None}
            if plan:
                agreed["dueAfterDays"] = plan.after_days
                agreed["responsible"] = responsible.supporter_id if responsible else None
        at_casefile.close(case, story.close, agreed, by)
    closed(case)
    if plan:
        yield from _waakvlam(case, responsible)


def closed(case: CaseInPlay) -> None:
    """The case is closed for everybody."""
    with case.doing("the case is closed"):
        case.until(lambda: at_casefile.case_now(case)["state"] == "closed" or None, "its closed state")


def _waakvlam(case: CaseInPlay, responsible: Chosen | None) -> Waits:
    plan = case.story.waakvlam
    if plan is None:
        raise NotDone("no pilot-light contact was agreed")
    due = TALK_DAY + timedelta(days=plan.after_days) + JUST_AFTER
    if plan.supporter_pauses and responsible:
        with case.doing("the supporter who would do the check takes a break"):
            at_matching.pause(case, responsible)
    yield due
    with case.doing("the pilot-light check falls due"):
        check = at_casefile.due_check(case)
    if plan.not_reached_first:
        with case.doing("the resident is not reached"):
            at_casefile.record_check(case, check, "wo_not_reached")
        yield due + RETRY_AFTER + JUST_AFTER
        with case.doing("the pilot-light check falls due again"):
            check = at_casefile.due_check(case, besides=check)
    if plan.missed:
        yield due + MISSED_AFTER + JUST_AFTER
        with case.doing("the pilot-light check is missed"):
            at_casefile.until_on_work_list(case, "waakvlam_missed")
    with case.doing("the pilot-light contact is had"):
        at_casefile.record_check(case, check, plan.outcome)
