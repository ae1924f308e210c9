"""Nobody opens their own or a relative's file in another role, nor serves in it (design §1).

A bar stands above every grant. A case of somebody who works here can be restricted to named handlers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.absence import Absence
from casefile.domain.part import Supporter
from casefile.domain.responsibility import Responsibility
from casefile.domain.safeguard_errors import (
    AnotherCoordinatorEndsIt,
    BarredAlready,
    BarUnknown,
    HandlerIsBarred,
    HandlersNeeded,
    NotRestricted,
    RestrictedAlready,
    SupporterIsBarred,
)
from chassis.aggregates import DomainEvent, event

Relation = Literal[
    "resident", "carer", "partner", "parent", "child", "sibling", "relative", "housemate", "other"
]


@dataclass(frozen=True)
class PersonalTie:
    """Who may not see this case although a role would let them. ``subject``: their sign-in, no name."""

    bar_id: UUID
    subject: str
    recorded_by: str


@dataclass(frozen=True)
class Restriction:
    """Only these people handle the case, in place of the whole coordination."""

    restriction_id: UUID
    handlers: tuple[str, ...]
    restricted_by: str


class OwnFile(Absence, Responsibility):
    """Recorded by a coordinator or by the person; ended by another coordinator only."""

    personal_ties: dict[UUID, PersonalTie]
    restriction: Restriction | None

    class PersonalTieRecorded(DomainEvent):
        """This person is the resident, the carer or close to them, and opens the file in no role."""

        TOPIC = "casefile:CaseFile.PersonalTieRecorded"
        bar_id: UUID
        subject: str
        relation: Relation
        recorded_by: str

    class PersonalTieEnded(DomainEvent):
        """It does not hold (any more); ended by another coordinator."""

        TOPIC = "casefile:CaseFile.PersonalTieEnded"
        bar_id: UUID
        subject: str
        ended_by: str

    class CaseRestricted(DomainEvent):
        """From now on only these handlers, and no longer the whole coordination."""

        TOPIC = "casefile:CaseFile.CaseRestricted"
        restriction_id: UUID
        handlers: tuple[str, ...]
        organisation: str
        restricted_by: str

    class HandlersChanged(DomainEvent):
        """Others handle the restricted case."""

        TOPIC = "casefile:CaseFile.HandlersChanged"
        restriction_id: UUID
        came: tuple[str, ...]
        went: tuple[str, ...]
        changed_by: str

    class RestrictionEnded(DomainEvent):
        """The coordination sees the case again."""

        TOPIC = "casefile:CaseFile.RestrictionEnded"
        restriction_id: UUID
        handlers: tuple[str, ...]
        organisation: str
        ended_by: str

    def record_personal_tie(
        self, bar_id: UUID, subject: str, relation: Relation, recorded_by: str, now: datetime
    ) -> None:
        """Bar this person from the file. A supporter leaves the case, and what they held is on the list.

        Raises BarredAlready, and HandlerIsBarred while they are the only handler of a restricted case.
        """
        if self.is_barred(subject):
            raise BarredAlready
        if self.restriction and self.restriction.handlers == (subject,):
            raise HandlerIsBarred
        supporter_id = _as_id(subject)
        if supporter_id:
            self.supporter_leaves(supporter_id, now, erased=False)
        self.happened(
            self.PersonalTieRecorded,
            now=now,
            bar_id=bar_id,
            subject=subject,
            relation=relation,
            recorded_by=recorded_by,
        )
        if self.restriction and subject in self.restriction.handlers:
            self._change_handlers((), (subject,), recorded_by, now)

    def end_personal_tie(self, bar_id: UUID, ended_by: str, now: datetime) -> None:
        """Raises BarUnknown, AnotherCoordinatorEndsIt."""
        tie = self.personal_ties.get(bar_id)
        if tie is None:
            raise BarUnknown
        if ended_by in {tie.subject, tie.recorded_by}:
            raise AnotherCoordinatorEndsIt
        self.happened(self.PersonalTieEnded, now=now, bar_id=bar_id, subject=tie.subject, ended_by=ended_by)

    def restrict(
        self, restriction_id: UUID, handlers: Sequence[str], restricted_by: str, now: datetime
    ) -> None:
        """Only these handle it. Raises RestrictedAlready, HandlersNeeded, HandlerIsBarred."""
        if self.restriction:
            raise RestrictedAlready
        self.happened(
            self.CaseRestricted,
            now=now,
            restriction_id=restriction_id,
            handlers=self._able(handlers),
            organisation=self.organisation,
            restricted_by=restricted_by,
        )

    def change_handlers(self, handlers: Sequence[str], changed_by: str, now: datetime) -> None:
        """Others handle it; nothing when they are the same.

        Raises NotRestricted, HandlersNeeded, HandlerIsBarred.
        """
        if self.restriction is None:
            raise NotRestricted
        wanted, known = self._able(handlers), self.restriction.handlers
        came = tuple(each for each in wanted if each not in known)
        went = tuple(each for each in known if each not in wanted)
        if came or went:
            self._change_handlers(came, went, changed_by, now)

    def end_restriction(self, ended_by: str, now: datetime) -> None:
        """The coordination sees it again. Raises NotRestricted, AnotherCoordinatorEndsIt."""
        if self.restriction is None:
            raise NotRestricted
        if ended_by == self.restriction.restricted_by:
            raise AnotherCoordinatorEndsIt
        self.happened(
            self.RestrictionEnded,
            now=now,
            restriction_id=self.restriction.restriction_id,
            handlers=self.restriction.handlers,
            organisation=self.organisation,
            ended_by=ended_by,
        )

    def is_barred(self, subject: str) -> bool:
        """Whether this person opens the file in no role."""
        return any(each.subject == subject for each in self.personal_ties.values())

    def assign_supporter(
        self,
        supporter: Supporter,
        part_id: UUID | None,
        *,
        answers: UUID | None,
        start_after_talk: bool,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """As everybody comes in; somebody with a personal tie does not. Raises SupporterIsBarred too."""
        if self.is_barred(str(supporter.supporter_id)):
            raise SupporterIsBarred
        super().assign_supporter(
            supporter,
            part_id,
            answers=answers,
            start_after_talk=start_after_talk,
            answer_by=answer_by,
            now=now,
        )

    def _able(self, handlers: Sequence[str]) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(handlers))
        if not named:
            raise HandlersNeeded
        if any(self.is_barred(each) for each in named):
            raise HandlerIsBarred
        return named

    def _change_handlers(
        self, came: tuple[str, ...], went: tuple[str, ...], changed_by: str, now: datetime
    ) -> None:
        if self.restriction is None:
            raise NotRestricted
        self.happened(
            self.HandlersChanged,
            now=now,
            restriction_id=self.restriction.restriction_id,
            came=came,
            went=went,
            changed_by=changed_by,
        )

    @event(PersonalTieRecorded)
    def _personal_tie_recorded(self, bar_id: UUID, subject: str, recorded_by: str) -> None:
        self.personal_ties[bar_id] = PersonalTie(bar_id, subject, recorded_by)

    @event(PersonalTieEnded)
    def _personal_tie_ended(self, bar_id: UUID) -> None:
        del self.personal_ties[bar_id]

    @event(CaseRestricted)
    def _case_restricted(self, restriction_id: UUID, handlers: tuple[str, ...], restricted_by: str) -> None:
        self.restriction = Restriction(restriction_id, handlers, restricted_by)

    @event(HandlersChanged)
    def _handlers_changed(self, came: tuple[str, ...], went: tuple[str, ...]) -> None:
        if self.restriction is None:
            raise NotRestricted
        kept = tuple(each for each in self.restriction.handlers if each not in went)
        self.restriction = Restriction(
            self.restriction.restriction_id, (*kept, *came), self.restriction.restricted_by
        )

    @event(RestrictionEnded)
    def _restriction_ended(self) -> None:
        self.restriction = None


def _as_id(subject: str) -> UUID | None:
    """A supporter signs in with their id."""
    try:
        return UUID(subject)
    except ValueError:
        return None
