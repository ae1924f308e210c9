"""Casefile's answers in words, as the templates show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.answers import Case, Happening, Part
from portal.moments import day, moment
from portal.pages import words

Tone = Literal["runs", "wants", "moves", "ended"]
"""How it looks beside what it says: colour never tells anything alone."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word or two."""

    text: str
    tone: Tone


WANTS = Badge("Zoekt meedenker", "wants")
MOVES = Badge("Warme overdracht", "moves")
RUNS = Badge("Loopt", "runs")
ENDED = Badge("Afgesloten", "ended")


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part: what it is about, who is there for it, and what more there is to know."""

    about: str
    who: str
    tone: Tone
    more: tuple[str, ...]

    @classmethod
    def of(cls, part: Part) -> ShownPart:
        """The part in words."""
        who, tone = _who(part)
        return cls(words.of_domains(part.life_domains), who, tone, tuple(_more(part)))


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case in words. ``news`` changes whenever something happens, and can be read aloud."""

    number: str
    url: str
    municipality: str
    network: str
    state: Badge
    parts: tuple[ShownPart, ...]
    hidden_parts: bool
    opened_at: datetime
    changed_at: datetime
    closed_for: str | None
    checks: tuple[str, ...]
    happened: str
    happened_at: datetime
    news: str

    @classmethod
    def of(cls, case: Case) -> ShownCase:
        """The case in words."""
        state = _state(case)
        last = case.last_happened
        happened, at = (last.sentence, last.happened_at) if last else (state.text, case.changed_at)
        return cls(
            number=case.number,
            url=f"/zaken/{case.number}",
            municipality=words.place(case.municipality),
            network=words.place(case.network),
            state=state,
            parts=tuple(map(ShownPart.of, case.parts)),
            hidden_parts=case.hidden_parts,
            opened_at=case.opened_at,
            changed_at=case.changed_at,
            closed_for=case.closed_for and words.label("close_reasons", case.closed_for),
            checks=tuple(
                f"{day(one.due_at)}: {words.CHECKS.get(one.state, one.state)}" for one in case.checks
            ),
            happened=happened,
            happened_at=at,
            news=f"{happened} {moment(at)}",
        )


@dataclass(frozen=True, slots=True)
class ShownHappening:
    """One thing that happened, told by a part of Waakvlam."""

    at: datetime
    sentence: str
    source: str
    told_by: str

    @classmethod
    def of(cls, one: Happening) -> ShownHappening:
        """The happening in words; casefile makes the sentence."""
        known = one.source in words.SERVICES
        told_by = words.SERVICES.get(one.source, one.source)
        return cls(one.happened_at, one.sentence, one.source if known else "elsewhere", told_by)


@dataclass(frozen=True, slots=True)
class Tile:
    """How many cases are in a state."""

    count: int
    text: str
    tone: Tone


ATTENTION_FIRST = (WANTS, MOVES, RUNS, ENDED)


def tiles(cases: Iterable[ShownCase]) -> tuple[Tile, ...]:
    """The cases counted by state, what asks for attention first."""
    counts = Counter(case.state for case in cases)
    return tuple(Tile(counts[state], state.text, state.tone) for state in ATTENTION_FIRST)


def how_many(count: int, *, whole: bool) -> str:
    """``30 zaken``; on a page of a longer list, that it is one page."""
    cases = "1 zaak" if count == 1 else f"{count} zaken"
    return cases if whole else f"{cases} op deze pagina"


def _state(case: Case) -> Badge:
    parts = [part for part in case.parts if part.closed_for is None]
    if case.state == "closed":
        return ENDED
    if case.state != "open":
        return Badge(case.state, "runs")
    if any(part.handover for part in parts):
        return MOVES
    if any(part.responsible is None for part in parts):
        return WANTS
    return RUNS


def _who(part: Part) -> tuple[str, Tone]:
    if part.closed_for is not None:
        return f"Afgesloten: {_lower(words.label('close_reasons', part.closed_for))}", "ended"
    if part.responsible is None:
        return "Op de lijst van de coördinator", "wants"
    kind = {"informal": "Informele meedenker", "formal": "Formele meedenker"}
    return kind.get(part.responsible_formality or "", "Meedenker"), "runs"


def _more(part: Part) -> list[str]:
    if part.closed_for is not None:
        return []
    reasons = [words.STILL_ON_THE_LIST.get(code, code) for code in part.on_list]
    listed = [f"Op de lijst: {words.joined(list(dict.fromkeys(reasons)))}"] if reasons else []
    beside = len(part.companions)
    also = [f"{beside} meedenker{'s' if beside > 1 else ''} erbij"] if beside else []
    return [*listed, *(["Er loopt een warme overdracht"] if part.handover else []), *also]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
