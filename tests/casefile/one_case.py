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
    PROOF,
    a_case,
    a_completed_handover,
    a_consent,
    a_note,
    a_planned_check,
    an_offered_handover,
    terms,
)
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_supporter_id, an_id

from casefile.application.at_hand import AtHand
from casefile.application.consequences import Consequences
from casefile.domain.case import CaseFile, unattended
from casefile.domain.caseload import Caseload
from casefile.domain.consent import Consent
from casefile.domain.involvement import Involvement
from casefile.domain.part import Formality, Supporter
from casefile.domain.place import NOBODY_IS_THERE, Reason
from casefile.guards import guard
from chassis.aggregates import Aggregate, Refused
from chassis.guards import Grant, GrantsEnd
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


class Together(AtHand):
    """The case and the resident's consent, as a command has them at hand; nothing is loaded."""

    def __init__(self, *aggregates: Aggregate) -> None:
        self._kept = {each.id: each for each in aggregates}


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
        self.consent: Consent = a_consent(self.case)
        self.grants: dict[UUID, Grant] = {}
        self.guarded = {self.case.id: 0, self.consent.id: 0}

    @initialize(begin=st.sampled_from(BEGINNINGS))
    def begin(self, begin: Callable[[], CaseFile]) -> None:
        """In the middle of some story; with rules broken on purpose not every beginning can be made."""
        with suppress(Refused):
            self.case = begin()
        self.now = self.case.modified_on
        self.consent = a_consent(self.case)
        self.keep_grants()

    # what must hold

    @invariant()
    def no_grant_outlives_its_consent(self) -> None:
        """Promise P18, for every grant that a save ever wrote."""
        self.keep_grants()
        for grant in self.grants.values():
            if not self.counts(grant) or grant.consent_id is None:
                continue
            known = self.consent.permissions[grant.consent_id]
            must(known.in_force(self.now), "a grant outlives its consent")
            scope = known.terms.scope
            if grant.subject_id == self.case.id:
                named = not scope.part_ids or grant.part_id in scope.part_ids
                must(named, "a grant is for a part that its consent does not name")
                must(tuple(grant.categories) == (scope.categories or ("*",)), "a grant shows other data")

    @invariant()
    def who_serves_sees_what_they_serve_and_nothing_else(self) -> None:
        serving = {
            (f"role_supporter:{each.supporter_id}", part.part_id)
            for part in self.case.open_parts()
            for each in part.people()
        }
        asked = {
            (f"role_supporter:{handover.receiver.supporter_id}", part_id)
            for handover in self.case.running_handovers()
            for part_id in handover.part_ids
        }
        closed = {part.part_id for part in self.case.parts.values() if not part.open}
        seen = {
            (grant.grantee, grant.part_id)
            for grant in self.grants.values()
            if self.counts(grant)
            and grant.subject_id == self.case.id
            and grant.grantee.startswith("role_supporter:")
            and grant.part_id not in closed
        }
        must(seen <= serving | asked, "somebody sees a part that they do not serve")
        expired = {
            who
            for who in serving | asked
            if all(not i.in_force(self.now) for i in self._lets(who[0], who[1]))
        }
        must(serving | asked <= seen | expired, "somebody serves a part that they do not see")

    def _lets(self, grantee: str, part_id: UUID) -> list[Involvement]:
        people = [*(p for part in self.case.parts.values() for p in part.people())]
        people += [handover.receiver for handover in self.case.running_handovers()]
        them = next(each for each in people if grantee.endswith(str(each.supporter_id)))
        return list(self.case.admitting(them, part_id))

    @invariant()
    def case_and_person_agree_on_what_was_consented_to(self) -> None:
        known = {
            each.consent_id: each.terms.scope for each in self.consent.permissions.values() if not each.over
        }
        kept = {each.consent_id: each.scope for each in self.case.involvements.values()}
        must(kept == known, "the case and the person's consents differ")

    @invariant()
    def nobody_serves_without_consent(self) -> None:
        for part in self.case.open_parts():
            for each in part.people():
                must(bool(self.case.admitting(each, part.part_id)), "somebody serves without consent")

    def counts(self, grant: Grant) -> bool:
        return not grant.over and (grant.valid_until is None or self.now < grant.valid_until)

    def keep_grants(self) -> None:
        """What the save of the last command does to the grants."""
        for aggregate in (self.consent, self.case):
            facts = aggregate.pending()[self.guarded.get(aggregate.id, 0) :]
            self.guarded[aggregate.id] = len(aggregate.pending())
            for fact in facts:
                for change in guard(fact, aggregate):
                    if isinstance(change, Grant):
                        self.grants[change.grant_id] = change
                    elif isinstance(change, GrantsEnd):
                        ended = [each for each in self.grants.values() if change.ends(each)]
                        self.grants |= {each.grant_id: each.ended(change.at) for each in ended}

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
        known = (
            open_parts | set(self.case.checks) | (set(self.case.involvements) if self.case.open else set())
        )
        reviews = {
            about for about, place in self.case.places.items() if Reason.BREACH_REVIEW in place.reasons
        }
        must(set(self.case.places) <= known | reviews, "something closed is on the list")

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

    @property
    def follows(self) -> Consequences:
        return Consequences(Together(self.case, self.consent), self.consent, self.now)

    def attempt_on_consent(self, command: Callable[[], None]) -> None:
        """A refusal leaves nothing behind, with the person or in the case."""
        before = len(self.consent.pending())
        self.attempt(command)
        in_time = len(self.consent.pending()) >= before
        must(in_time, "a refusal left something behind")

    def give_consent(
        self, party: str, *parts: UUID, days: int | None = None, categories: tuple[str, ...] = ()
    ) -> None:
        until = self.now + timedelta(days=days) if days else None
        said = terms(party, *parts, until=until, categories=categories)
        consent_id = self.new_id("consent")

        def give() -> None:
            self.consent.give(consent_id, said, PROOF, self.now)
            self.follows.given(consent_id, said)

        self.attempt_on_consent(give)

    def consent_in_force(self, which: int) -> UUID | None:
        known = [each.consent_id for each in self.consent.permissions.values() if each.in_force(self.now)]
        return known[which % len(known)] if known else None

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
