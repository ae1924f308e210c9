"""What partner organisations read of what casefile tells: named fields of named events, and nothing else.

An event that is not in `SHARED` goes to no partner, and neither does a field that is not named: a new one
stays inside until somebody decides otherwise (AVG article 25). Whether an organisation may be told at all is
decided at the moment of sending (`chassis.sharing`), for each part by itself (CON-03, CON-09).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from chassis.access.scope import Held
from chassis.sharing.telling import About, Telling
from contracts import casefile as told
from contracts.bus import shared_subject, stream_for
from contracts.envelope import ContractEvent, Envelope, envelope_text, parse, with_sequence
from contracts.partner import Fact, Ground, SharedEvent

QUESTION, LOG, PLAN = "dc_question", "dc_support_log", "dc_plan"

SHARED: dict[type[ContractEvent], tuple[str, tuple[str, ...]]] = {
    told.CaseOpened: (QUESTION, ("number", "opened_at")),
    told.CasePartAdded: (QUESTION, ("life_domains", "formality")),
    told.CasePartClosed: (QUESTION, ("reason",)),
    told.CaseClosed: (QUESTION, ("reason", "closed_at")),
    told.CaseReopened: (QUESTION, ("reopened_at",)),
    told.SupportLogged: (LOG, ("contact_id", "kind", "happened_at")),
    told.SupporterAssigned: (PLAN, ("supporter_id", "responsible")),
    told.Escalated: (PLAN, ("escalation_id", "indications", "priority", "life_domains")),
    told.DeEscalated: (PLAN, ("escalation_id", "indications", "life_domains")),
    told.HandoverOffered: (PLAN, ("handover_id", "answer_by")),
    told.WarmHandoverAccepted: (PLAN, ("handover_id",)),
    told.WarmHandoverPlanned: (PLAN, ("handover_id", "planned_at")),
    told.ThreeWayTalkHeld: (PLAN, ("handover_id", "held_at")),
    told.WarmHandoverCompleted: (PLAN, ("handover_id", "direction", "completed_at")),
    told.WarmHandoverDeclined: (PLAN, ("handover_id",)),
    told.WarmHandoverCancelled: (PLAN, ("handover_id", "reason")),
    told.WarmHandoverTimedOut: (PLAN, ("handover_id",)),
    told.WaakvlamScheduled: (PLAN, ("check_id", "due_at")),
    told.WaakvlamCheckDone: (PLAN, ("check_id", "outcome", "done_at")),
    told.WaakvlamStopped: (PLAN, ("check_id",)),
}
"""Event -> its category of data, and the fields that a partner reads besides the parts."""

Resident = Callable[[UUID], UUID | None]


class PartnerTeller:
    """Casefile's door to partners. ``resident`` tells whose case it is, for the access record."""

    def __init__(self, resident: Resident) -> None:
        # Whose case it is never changes; unknown is asked again.
        self._known: dict[UUID, UUID] = {}
        self._resident = resident

    def about(self, message: bytes) -> About | None:
        """The parts, the category of data and the resident; None for what no partner is told."""
        envelope = _read(message)
        shared = SHARED.get(type(envelope.data))
        if shared is None:
            return None
        person = self._person(envelope.subject)
        return About(_parts(envelope.data), shared[0], (person,) if person else ())

    def tell(
        self, message: bytes, organisation: str, parts: Sequence[UUID], grounds: Sequence[Held], position: int
    ) -> Telling:
        """The message for one organisation, with nothing of another in it; sent again it has the same id."""
        envelope = _read(message)
        event = envelope.data
        category, names = SHARED[type(event)]
        shared = SharedEvent(
            event=event.TYPE,
            part_ids=tuple(parts),
            category=category,
            grounds=tuple(dict.fromkeys(_ground(held) for held in grounds)),
            facts={name: _fact(getattr(event, name)) for name in names},
        )
        message_id = uuid5(envelope.id, organisation)
        text = envelope_text(
            shared, id=message_id, subject=envelope.subject, time=envelope.time, source_urn=envelope.source
        )
        return Telling(
            stream_for(organisation),
            shared_subject(organisation, event.TYPE),
            str(message_id),
            with_sequence(text, position).encode(),
        )

    def _person(self, case_id: UUID) -> UUID | None:
        if case_id not in self._known and (found := self._resident(case_id)):
            self._known[case_id] = found
        return self._known.get(case_id)


@lru_cache(maxsize=64)
def _read(message: bytes) -> Envelope[ContractEvent]:
    return parse(message)


def _parts(event: Any) -> tuple[UUID, ...]:
    """The parts that an event names; empty: it is about the case as a whole."""
    one: UUID | None = getattr(event, "part_id", None)
    return (one,) if one else tuple(getattr(event, "part_ids", ()))


def _ground(held: Held) -> Ground:
    if held.kind == "consent":
        return Ground(kind="consent", consent_id=held.consent_id)
    return Ground(kind="participation")


def _fact(value: Any) -> Fact:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case tuple():
            return tuple(str(each) for each in value)
    return value  # type: ignore[no-any-return]
