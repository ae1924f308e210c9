"""What is told of a consent: in the history of a case, and in the list that a resident reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casefile.views.dutch import day, listed, said
from casefile.views.words import Words

Facts = Mapping[str, Any]

BECAUSE = {
    "withdrawn": "De inwoner trok de toestemming in",
    "expired": "De toestemming is afgelopen",
    "recorded_in_error": "De toestemming bleek nooit gegeven",
    "asked_anew": "De toestemming wordt opnieuw gevraagd",
}
WAYS = {
    "cw_spoken": "mondeling",
    "cw_signed": "op papier, met een handtekening",
    "cw_portal": "zelf, in het portaal",
    "cw_representative": "via wie namens de inwoner spreekt",
}


def party(told: object, words: Words) -> str:
    """To whom."""
    if not isinstance(told, Mapping):
        return "onbekend"
    match told.get("kind"):
        case "person":
            return f"een {words.supporter}"
        case "referrer":
            return "de verwijzer"
        case _:
            return words.organisation(told.get("id"))


def what(purpose: object, to: object, scope: object, words: Words) -> str:
    """``aan Humanitas, voor ondersteuning, voor 1 deelvraag, tot 22 november 2026``."""
    told = [f"aan {party(to, words)}", f"voor {said('consent_purposes', purpose).lower()}"]
    if isinstance(scope, Mapping):
        parts = len(scope.get("part_ids") or ())
        if parts:
            told.append("voor 1 deelvraag" if parts == 1 else f"voor {parts} deelvragen")
        categories = [said("data_categories", each).lower() for each in scope.get("categories") or ()]
        if categories:
            told.append(f"alleen over {listed(categories)}")
        if scope.get("valid_until"):
            told.append(f"tot {day(scope['valid_until'])}")
    return ", ".join(told)


def _involvement(facts: Facts, name: str = "involvement") -> Facts:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}


def _of(one: Facts, words: Words) -> str:
    return what(one.get("purpose"), one.get("party"), one.get("scope"), words)


def _ended(facts: Facts, words: Words) -> str:
    one = _involvement(facts)
    because = BECAUSE.get(str(facts.get("because")), "De toestemming is voorbij")
    to = f"aan {party(one.get('party'), words)}, voor {said('consent_purposes', one.get('purpose')).lower()}"
    left = " Wie daar hielp, helpt hier niet meer." if facts.get("leaving") else ""
    return f"{because}: {to}.{left}"


CONSENT_SENTENCES: dict[str, Callable[[Facts, Words], str]] = {
    "InvolvementAllowed": lambda f, w: f"De inwoner gaf toestemming {_of(_involvement(f), w)}.",
    "InvolvementRefused": lambda f, w: (
        f"De inwoner wil geen toestemming geven {what(f.get('purpose'), f.get('party'), None, w)}."
        " Dat is goed; de hulp gaat door."
    ),
    "InvolvementNarrowed": lambda f, w: (
        f"De inwoner beperkte de toestemming: voortaan {_of(_involvement(f, 'after'), w)}."
    ),
    "InvolvementEnded": _ended,
    "RepresentativeAllowed": lambda f, _w: (
        f"Iemand spreekt namens de inwoner: {said('representation_kinds', f.get('kind')).lower()}."
    ),
    "RepresentativeEnded": lambda _f, _w: "Deze persoon spreekt niet meer namens de inwoner.",
}
