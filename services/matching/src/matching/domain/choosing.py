"""The first half of a search: offering, choosing, and both sides' answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, DomainEvent, event
from matching.domain import errors
from matching.domain.names import MOST_PROPOSALS, match_id_of
from matching.domain.need import Need, Option
from matching.domain.profile import Profile


class Stage(StrEnum):
    """Where a search stands, and so: who has to do the next step."""

    OPEN = "open"
    """The coordinator: offer options."""
    NOBODY_FOUND = "nobody_found"
    """The coordinator: nobody fitted; offer again when that may have changed."""
    OFFERED = "offered"
    """The resident: choose."""
    PROPOSED = "proposed"
    """Resident and supporter: say yes or no."""
    AWAITING_ANSWER = "awaiting_answer"
    """The case file: name the supporter responsible, or refuse with a reason."""
    AWAITING_HANDOVER = "awaiting_handover"
    """The people in the warm handover: hold the conversation."""
    RUNNING = "running"
    """Nobody: the supporter supports."""
    ENDED = "ended"
    """Nobody: the question is closed."""


class Side(StrEnum):
    """Who has to accept a match (MAT-07)."""

    RESIDENT = "resident"
    SUPPORTER = "supporter"


BOTH = frozenset(Side)
CHOOSING = frozenset({Stage.OPEN, Stage.NOBODY_FOUND, Stage.OFFERED})
MATCHED = frozenset({Stage.AWAITING_ANSWER, Stage.AWAITING_HANDOVER, Stage.RUNNING})


@dataclass(frozen=True)
class Match:
    """The proposal or match that a search is about now."""

    match_id: UUID
    supporter_id: UUID
    accepted_by: tuple[Side, ...] = ()
    answer_by: datetime | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Term:
    """Until when an answer is awaited, and which version of the network's configuration says so."""

    answer_by: datetime
    network_version: int


