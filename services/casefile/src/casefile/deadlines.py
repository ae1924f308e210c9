"""Until when an answer may take, and what happens then: silence reaches a coordinator (design §3.8, P10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from casefile.application.at_hand import AtHand
from casefile.application.carrying_out import CarryingOut
from casefile.application.consequences import Consequences
from casefile.domain.break_glass import BreakGlass
from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.erasure import Erasure
from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines import Arm, Disarm, Due
from chassis.inbox.heard import Effects
from chassis.store.store import Store
from chassis.sweeper import OnDue

ANSWER = "answer"
HANDOVER_ANSWER = "handover_answer"
HANDOVER_TALK = "handover_talk"
CLAIM = "claim"
RETENTION = "retention"
RETENTION_TERM = "retention_term"
ERASE = "erase"
SAFETY_REACTION = "safety_reaction"
BREAK_GLASS_REVIEW = "break_glass_review"
CONSENT_EXPIRY = "consent_expiry"
CONSENT_REMINDER = "consent_reminder"
REPRESENTATION_EXPIRY = "representation_expiry"


def deadlines(event: DomainEvent, aggregate: Aggregate) -> Iterator[Arm | Disarm]:
    """A step that another was asked for awaits its answer; whatever ends it ends the waiting."""
    case = aggregate.id
    match event:
        case CaseFile.PartEscalated() | CaseFile.WholeEscalated():
            yield Arm(ANSWER, event.escalation_id, case, event.answer_by)
        case CaseFile.PartDeEscalated() | CaseFile.WholeDeEscalated() if isinstance(aggregate, CaseFile):
            awaited = aggregate.awaited.get(event.decision_id)
            if awaited:
                yield Arm(ANSWER, event.decision_id, case, awaited.due_at)
        case CaseFile.WaakvlamPlanned():
            yield Arm(ANSWER, event.check_id, case, event.silence_by)
        case CaseFile.AnswerCame():
            yield Disarm(ANSWER, event.awaited_id)
        case CaseFile.CheckFellDue() | CaseFile.CheckDone() | CaseFile.CheckStopped():
            yield Disarm(ANSWER, event.check_id)
        case CaseFile.HandoverOffered():
            yield Arm(HANDOVER_ANSWER, event.handover_id, case, event.answer_by)
        case CaseFile.HandoverAccepted():
            yield Disarm(HANDOVER_ANSWER, event.handover_id)
            yield Arm(HANDOVER_TALK, event.handover_id, case, event.talk_by)
        case CaseFile.HandoverCompleted() | CaseFile.HandoverDeclined() | CaseFile.HandoverCancelled():
            yield Disarm(HANDOVER_ANSWER, event.handover_id)
            yield Disarm(HANDOVER_TALK, event.handover_id)
        case CaseFile.Claimed():
            yield Arm(CLAIM, event.about, case, event.until)
        case CaseFile.ClaimEnded():
            for about in event.abouts:
                yield Disarm(CLAIM, about)
        case CaseFile.SafetyRiskFlagged():
            yield Arm(SAFETY_REACTION, event.risk_id, case, event.react_by)
        case CaseFile.SafetyRiskReactedTo():
            yield Disarm(SAFETY_REACTION, event.risk_id)
        case Consent.Given() | Consent.Narrowed() if isinstance(aggregate, Consent):
            yield from _until(event, aggregate)
        case Consent.Withdrawn() | Consent.Expired() | Consent.RecordedInError():
            yield Disarm(CONSENT_EXPIRY, event.consent_id)
            yield Disarm(CONSENT_REMINDER, event.consent_id)
        case Consent.RepresentationRecorded() if isinstance(aggregate, Consent) and event.valid_until:
            yield Arm(
                REPRESENTATION_EXPIRY,
                event.representation_id,
                aggregate.person,
                event.valid_until,
                {"capacity": aggregate.capacity},
            )
        case Consent.RepresentationEnded():
            yield Disarm(REPRESENTATION_EXPIRY, event.representation_id)
        case CaseFile.Closed():
            yield Arm(RETENTION, case, case, event.timestamp)
        case CaseFile.Reopened():
            yield Disarm(RETENTION, case)
        case Erasure.TermBegan() if isinstance(aggregate, Erasure):
            asking = {"without_asking": "yes" if event.without_asking else "no"}
            yield Arm(RETENTION_TERM, aggregate.id, aggregate.person, event.until, asking)
        case Erasure.Decided() if isinstance(aggregate, Erasure):
            yield Disarm(RETENTION_TERM, aggregate.id)
            yield Arm(ERASE, aggregate.id, aggregate.person, event.timestamp)
        case BreakGlass.Opened():
            yield Arm(BREAK_GLASS_REVIEW, event.opening_id, aggregate.id, event.review_by)
        case BreakGlass.Reviewed():
            yield Disarm(BREAK_GLASS_REVIEW, event.opening_id)


def _until(event: Consent.Given | Consent.Narrowed, consent: Consent) -> Iterator[Arm | Disarm]:
    """A consent with an end: somebody is reminded to ask in time, and then it is over (CON-03)."""
    data = {"capacity": consent.capacity}
    until = event.terms.scope.valid_until
    if until is None:
        return
    yield Arm(CONSENT_EXPIRY, event.consent_id, consent.person, until, data)
    if event.remind_at is not None:
        yield Arm(CONSENT_REMINDER, event.consent_id, consent.person, event.remind_at, data)


class Watching:
    """What casefile does when a term passes. The case itself knows whether anything still has to happen."""

    def __init__(self, store: Store, erasing: CarryingOut) -> None:
        self._store, self._erasing = store, erasing

    def on_due(self) -> Mapping[str, OnDue]:
        """The handler of each kind of deadline."""
        return {
            ANSWER: self._in_case(CaseFile.answer_overdue),
            HANDOVER_ANSWER: self._in_case(CaseFile.time_out_handover),
            HANDOVER_TALK: self._in_case(CaseFile.signal_overdue_handover),
            CLAIM: self._in_case(CaseFile.lapse_claim),
            SAFETY_REACTION: self._in_case(CaseFile.safety_reaction_overdue),
            BREAK_GLASS_REVIEW: self._look_back,
            RETENTION: self._erasing.begin_terms,
            RETENTION_TERM: self._erasing.end_term,
            ERASE: self._erasing.carry_out,
            CONSENT_EXPIRY: self._with_consent(Consequences.expire),
            CONSENT_REMINDER: self._with_consent(Consequences.remind),
            REPRESENTATION_EXPIRY: self._with_consent(Consequences.representation_expires),
        }

    def _with_consent(self, step: Callable[[Consequences, UUID], None]) -> OnDue:
        def handle(due: Due) -> Effects:
            at_hand = AtHand(self._store)
            consent = at_hand.find_consent(due.subject_id, due.data["capacity"])
            if consent is not None:
                step(Consequences(at_hand, consent, due.now), due.key)
            return Effects(at_hand.changed())

        return handle

    def _look_back(self, due: Due) -> Effects:
        glass = self._store.get(BreakGlass, due.subject_id)
        glass.review_fell_overdue(due.key, due.now)
        return Effects([glass])

    def _in_case(self, step: Callable[[CaseFile, UUID, datetime], None]) -> OnDue:
        def handle(due: Due) -> Effects:
            case = self._store.get(CaseFile, due.subject_id)
            step(case, due.key, due.now)
            return Effects([case])

        return handle
