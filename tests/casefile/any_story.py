"""Any story that can happen to a case: every command, in any order, on the real aggregates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.casefile.one_case import PEOPLE, OneCase
from tests.support.examples.casefile import (
    COORDINATION,
    FORMAL_ORG,
    INFORMAL_ORG,
    PROOF,
    an_asked_part,
    terms,
)

from casefile.domain.consent_terms import Scope
from casefile.domain.handover import SETTERS, HandoverState, Side, Step
from casefile.domain.place import Reason
from casefile.domain.waakvlam_check import Outcome

WITHIN = timedelta(minutes=15)
MOVING = (("IF03",), ("IF10",), ("IF04", "IF09"), ("IF06",), ("IF11",), ("IF04",), ("ON01",), ("FI01",))
LIGHTER = (("FI01", "FI03"), ("FI08",), ("FI06",), ("FI07",), ("IF01",))

Step_ = TypeVar("Step_", bound=Callable[..., Any])
number = st.integers(0, 5)
people = st.sampled_from(list(PEOPLE))
sides = st.sampled_from(["giver", "receiver", "resident", "coordinator"])
parties = st.sampled_from([COORDINATION, INFORMAL_ORG, FORMAL_ORG, "other-formal"])
yes_or_no = st.booleans()
seldom = st.integers(0, 5).map(lambda drawn: drawn == 5)
TALKS = (
    ("role_resident", "role_supporter", "role_supporter"),
    ("role_representative", "role_coordinator", "role_supporter"),
    ("role_resident", "role_supporter"),
)


def when(holds: Callable[[AnyStory], object]) -> Callable[[Step_], Step_]:
    """Only then is this worth a step of the story."""
    return precondition(lambda machine: bool(holds(machine)))


handing_over = when(lambda story: story.case.running_handovers())
helped = when(lambda story: story.case.supporters())
is_open = when(lambda story: story.case.open)
is_closed = when(lambda story: not story.case.open)


class AnyStory(OneCase):
    """What people, other services and time can do."""

    # as it should go

    @is_open
    @rule(who=people, part=number, whole=seldom)
    def somebody_chosen_comes(self, who: str, part: int, whole: bool) -> None:
        """The resident chooses, with consent where it was withdrawn, and matching tells."""
        _, organisation = PEOPLE[who]
        for party in (COORDINATION, organisation):
            self.give_consent(party)
        self.a_match(who, None if whole else self.part_id(part), talk_first=False)

    @handing_over
    @rule(which=number, stays=yes_or_no)
    def a_handover_goes_on(self, which: int, stays: bool) -> None:
        """Resumed, accepted or talked through: whatever comes next."""
        running = self.case.running_handovers()
        handover = running[which % len(running)]
        if handover.state is HandoverState.ON_HOLD:
            self.case.resume_handover(handover.handover_id, "receiver", self.now)
        elif handover.accepted or stays:
            self.attempt(lambda: self.talk(handover.handover_id, TALKS[1], stays))
        else:
            talk_by = self.now + timedelta(days=14)
            self.case.accept_handover(handover.handover_id, "receiver", talk_by, self.now)

    # what others tell

    @is_open
    @rule(who=people, part=number, whole=yes_or_no, talk_first=yes_or_no)
    def a_match_is_heard(self, who: str, part: int, whole: bool, talk_first: bool) -> None:
        self.a_match(who, None if whole else self.part_id(part), talk_first=talk_first)

    @helped
    @rule(who=number, coming=yes_or_no)
    def a_match_ends(self, who: int, coming: bool) -> None:
        serving = [each for part in self.case.open_parts() for each in part.people()]
        receiving = [each.receiver for each in self.case.running_handovers()]
        known = receiving if coming else serving
        if known:
            self.case.end_match(known[who % len(known)].match_id, "no_click", self.now)

    @helped
    @rule(who=number, how=st.sampled_from(["pauses", "is back", "leaves", "is erased"]))
    def a_supporter_changes(self, who: int, how: str) -> None:
        """Mostly somebody of this case."""
        known = [name for name in PEOPLE if self.ids[name] in self.case.supporters()]
        name = known[who % len(known)]
        load, supporter_id = self.caseloads[name], self.ids[name]
        if how == "pauses":
            load.pause(self.now)
            self.case.pause_supporter(supporter_id, self.now)
        elif how == "is back":
            load.resume(self.now)
            self.case.resume_supporter(supporter_id, self.now)
        else:
            load.leave(self.now)
            self.case.supporter_leaves(supporter_id, self.now, erased=how == "is erased")
            self.somebody_new(name)

    @is_open
    @rule(how=st.sampled_from(["options", "nobody", "nobody for a part", "waited"]), part=number)
    def matching_answers(self, how: str, part: int) -> None:
        escalation = next(iter(self.case.escalations), None)
        if how == "waited":
            self.case.other_answer_overdue(self.part_id(part), self.now)
        elif how == "nobody for a part" or escalation is None:
            self.case.nobody_fits(None, self.part_id(part), self.now)
        elif how == "options":
            self.case.options_came(escalation, self.now)
        else:
            self.case.nobody_fits(escalation, None, self.now)

    # what people decide

    @is_open
    @rule(part=number, why=st.sampled_from(MOVING), whole=yes_or_no, agrees=yes_or_no)
    def scale_up(self, part: int, why: tuple[str, ...], whole: bool, agrees: bool) -> None:
        decided, by = self.new_id("escalation"), self.now + WITHIN

        def whole_case() -> None:
            self.case.escalate_whole(
                why,
                "role_resident",
                resident_agrees=agrees,
                escalation_id=decided,
                answer_by=by,
                now=self.now,
            )

        def one_part() -> None:
            self.case.escalate_part(
                self.part_id(part),
                why,
                "role_supporter",
                resident_agrees=agrees,
                escalation_id=decided,
                answer_by=by,
                now=self.now,
            )

        self.attempt(whole_case if whole else one_part)

    @helped
    @rule(part=number, why=st.sampled_from(LIGHTER), whole=yes_or_no, back=yes_or_no)
    def scale_down(self, part: int, why: tuple[str, ...], whole: bool, back: bool) -> None:
        part_id = self.formal_part_id(part)
        companions = self.case.parts[part_id].companions
        self.attempt(
            lambda: self.case.de_escalate(
                None if whole else part_id,
                why,
                "role_supporter",
                resident_agrees=True,
                receiver=companions[0].supporter_id if back and companions else None,
                decision_id=self.new_id("down"),
                answer_by=self.now + WITHIN,
                handover_answer_by=self.now + timedelta(days=3),
                now=self.now,
            )
        )

    @handing_over
    @rule(step=st.sampled_from(list(Step)), by=st.none() | sides, roles=st.sampled_from(TALKS), over=seldom)
    def somebody_takes_a_step_in_a_handover(
        self, step: Step, by: Side | None, roles: tuple[str, ...], over: bool
    ) -> None:
        """Also what is not theirs, is not possible now, or is over."""
        by = by or sorted(SETTERS[step])[-1]
        running = self.case.running_handovers()
        handover, now = next(iter(self.case.handovers)) if over else running[0].handover_id, self.now
        steps: dict[Step, Callable[[], None]] = {
            Step.ACCEPT: lambda: self.case.accept_handover(handover, by, now + timedelta(days=14), now),
            Step.PLAN: lambda: self.case.plan_handover(handover, by, now + timedelta(days=2), now),
            Step.RECORD_TALK: lambda: self.talk(handover, roles, True),
            Step.HOLD: lambda: self.case.let_handover_rest(handover, by, now),
            Step.RESUME: lambda: self.case.resume_handover(handover, by, now),
            Step.DECLINE: lambda: self.case.decline_handover(handover, by, now),
            Step.CANCEL: lambda: self.case.cancel_handover(handover, by, now),
            Step.FAIL: lambda: self.case.fail_handover(handover, by, now),
            Step.UNDO: lambda: self.case.undo_handover(handover, by, now),
        }
        self.attempt(steps[step])

    # what the resident says about consent

    @rule(party=parties, part=st.none() | number, days=st.none() | st.sampled_from([3, 20]), some=yes_or_no)
    def give_consent_to(self, party: str, part: int | None, days: int | None, some: bool) -> None:
        named = () if part is None else (self.part_id(part),)
        self.give_consent(party, *named, days=days, categories=("dc_plan", "dc_question") if some else ())

    @rule(which=number)
    def withdraw_consent(self, which: int) -> None:
        consent_id = self.consent_in_force(which)
        if consent_id:
            self.follows.withdraw(consent_id, PROOF.recorded)

    @rule(which=number, part=number, days=st.none() | st.sampled_from([1, 10]), less=yes_or_no)
    def narrow_consent(self, which: int, part: int, days: int | None, less: bool) -> None:
        consent_id = self.consent_in_force(which)
        if consent_id is None:
            return
        was = self.consent.permission(consent_id).terms.scope
        scope = Scope(
            (self.part_id(part),) if less else was.part_ids,
            was.categories if less else ("dc_question",),
            self.now + timedelta(days=days) if days else was.valid_until,
        )

        def narrow() -> None:
            said = self.consent.narrow(consent_id, scope, PROOF.recorded, self.now)
            self.follows.narrowed(consent_id, scope, said)

        self.attempt_on_consent(narrow)

    @rule(party=parties)
    def refuse_consent(self, party: str) -> None:
        self.consent.refuse(self.new_id("refusal"), terms(party), PROOF.recorded, self.now)
        self.follows.refused(terms(party))

    @rule(which=number, sure=seldom)
    def it_was_never_given(self, which: int, sure: bool) -> None:
        consent_id = self.consent_in_force(which)
        if consent_id and sure:
            review = self.new_id("review")
            self.consent.record_in_error(
                consent_id, PROOF.recorded, review_id=review, opened_by="one", looks=(), now=self.now
            )
            self.follows.ended(consent_id, "recorded_in_error")
            self.follows.look_into_breach(review, consent_id)

    # coordinators

    @is_open
    @rule(part=number, who=st.sampled_from(["one", "two"]), absent=yes_or_no, why=st.sampled_from(Reason))
    def coordinators_work(self, part: int, who: str, absent: bool, why: Reason) -> None:
        until = self.now + timedelta(hours=4)
        self.attempt(lambda: self.case.claim(self.part_id(part), who, until, self.now))
        self.attempt(lambda: self.case.settle(self.part_id(part), why, self.now))
        if absent:
            self.case.release_claims_of(who, self.now)

    # beginning and end

    @is_open
    @rule(part=number, how=st.sampled_from(["add", "close a part", "close"]), sure=seldom)
    def parts_come_and_go(self, part: int, how: str, sure: bool) -> None:
        if how == "add" and len(self.case.parts) < 5:
            self.case.add_part(an_asked_part(f"more{len(self.case.parts)}"), self.now)
        elif how == "close a part" and sure:
            self.case.close_part(self.part_id(part), "close_self_again", self.now)
        elif how == "close" and sure:
            self.case.close("close_agreements", self.now)

    @is_closed
    @rule()
    def reopen(self) -> None:
        asked_anew = self.case.reopen([an_asked_part(f"again{len(self.case.parts)}")], self.now)
        self.consent.lapse(asked_anew, self.now)

    @is_closed
    @rule(who=st.none() | people, again=st.none() | st.just(90))
    def agree_on_waakvlam(self, who: str | None, again: int | None) -> None:
        self.attempt(
            lambda: self.case.agree_on_waakvlam(
                self.new_id("check"),
                self.now + timedelta(days=90),
                responsible=self.ids[who] if who else None,
                every_days=again,
                answer_within=WITHIN,
                offered=True,
                now=self.now,
            )
        )

    @is_closed
    @rule(how=st.sampled_from([*Outcome, "reassign", "stop", "decline"]), who=people)
    def do_a_check(self, how: str, who: str) -> None:
        if how == "decline":
            self.attempt(lambda: self.case.decline_waakvlam(self.now))
        for check in tuple(self.case.checks.values()):
            if not check.running:
                continue
            if how == "reassign":
                self.attempt(partial(self.case.reassign_check, check.check_id, self.ids[who], self.now))
            elif how == "stop":
                self.case.stop_waakvlam(check.check_id, self.now)
            elif how != "decline":
                self.case.record_check(
                    check.check_id,
                    Outcome(how),
                    next_check_id=self.new_id("check"),
                    retry_after=timedelta(days=7),
                    answer_within=WITHIN,
                    now=self.now,
                )

    # time

    @rule(days=st.sampled_from([0.1, 1, 5, 30, 100]))
    def time_passes(self, days: float) -> None:
        """And every deadline that was armed is kept, as well as some that were not."""
        self.now += timedelta(days=days)
        for consent_id in tuple(self.consent.permissions):
            self.follows.remind(consent_id)
            self.follows.expire(consent_id)
        for handover_id in tuple(self.case.handovers):
            self.case.time_out_handover(handover_id, self.now)
            if days > 5:
                self.case.signal_overdue_handover(handover_id, self.now)
        for awaited_id in tuple(self.case.awaited):
            self.case.answer_overdue(awaited_id, self.now)
        for about in tuple(self.case.places):
            self.case.lapse_claim(about, self.now)
        for check in tuple(self.case.checks.values()):
            if check.due_at <= self.now:
                self.case.check_is_due(check.check_id, self.now)
            if check.due_at + timedelta(days=14) <= self.now:
                self.case.check_was_missed(check.check_id, self.now)
