"""A search for a supporter: from the question until the question is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Created, DomainEvent, event
from matching.domain import errors
from matching.domain.choosing import MATCHED, Choosing, Match, Stage
from matching.domain.need import Need


class Ending(StrEnum):
    """Why a match ended; codes that cross borders, never a judgement on anybody."""

    NO_CLICK = "no_click"
    OTHER_WANTED = "other_wanted"
    ASSIGNMENT_REFUSED = "assignment_refused"
    HANDOVER_DECLINED = "handover_declined"
    HANDOVER_CANCELLED = "handover_cancelled"
    HANDOVER_TIMED_OUT = "handover_timed_out"
    SUPPORTER_LEFT = "supporter_left"
    PART_CLOSED = "part_closed"
    CASE_CLOSED = "case_closed"
    CONSENT_ENDED = "consent_ended"


class Search(Choosing):
    """Ends only with its question; whenever a match fails, it is open again for choice (MAT-08)."""

    TOPIC: ClassVar[str] = "matching:Search"

    class Opened(Created):
        """A supporter is looked for: for a part, or for the whole case when ``part_id`` is None.

        ``answers``: the decision to scale that asked for this search; None for a new part. ``resident``: a
        pseudonym, under which they look on and choose.
        """

        TOPIC: ClassVar[str] = "matching:Search.Opened"
        case_id: UUID
        part_id: UUID | None
        need: Need
        answers: UUID | None
        resident: UUID | None

    class MatchConfirmed(DomainEvent):
        """The case file named the supporter responsible: at once, or after the warm handover."""

        TOPIC: ClassVar[str] = "matching:Search.MatchConfirmed"
        match_id: UUID
        after_handover: bool

    class HandoverCompleted(DomainEvent):
        """The warm handover was held: the supporter supports from now on."""

        TOPIC: ClassVar[str] = "matching:Search.HandoverCompleted"
        match_id: UUID

    class AnswerOverdue(DomainEvent):
        """Nobody answered in time, people or the case file: a coordinator must know (P10)."""

        TOPIC: ClassVar[str] = "matching:Search.AnswerOverdue"
        match_id: UUID
        awaited: Stage

    class NoClickReported(DomainEvent):
        """It did not click; nobody's fault, and no reason asked (MAT-08)."""

        TOPIC: ClassVar[str] = "matching:Search.NoClickReported"
        match_id: UUID
        supporter_id: UUID

    class MatchEnded(DomainEvent):
        """The match is over. ``told``: the reason code that another service gave, if it did."""

        TOPIC: ClassVar[str] = "matching:Search.MatchEnded"
        match_id: UUID
        supporter_id: UUID
        reason: Ending
        told: str | None

    class Ended(DomainEvent):
        """The question is closed: nobody is looked for any more. ``dropped``: the proposal that was open."""

        TOPIC: ClassVar[str] = "matching:Search.Ended"
        reason: Ending
        dropped: Match | None

    @event(Opened)
    def __init__(
        self, case_id: UUID, part_id: UUID | None, need: Need, answers: UUID | None, resident: UUID | None
    ) -> None:
        self.case_id, self.part_id, self.need, self.answers = case_id, part_id, need, answers
        self.resident = resident
        self.stage, self.round, self.proposals = Stage.OPEN, 0, 0
        self.options, self.passed_over, self.match = (), (), None
        self.asked_of, self.offered = {}, ()

    @classmethod
    def open(
        cls,
        search_id: UUID,
        *,
        case_id: UUID,
        part_id: UUID | None,
        need: Need,
        answers: UUID | None = None,
        resident: UUID | None = None,
        now: datetime,
    ) -> Search:
        """Look for a supporter; ``answers`` the decision to scale that asked for it, if any."""
        return cls.begin(
            search_id,
            cls.Opened,
            now=now,
            case_id=case_id,
            part_id=part_id,
            need=need,
            answers=answers,
            resident=resident,
        )

    def made(self, match_id: UUID) -> Match | None:
        """The match that was made, when it is this one and not over."""
        known = self.match is not None and self.match.match_id == match_id
        return self.match if known and self.stage in MATCHED else None

    def confirm(self, match_id: UUID, *, after_handover: bool, now: datetime) -> None:
        """The case file's yes, also when late. Nothing happens when the match is over or was confirmed."""
        if self.made(match_id) and self.stage is Stage.AWAITING_ANSWER:
            self.happened(self.MatchConfirmed, now=now, match_id=match_id, after_handover=after_handover)

    @event(MatchConfirmed)
    def _match_confirmed(self, after_handover: bool) -> None:
        self._settle(Stage.AWAITING_HANDOVER if after_handover else Stage.RUNNING)

    def complete_handover(self, match_id: UUID, *, now: datetime) -> None:
        """The three-way conversation was held. Nothing happens when the match is over or runs already."""
        if self.made(match_id) and self.stage is not Stage.RUNNING:
            self.happened(self.HandoverCompleted, now=now, match_id=match_id)

    @event(HandoverCompleted)
    def _handover_completed(self) -> None:
        self._settle(Stage.RUNNING)

    def _settle(self, stage: Stage) -> None:
        if self.match:
            self.match = replace(self.match, answer_by=None, overdue=False)
        self.stage = stage

    def note_overdue(self, match_id: UUID, *, now: datetime) -> None:
        """The term passed: said once for each answer, and only while it is awaited."""
        match = self.match
        if match and match.match_id == match_id and match.answer_by and not match.overdue:
            self.happened(self.AnswerOverdue, now=now, match_id=match_id, awaited=self.stage)

    @event(AnswerOverdue)
    def _answer_overdue(self) -> None:
        if self.match:
            self.match = replace(self.match, overdue=True)

    def require_match(self, match_id: UUID) -> Match:
        """The proposal or match that is current. Raises MatchIsOver for any other id."""
        if self.match is None or self.match.match_id != match_id:
            raise errors.MatchIsOver
        return self.match

    def report_no_click(self, match_id: UUID, *, now: datetime) -> None:
        """At a first meeting or later, without a reason (MAT-08): the match is over. Raises MatchIsOver."""
        supporter_id = self.require_match(match_id).supporter_id
        made = self.stage in MATCHED
        self.happened(self.NoClickReported, now=now, match_id=match_id, supporter_id=supporter_id)
        if made:
            self.end_match(match_id, Ending.NO_CLICK, now=now)

    @event(NoClickReported)
    def _no_click_reported(self, supporter_id: UUID) -> None:
        if self.stage is Stage.PROPOSED:
            self._back_to_choice(supporter_id)

    def end_match(self, match_id: UUID, reason: Ending, *, told: str | None = None, now: datetime) -> None:
        """A made match is over and the search open again. Nothing happens when it was over."""
        match = self.made(match_id)
        if match:
            self.happened(
                self.MatchEnded,
                now=now,
                match_id=match_id,
                supporter_id=match.supporter_id,
                reason=reason,
                told=told,
            )

    @event(MatchEnded)
    def _match_ended(self, supporter_id: UUID) -> None:
        self._back_to_choice(supporter_id)

    def end(self, reason: Ending, *, now: datetime) -> None:
        """The question is closed; a made match ends with it. Nothing happens when it was closed."""
        if self.stage is Stage.ENDED:
            return
        if self.match:
            self.end_match(self.match.match_id, reason, now=now)
        self.happened(self.Ended, now=now, reason=reason, dropped=self.match)

    @event(Ended)
    def _ended(self) -> None:
        self.stage, self.options, self.match = Stage.ENDED, (), None
