"""What other services told about a case, kept as told: codes and ids, nothing personal.

With it, history and work list can be rebuilt from this service's own events alone. Each message heard is an
entry, a stream of its own: taking notice never waits for anything else that happens to the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, Created, DomainEvent, event

Told = str | int | bool | tuple[str, ...] | None
"""A fact as it stood in a message: a code, an id, a moment or a few of these."""


class Chronicle(Aggregate):
    """One message that was heard about a case."""

    TOPIC = "casefile:Chronicle"

    case_id: UUID

    class Heard(Created):
        """``kind`` is the message's type, ``position`` its place in what that source told about the case."""

        TOPIC = "casefile:Chronicle.Heard"
        case_id: UUID
        source: str
        kind: str
        event_id: UUID
        position: int
        occurred_at: datetime
        facts: dict[str, Told]

    class MatchRefused(DomainEvent):
        """There is no such case, so the match it brings cannot be followed up; matching is told."""

        TOPIC = "casefile:Chronicle.MatchRefused"
        part_id: UUID | None
        supporter_id: UUID
        match_id: UUID

    @classmethod
    def hear(
        cls,
        case_id: UUID,
        *,
        source: str,
        kind: str,
        event_id: UUID,
        position: int,
        occurred_at: datetime,
        facts: Mapping[str, Told],
        now: datetime,
    ) -> Chronicle:
        """Keep what was told."""
        return cls.begin(
            uuid5(case_id, f"heard:{source}:{position}"),
            cls.Heard,
            now=now,
            case_id=case_id,
            source=source,
            kind=kind,
            event_id=event_id,
            position=position,
            occurred_at=occurred_at,
            facts=dict(facts),
        )

    @property
    def subject_id(self) -> UUID:
        return self.case_id

    def refuse_match(self, match_id: UUID, supporter_id: UUID, part_id: UUID | None, now: datetime) -> None:
        """Answer a match for a case that does not exist here."""
        self.happened(
            self.MatchRefused, now=now, part_id=part_id, supporter_id=supporter_id, match_id=match_id
        )

    @event(Heard)
    def __init__(self, case_id: UUID) -> None:
        self.case_id = case_id

    @event(MatchRefused)
    def _match_refused(self) -> None:
        """Nothing more can happen here."""


def event_name(kind: str) -> str:
    """``nl.….options-offered.v1`` → ``OptionsOffered``."""
    return "".join(word.capitalize() for word in kind.split(".")[-2].split("-"))
