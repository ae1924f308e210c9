"""What a certificate of erasure says: the same facts in every service that decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.erasure.certificate import Certificates
from chassis.erasure.eraser import Gone

__all__ = ["RETAINED", "Decision", "certified"]

RETAINED = {
    "history": (
        "Wat er wanneer gebeurde blijft staan, zonder naam en zonder woorden van deze persoon. "
        "Zo kan iedereen nagaan dat het klopt (AVG artikel 5 lid 2)."
    ),
    "lookRecords": (
        "Wie wanneer gegevens inzag blijft staan, met een nummer in plaats van een naam (AVG artikel 32)."
    ),
}
"""What stays, and why, in plain Dutch: nothing of it can be read back into a word of the person."""


@dataclass(frozen=True, slots=True)
class Decision:
    """That somebody is to be erased: who, asked by whom on which ground, decided by which role where."""

    erasure_id: UUID
    person: UUID
    capacity: str
    asked_by: str
    ground: str
    role: str
    organisation: str
    decided_at: datetime
    recipients: Sequence[str]


def certified(certificates: Certificates, decision: Decision, gone: Gone) -> str:
    """The signed certificate. The person is a random id that leads to nobody any more."""
    return certificates.signed(
        {
            "erasureId": str(decision.erasure_id),
            "person": str(decision.person),
            "capacity": decision.capacity,
            "askedBy": decision.asked_by,
            "ground": decision.ground,
            "decidedBy": {"role": decision.role, "organisation": decision.organisation},
            "decidedAt": decision.decided_at.astimezone(UTC).isoformat(),
            "erasedAt": gone.entry.erased_at.astimezone(UTC).isoformat(),
            "destroyedKey": str(gone.key_id) if gone.key_id else None,
            "logEntry": {"number": gone.entry.number, "sha256": gone.entry.sha256},
            "told": list(decision.recipients),
            "retained": [{"what": what, "reason": reason} for what, reason in RETAINED.items()],
        }
    )
