"""A request for support, until the resident says yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.sealing import Sealed
from intake.domain import errors
from intake.domain.agreement import AskedPart, ConsentProof
from intake.domain.people import Requester, Resident
from intake.domain.route import Route, Source


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Request(Aggregate):
    """A request is no case: only the resident's yes makes it one, with the same id (INT-08)."""

    TOPIC: ClassVar[str] = "intake:Request"

    number: str
    route: Route
    source: Source
    resident: Resident
    requester: Requester
    question: Sealed | None
    languages: tuple[str, ...]
    received_at: datetime
    state: State
    explained_at: datetime | None
    answer_by: datetime | None
    answer_overdue: bool
    case_opened: bool

    class Received(Created):
        """Somebody asked."""

        TOPIC: ClassVar[str] = "intake:Request.Received"
        number: str
        route: Route
        source: Source
        resident: Resident
        requester: Requester
        question: Sealed | None
        languages: tuple[str, ...]
        received_at: datetime

    class RightExplained(DomainEvent):
        """The resident heard of the right to free support: when, from whom and how (INT-07, INT-23)."""

        TOPIC: ClassVar[str] = "intake:Request.RightExplained"
        explained_at: datetime
        explained_by_role: str
        explained_by_organisation: str
        way: str
        told_free_of_charge: bool

    class SupportAccepted(DomainEvent):
        """The resident said yes. Under that version of the network the case opens by ``answer_by``."""

        TOPIC: ClassVar[str] = "intake:Request.SupportAccepted"
        accepted_at: datetime
        resident: Resident
        languages: tuple[str, ...]
        consent: ConsentProof
        parts: tuple[AskedPart, ...]
        network_version: int
        answer_by: datetime

    class DeclinedByResident(DomainEvent):
        """The resident said no. Nobody asked why."""

        TOPIC: ClassVar[str] = "intake:Request.DeclinedByResident"
        declined_at: datetime

    class CaseOpened(DomainEvent):
        """The case file answered: the case is open there."""

        TOPIC: ClassVar[str] = "intake:Request.CaseOpened"
        opened_at: datetime

    class AnswerOverdue(DomainEvent):
        """The case file has not answered in time: a person has to look."""

        TOPIC: ClassVar[str] = "intake:Request.AnswerOverdue"
        answer_by: datetime

    @event(Received)
    def __init__(
        self,
        number: str,
        route: Route,
        source: Source,
        resident: Resident,
        requester: Requester,
        question: Sealed | None,
        languages: tuple[str, ...],
        received_at: datetime,
    ) -> None:
        self.number, self.route, self.source = number, route, source
        self.resident, self.requester = resident, requester
        self.question, self.languages = question, languages
        self.received_at = received_at
        self.state = State.RECEIVED
        self.explained_at, self.answer_by = None, None
        self.answer_overdue, self.case_opened = False, False

    @classmethod
    def receive(
        cls,
        request_id: UUID,
        *,
        number: str,
        route: Route,
        source: Source,
        resident: Resident,
        requester: Requester,
        question: Sealed | None = None,
        languages: Sequence[str] = (),
        received_at: datetime,
        now: datetime,
    ) -> Request:
        """Take a request in: from any side, about anything (INT-01, INT-06).

        A phone number alone is enough. Languages may be unknown until somebody spoke with the resident.
        Raises NothingToGoOn, RequesterIsSomebodyElse and ReceivedInTheFuture.
        """
        requester.must_fit(resident)
        if not any((resident.name, resident.phone, requester.name, requester.phone, question)):
            raise errors.NothingToGoOn
        if received_at > now:
            raise errors.ReceivedInTheFuture
        return cls.begin(
            request_id,
            cls.Received,
            now=now,
            number=number,
            route=route,
            source=source,
            resident=resident,
            requester=requester,
            question=question,
            languages=tuple(languages),
            received_at=received_at,
        )

    @property
    def subject_id(self) -> UUID:
        """The case that this request may become: they share their id."""
        return self.id

    def explain_right(
        self,
        *,
        explained_at: datetime,
        by_role: str,
        by_organisation: str,
        way: str,
        told_free_of_charge: bool,
        told_voluntary: bool,
        now: datetime,
    ) -> None:
        """The resident was told: support is a right, free of charge and voluntary (INT-07, INT-23).

        Raises RightExplainedAlready, RightNotFullyExplained, ExplainedAtAnotherTime, RequestAccepted and
        RequestDeclined.
        """
        self._must_be_open()
        if self.state is State.EXPLAINED:
            raise errors.RightExplainedAlready
        if not (told_free_of_charge and told_voluntary):
            raise errors.RightNotFullyExplained
        if not self.received_at <= explained_at <= now:
            raise errors.ExplainedAtAnotherTime
        self.happened(
            self.RightExplained,
            now=now,
            explained_at=explained_at,
            explained_by_role=by_role,
            explained_by_organisation=by_organisation,
            way=way,
            told_free_of_charge=told_free_of_charge,
        )

    @event(RightExplained)
    def _right_explained(self, explained_at: datetime) -> None:
        self.state, self.explained_at = State.EXPLAINED, explained_at

    def accept(
        self,
        *,
        consent: ConsentProof,
        parts: Sequence[AskedPart],
        languages: Sequence[str] = (),
        name: Sealed | None = None,
        phone: Sealed | None = None,
        safe_contact: Sealed | None = None,
        network_version: int,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """The resident says yes, to this consent and to these parts (INT-08, INT-11, INT-13, INT-16).

        What is given here of the resident replaces what was noted before. Raises RightNotExplained,
        ConsentIsForSomethingElse, ConsentBeforeExplanation, ConsentInTheFuture, NoPartAgreed, PartNamedTwice,
        LanguageUnknown, RequestAccepted and RequestDeclined.
        """
        self._must_be_open()
        if self.explained_at is None:
            raise errors.RightNotExplained
        consent.must_open_a_case(self.explained_at, now)
        if not parts:
            raise errors.NoPartAgreed
        if len({part.part_id for part in parts}) < len(parts):
            raise errors.PartNamedTwice
        spoken = tuple(languages) or self.languages
        if not spoken:
            raise errors.LanguageUnknown
        resident = Resident(
            person=self.resident.person,
            name=name or self.resident.name,
            phone=phone or self.resident.phone,
            safe_contact=safe_contact or self.resident.safe_contact,
        )
        self.happened(
            self.SupportAccepted,
            now=now,
            accepted_at=consent.given_at,
            resident=resident,
            languages=spoken,
            consent=consent,
            parts=tuple(parts),
            network_version=network_version,
            answer_by=answer_by,
        )

    @event(SupportAccepted)
    def _support_accepted(self, resident: Resident, languages: tuple[str, ...], answer_by: datetime) -> None:
        self.state = State.ACCEPTED
        self.resident, self.languages = resident, languages
        self.answer_by = answer_by

    def decline(self, *, now: datetime) -> None:
        """The resident says no, at any moment and without a reason (INT-08).

        Raises RequestAccepted and RequestDeclined.
        """
        self._must_be_open()
        self.happened(self.DeclinedByResident, now=now, declined_at=now)

    @event(DeclinedByResident)
    def _declined_by_resident(self) -> None:
        self.state = State.DECLINED

    def hear_case_opened(self, *, opened_at: datetime, now: datetime) -> None:
        """The case file says that the case is open, late or not; hearing it again changes nothing.

        Raises RequestNotAccepted: without a yes there is no case (INT-08).
        """
        if self.state is not State.ACCEPTED:
            raise errors.RequestNotAccepted
        if not self.case_opened:
            self.happened(self.CaseOpened, now=now, opened_at=opened_at)

    @event(CaseOpened)
    def _case_opened(self) -> None:
        self.case_opened, self.answer_overdue = True, False

    def answer_is_missed(self, *, now: datetime) -> None:
        """The case is not open in time: said once, and not when it opened after all.

        Raises AnswerNotOverdueYet.
        """
        if self.case_opened or self.answer_overdue:
            return
        if self.answer_by is None or now < self.answer_by:
            raise errors.AnswerNotOverdueYet
        self.happened(self.AnswerOverdue, now=now, answer_by=self.answer_by)

    @event(AnswerOverdue)
    def _answer_overdue(self) -> None:
        self.answer_overdue = True

    def _must_be_open(self) -> None:
        if self.state is State.ACCEPTED:
            raise errors.RequestAccepted
        if self.state is State.DECLINED:
            raise errors.RequestDeclined
