"""Who saw my data: each look at somebody, denials included, in plain Dutch (AVG article 15, design §7).

Read from the access records: when, which organisation in which role, what, why, on which ground. Who it was
in person is not told here: the organisation answers for its people, and the record has their pseudonym.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

import psycopg

from contracts.processing import OTHER, register

__all__ = ["Grounds", "Outcome", "Place", "Seen", "Words", "accesses_of", "seen_in"]

Place = tuple[datetime, UUID]
Outcome = Literal["shown", "denied", "refused", "failed"]
_OUTCOMES: Mapping[str, Outcome] = {
    "ok": "shown",
    "replayed": "shown",
    "not_found": "denied",
    "malformed": "refused",
    "refused": "refused",
    "erased": "refused",
    "limited": "refused",
}
_DID = {
    "C": "legde gegevens van u vast",
    "R": "bekeek gegevens van u",
    "U": "werkte aan gegevens van u",
    "D": "wiste gegevens van u",
    "E": "opende uw gegevens in een noodgeval",
    "S": "zocht naar u",
    "X": "kreeg een kopie van gegevens van u",
}
_BECAUSE = {
    "consent": "omdat u daar toestemming voor gaf",
    "participation": "omdat deze organisatie u helpt",
    "break_glass": "omdat er een noodgeval was",
    "audit": "om te controleren of alles goed gaat",
    "own": "omdat het om u gaat",
}
_OWN: Mapping[Outcome, str] = {
    "shown": "U bekeek of veranderde zelf gegevens van u.",
    "denied": "U vroeg zelf iets, maar kreeg niets te zien.",
    "refused": "U probeerde zelf iets, maar dat kon niet.",
    "failed": "U vroeg zelf iets, maar kreeg geen antwoord: er ging iets mis.",
}
_STRONGEST = ("break_glass", "consent", "participation", "audit", "own")


class Words(Protocol):
    """What people call things; each gives the code itself when it has no word for it."""

    def organisation(self, organisation: str) -> str: ...
    def role(self, role: str) -> str: ...
    def category(self, category: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Grounds:
    """On which ground: the kind of grant, and the consent or grant itself."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, as the person whom it was about reads it."""

    record_id: UUID
    at: datetime
    organisation: str
    role: str
    categories: tuple[str, ...]
    activity: str
    activity_name: str
    grounds: tuple[Grounds, ...]
    outcome: Outcome
    break_glass: bool
    by_themselves: bool
    sentence: str


def accesses_of(
    conn: psycopg.Connection[Any], person_id: UUID, *, before: Place | None, limit: int
) -> list[tuple[datetime, dict[str, Any]]]:
    """The access records about a person, the newest first, as far as this look may see them."""
    rows = conn.execute(
        "select recorded_at, entry from store.accesses_of(%s, %s, %s, %s)",
        (person_id, *(before or (None, None)), limit),
        prepare=True,
    ).fetchall()
    return [(recorded_at, json.loads(entry)) for recorded_at, entry in rows]


def seen_in(entry: Mapping[str, Any], words: Words) -> Seen:
    """What one access record tells."""
    found = register().find(entry["activity"]) or register().activities[OTHER]
    grounds = tuple(Grounds(one["kind"], UUID(one["id"])) for one in entry["basis"])
    outcome = _OUTCOMES.get(entry["status"], "failed")
    return Seen(
        record_id=UUID(entry["id"]),
        at=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=entry["recordedAt"]),
        organisation=entry["organisation"],
        role=entry["role"],
        categories=tuple(entry["categories"]),
        activity=found.id,
        activity_name=found.nl,
        grounds=grounds,
        outcome=outcome,
        break_glass=entry["breakGlass"] or entry["kind"] == "E",
        by_themselves=_is_own(entry),
        sentence=_sentence(entry, grounds, outcome, found.nl, words),
    )


def _sentence(
    entry: Mapping[str, Any], grounds: Sequence[Grounds], outcome: Outcome, activity: str, words: Words
) -> str:
    if _is_own(entry):
        return _OWN[outcome] + f" Het ging om: {_small(activity)}."
    who = _who(entry, words)
    if outcome == "denied":
        return f"{who} vroeg iets over u, maar kreeg niets te zien. Het ging om: {_small(activity)}."
    if outcome == "refused":
        return f"{who} probeerde iets, maar dat kon niet. Het ging om: {_small(activity)}."
    if outcome == "failed":
        return f"{who} vroeg iets over u, maar kreeg geen antwoord: er ging iets mis."
    what = ", ".join(map(words.category, entry["categories"]))
    told = f"{who} {_DID[entry['kind']]}"
    told += f" ({what})" if what else ""
    told += f". Het ging om: {_small(activity)}."
    because = next((_BECAUSE[kind] for kind in _STRONGEST if kind in {one.kind for one in grounds}), None)
    return told + (f" Dat mocht, {because}." if because else "")


def _is_own(entry: Mapping[str, Any]) -> bool:
    """Whether it was the person: nobody else asks without an organisation, in a role, for nobody else."""
    return entry["organisation"] == "-" and bool(entry["role"]) and not entry["onBehalfOf"]


def _who(entry: Mapping[str, Any], words: Words) -> str:
    if entry["organisation"] == "-":
        if entry["onBehalfOf"]:
            return "Iemand die namens u spreekt"
        return "Iemand met een code"
    organisation = words.organisation(entry["organisation"])
    if not entry["role"]:
        return f"Iemand van {organisation}"
    return f"Iemand van {organisation} ({_small(words.role(entry['role']))})"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
