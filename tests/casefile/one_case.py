"""One case in the middle of any story, and what must hold after every step of it (design §8.2).

Nothing here knows how the rules are kept; it asks only for what they promise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from tests.support.clock import START
from tests.support.examples.casefile import (
    COORDINATION,
    FORMAL_ORG,
    INFORMAL_ORG,
    a_case,
    a_completed_handover,
    a_note,
    a_planned_check,
    an_offered_handover,
)
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_supporter_id, an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.caseload import Caseload
from casefile.domain.part import Formality, Supporter
from casefile.domain.place import NOBODY_IS_THERE
from chassis.aggregates import Refused
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored

PEOPLE: dict[str, tuple[Formality, str]] = {
    "Anouk": ("informal", INFORMAL_ORG),
    "Bram": ("informal", INFORMAL_ORG),
    "Chantal": ("informal", COORDINATION),
    "Farida": ("formal", FORMAL_ORG),
    "Gijs": ("formal", "other-formal"),
}


BEGINNINGS = (a_case, an_offered_handover, a_completed_handover, a_planned_check, a_planned_check)


class RuleBroken(AssertionError):
    """The machine found a story after which something does not hold."""


def must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuleBroken(otherwise)


class OneCase(RuleBasedStateMachine):
    """A case, five supporters (when one leaves, somebody new takes the name), and time."""

    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = START
        self.case = a_case()
        self.ids = {name: a_supporter_id(name) for name in PEOPLE}
        self.caseloads = {name: Caseload.begin_for(self.ids[name], START) for name in PEOPLE}
        self.responsible: dict[UUID, Supporter | None] = {}
        self.made = 0
        self.checked = 0

    @initialize(begin=st.sampled_from(BEGINNINGS))
    def begin(self, begin: Callable[[], CaseFile]) -> None:
        """In the middle of some story; with rules broken on purpose not every beginning can be made."""
        with suppress(Refused):
            self.case = begin()
        self.now = self.case.modified_on

    # what must hold

    @invariant()
    def nobody_falls_between(self) -> None:
        must(unattended(self.case) == (), "nobody looks after a part")

    @invariant()
    def the_list_says_that_nobody_is_there(self) -> None:
        for part in self.case.open_parts():
            if not self.case.is_active(part.responsible):
                place = self.case.places.get(part.part_id)
                must(
                    bool(place and place.reasons & NOBODY_IS_THERE),
                    "the list does not say that nobody is there",
                )

    @invariant()
    def only_what_is_open_stands_on_the_list(self) -> None:
        open_parts = {part.part_id for part in self.case.open_parts()}
        must(set(self.case.places) <= open_parts | set(self.case.checks), "something closed is on the list")

    @invariant()
    def a_case_is_open_as_long_as_a_part_is(self) -> None:
        must(self.case.open == bool(self.case.open_parts()), "case and parts differ")
        if not self.case.open:
            must(not self.case.running_handovers(), "a handover runs in a closed case")
            must(not self.case.escalations, "a closed case is scaled up")

    @invariant()
    def one_handover_of_a_part_runs_between_people_who_are_there(self) -> None:
        running = self.case.running_handovers()
        parts = [part_id for handover in running for part_id in handover.part_ids]
        must(len(parts) == len(set(parts)), "two handovers of a part run")
        must(all(self.case.parts[part_id].open for part_id in parts), "a handover of a closed part runs")
        for handover in running:
            sides = {handover.receiver.supporter_id, handover.giver and handover.giver.supporter_id}
            must(not sides & set(self.case.gone), "a handover runs with somebody who left")
            must(not handover.ready, "a handover that is ready was not completed")

    @invariant()
    def responsibility_moves_only_after_yes_and_talk(self) -> None:
        """From one person to another only by a completed handover (WHO-04)."""
        events = self.case.pending()
        completed = {
            part_id
            for event in events[self.checked :]
            if isinstance(event, CaseFile.HandoverCompleted) and self.case.handovers[event.handover_id].ready
            for part_id in event.part_ids
        }
        for part_id, before in self.responsible.items():
            now = self.case.parts[part_id].responsible
            moved = before is not None and now is not None and now != before
            must(not moved or part_id in completed, "responsibility moved without yes and talk")
        self.checked = len(events)
        self.responsible = {part_id: part.responsible for part_id, part in self.case.parts.items()}

    @invariant()
    def one_check_runs_and_only_after_closing(self) -> None:
        running = [check for check in self.case.checks.values() if check.running]
        must(len(running) <= 1, "two checks run")
        must(not (running and self.case.open), "a check runs in an open case")
        for check in running:
            there = check.responsible is None or self.case.is_active(check.responsible)
            must(there, "a check is left to somebody who is not there")

    def teardown(self) -> None:
        """Rebuilt from stored events, and from a snapshot, it is the same (promise P8)."""
        self.happened.update(type(event).__name__ for event in self.case.pending())
        events = [to_event(to_stored(event)) for event in self.case.pending()]
        assert state_of(replayed(self.case, events)) == state_of(self.case)
        snapshot = from_snapshot(to_snapshot(self.case))
        assert snapshot is not None
        assert state_of(snapshot) == state_of(self.case)

    # how the machine works

    def attempt(self, command: Callable[[], None]) -> None:
        """A refusal is an answer, and leaves nothing behind (promise P2)."""
        before = len(self.case.pending())
        try:
            command()
        except Refused as refusal:
            must(bool(refusal.detail.strip()), "a refusal without a sentence")
            must(len(self.case.pending()) == before, "a refusal left something behind")

    def somebody_new(self, name: str) -> None:
        self.ids[name] = self.new_id("supporter")
        self.caseloads[name] = Caseload.begin_for(self.ids[name], self.now)

    def give_consent(self, party: str) -> None:
        self.attempt(lambda: self.case.give_consent(self.new_id("consent"), party, self.now))

    def a_match(self, who: str, part_id: UUID | None, *, talk_first: bool) -> None:
        """As the subscription does it: a match that cannot be is answered with a refusal."""
        formality, organisation = PEOPLE[who]
        supporter = Supporter(self.ids[who], self.new_id("match"), formality, organisation)
        try:
            self.caseloads[who].enter(self.case.id, self.now)
            self.case.assign_supporter(
                supporter,
                part_id,
                answers=next(iter(self.case.escalations), None),
                start_after_talk=talk_first,
                answer_by=self.now + timedelta(days=3),
                now=self.now,
            )
        except Refused as refusal:
            self.case.refuse_assignment(
                supporter.supporter_id, supporter.match_id, part_id, refusal.code, self.now
            )

    def talk(self, handover_id: UUID, roles: tuple[str, ...], stays: bool) -> None:
        self.case.record_three_way_talk(
            handover_id,
            "receiver",
            held_at=self.now,
            participant_roles=roles,
            overview_keeper="receiver",
            who_does_what=a_note(),
            way_back=a_note(),
            giver_stays=stays,
            now=self.now,
        )

    def formal_part_id(self, which: int) -> UUID:
        formal = [
            part.part_id
            for part in self.case.open_parts()
            if part.responsible and part.responsible.formality == "formal"
        ]
        return formal[which % len(formal)] if formal else self.part_id(which)

    def part_id(self, which: int) -> UUID:
        known = [part.part_id for part in self.case.open_parts()] or list(self.case.parts)
        return known[which % len(known)]

    def new_id(self, kind: str) -> UUID:
        self.made += 1
        return an_id(kind, self.made)