class Choosing(Aggregate):
    """The resident chooses, and both sides accept (MAT-06, MAT-07)."""

    case_id: UUID
    part_id: UUID | None
    need: Need
    answers: UUID | None
    resident: UUID | None
    stage: Stage
    round: int
    proposals: int
    options: tuple[Option, ...]
    passed_over: tuple[UUID, ...]
    match: Match | None
    asked_of: dict[UUID, str]
    """The organisation of whoever was proposed, by match."""
    offered: tuple[UUID, ...]
    """Everybody who was ever an option."""

    class OptionsOffered(DomainEvent):
        """These supporters were offered in this round, with the reasons why (MAT-06, MAT-29)."""

        TOPIC: ClassVar[str] = "matching:Search.OptionsOffered"
        round: int
        options: tuple[Option, ...]
        network_version: int

    class NobodyFound(DomainEvent):
        """Nobody fitted in this round: an unmet need, which counts for the region."""

        TOPIC: ClassVar[str] = "matching:Search.NobodyFound"
        round: int
        network_version: int

    class OptionChosen(DomainEvent):
        """The resident chose (MAT-06)."""

        TOPIC: ClassVar[str] = "matching:Search.OptionChosen"
        supporter_id: UUID

    class MatchProposed(DomainEvent):
        """Resident and supporter are asked for their yes, within ``term``."""

        TOPIC: ClassVar[str] = "matching:Search.MatchProposed"
        match_id: UUID
        supporter_id: UUID
        term: Term

    class MatchAccepted(DomainEvent):
        """One side said yes (MAT-07)."""

        TOPIC: ClassVar[str] = "matching:Search.MatchAccepted"
        match_id: UUID
        by: Side

    class MatchDeclined(DomainEvent):
        """One side said no, without a reason: back to choice."""

        TOPIC: ClassVar[str] = "matching:Search.MatchDeclined"
        match_id: UUID
        supporter_id: UUID
        by: Side

    class Matched(DomainEvent):
        """Both said yes and the place is taken. The case file answers within ``term``."""

        TOPIC: ClassVar[str] = "matching:Search.Matched"
        match_id: UUID
        supporter_id: UUID
        profile: Profile
        term: Term

    @property
    def subject_id(self) -> UUID:
        """The case."""
        return self.case_id

    def require_choosing(self) -> None:
        """Raises SearchHasEnded, AnswerAwaited or MatchRuns unless options can be offered now."""
        if self.stage is Stage.ENDED:
            raise errors.SearchHasEnded
        if self.stage is Stage.PROPOSED:
            raise errors.AnswerAwaited
        if self.stage in MATCHED:
            raise errors.MatchRuns

    def offer(self, options: tuple[Option, ...], *, network_version: int, now: datetime) -> None:
        """Begin a round with these options; none: an unmet need. Raises what ``require_choosing`` raises."""
        self.require_choosing()
        facts = {"round": self.round + 1, "network_version": network_version}
        if options:
            self.happened(self.OptionsOffered, now=now, options=options, **facts)
        else:
            self.happened(self.NobodyFound, now=now, **facts)

    @event(OptionsOffered)
    def _options_offered(self, round: int, options: tuple[Option, ...]) -> None:
        self.stage, self.round, self.options = Stage.OFFERED, round, options
        self.offered = tuple(dict.fromkeys((*self.offered, *(option.supporter_id for option in options))))

    @event(NobodyFound)
    def _nobody_found(self, round: int) -> None:
        self.stage, self.round, self.options = Stage.NOBODY_FOUND, round, ()

    def require_choice(self, supporter_id: UUID) -> None:
        """Raises NothingOffered or NotAmongTheOptions, and what ``require_choosing`` raises."""
        self.require_choosing()
        if self.stage is not Stage.OFFERED:
            raise errors.NothingOffered
        if supporter_id not in {option.supporter_id for option in self.options}:
            raise errors.NotAmongTheOptions
        if self.proposals == MOST_PROPOSALS:
            raise errors.TooManyProposals

    @property
    def next_match_id(self) -> UUID:
        """The id that the next proposal gets."""
        return match_id_of(self.id, self.proposals + 1)

    def choose(self, supporter_id: UUID, *, term: Term, now: datetime) -> None:
        """The resident's choice: it is proposed to both sides. Raises what ``require_choice`` raises."""
        self.require_choice(supporter_id)
        self.happened(self.OptionChosen, now=now, supporter_id=supporter_id)
        match_id = self.next_match_id
        self.happened(self.MatchProposed, now=now, match_id=match_id, supporter_id=supporter_id, term=term)

    @event(OptionChosen)
    def _option_chosen(self, supporter_id: UUID) -> None:
        self.stage = Stage.PROPOSED

    @event(MatchProposed)
    def _match_proposed(self, match_id: UUID, supporter_id: UUID, term: Term) -> None:
        self.proposals += 1
        self.asked_of[match_id] = next(
            option.organisation for option in self.options if option.supporter_id == supporter_id
        )
        self.match = Match(match_id, supporter_id, answer_by=term.answer_by)

    def proposed(self, match_id: UUID) -> Match:
        """The proposal that waits for answers. Raises ProposalIsOver for any other id."""
        if self.match is None or self.stage is not Stage.PROPOSED or self.match.match_id != match_id:
            raise errors.ProposalIsOver
        return self.match

    def completes(self, match_id: UUID, by: Side) -> bool:
        """Whether this yes is the last one. Raises ProposalIsOver and AcceptedAlready."""
        accepted_by = self.proposed(match_id).accepted_by
        if by in accepted_by:
            raise errors.AcceptedAlready
        return {*accepted_by, by} == BOTH

    def accept(self, match_id: UUID, by: Side, *, profile: Profile, term: Term, now: datetime) -> None:
        """One side's yes; the second makes the match, whose place must be taken in the same save (MAT-24)."""
        last = self.completes(match_id, by)
        supporter_id = self.proposed(match_id).supporter_id
        self.happened(self.MatchAccepted, now=now, match_id=match_id, by=by)
        if last:
            self.happened(
                self.Matched,
                now=now,
                match_id=match_id,
                supporter_id=supporter_id,
                profile=profile,
                term=term,
            )

    @event(MatchAccepted)
    def _match_accepted(self, by: Side) -> None:
        if self.match:
            self.match = replace(self.match, accepted_by=(*self.match.accepted_by, by))

    @event(Matched)
    def _matched(self, match_id: UUID, supporter_id: UUID, term: Term) -> None:
        self.stage = Stage.AWAITING_ANSWER
        self.options = ()
        self.match = Match(match_id, supporter_id, tuple(Side), term.answer_by)

    def decline(self, match_id: UUID, by: Side, *, now: datetime) -> None:
        """One side's no. The other options of the round stay open for choice; none left: offer anew."""
        supporter_id = self.proposed(match_id).supporter_id
        self.happened(self.MatchDeclined, now=now, match_id=match_id, supporter_id=supporter_id, by=by)

    @event(MatchDeclined)
    def _match_declined(self, supporter_id: UUID) -> None:
        self._back_to_choice(supporter_id)

    def _back_to_choice(self, supporter_id: UUID) -> None:
        self.match = None
        self.options = tuple(option for option in self.options if option.supporter_id != supporter_id)
        self.stage = Stage.OFFERED if self.options else Stage.OPEN
        if supporter_id not in self.passed_over:
            self.passed_over = (*self.passed_over, supporter_id)
