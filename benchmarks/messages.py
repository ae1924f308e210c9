"""Messages as they travel: a request that was received, of an invented case."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from tests.support.lamps import SOURCE_URN, LampLit

from benchmarks.traced import TRACEPARENT
from contracts.envelope import envelope_text, with_sequence

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUBJECT = LampLit.SUBJECT


def message(event_id: UUID, subject: UUID, position: int) -> bytes:
    """One message, whole."""
    text = envelope_text(
        LampLit(times=position),
        id=event_id,
        subject=subject,
        time=NOW,
        source_urn=SOURCE_URN,
        traceparent=TRACEPARENT,
    )
    return with_sequence(text, position).encode()
