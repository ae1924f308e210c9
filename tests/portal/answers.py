"""Answers of casefile, as JSON: all people and cases are invented.

``test_answers_are_casefiles.py`` holds them against casefile's own answer classes, so that they stay true.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.support.ids import an_id

from contracts.number import complete

Json = dict[str, Any]
OPENED = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
DOMAINS = (["wonen"], ["leren", "werken"], ["wonen", "werken", "leren"])


def at(**later: float) -> str:
    """A moment after the first case opened."""
    return (OPENED + timedelta(**later)).isoformat().replace("+00:00", "Z")


def a_number(which: int) -> str:
    """A valid number."""
    return complete(str(3518204 + 137 * which))


def a_part(name: str = "part", **changed: Any) -> Json:
    """A part that nobody is there for yet."""
    return {
        "partId": str(an_id(name)),
        "lifeDomains": ["wonen"],
        "formality": "any",
        "responsible": None,
        "responsibleFormality": None,
        "companions": [],
        "onList": ["new_part"],
        "handover": None,
        "closedFor": None,
    } | changed


def a_supported_part(name: str = "part", formality: str = "informal", **changed: Any) -> Json:
    """A part with somebody responsible."""
    responsible = {"responsible": str(an_id(f"{name} supporter")), "responsibleFormality": formality}
    return a_part(name, **responsible, **({"onList": []} | changed))


def a_case(which: int = 0, **changed: Any) -> Json:
    """A case that was just opened."""
    return {
        "caseId": str(an_id(f"case {which}")),
        "number": a_number(which),
        "network": "almere",
        "municipality": "almere",
        "organisation": "oco_almere",
        "state": "open",
        "openedAt": at(hours=which),
        "changedAt": at(hours=which),
        "closedFor": None,
        "parts": [a_part(f"part of {which}")],
        "hiddenParts": False,
        "residentName": None,
        "lastHappened": {
            "happenedAt": at(hours=which),
            "source": "casefile",
            "kind": "PartAdded",
            "sentence": "Een deelvraag over wonen is toegevoegd.",
        },
    } | changed


def a_standing(case: Json) -> Json:
    """The same case, asked for by itself."""
    parts = [part | {"escalation": None, "claimed": False} for part in case["parts"]]
    more = {
        "parts": parts,
        "handovers": [],
        "checks": [],
        "consentedParties": ["oco_almere"],
        "askedAboutWaakvlam": False,
        "words": [
            {"partId": part["partId"], "question": None, "doneWhen": None, "hidden": True} for part in parts
        ],
        "resident": str(an_id("resident")),
    }
    return {name: value for name, value in (more | case | {"parts": parts}).items() if name != "lastHappened"}


def a_check(state: str = "planned", **changed: Any) -> Json:
    """A pilot-light check after three months."""
    return {
        "checkId": str(an_id("check")),
        "state": state,
        "dueAt": at(days=91),
        "responsible": None,
        "everyDays": None,
    } | changed


def a_page(items: list[Json], *, here: str = "/v1/cases", cursor: str | None = None) -> Json:
    """A page of a list."""
    following = {"href": f"{here}?cursor={cursor}"} if cursor else None
    return {"items": items, "_links": {"self": {"href": here}, "next": following}}


def a_happening(sentence: str, kind: str = "CaseOpened", source: str = "casefile", **changed: Any) -> Json:
    """One thing in a history."""
    return {
        "happenedAt": at(),
        "recordedAt": at(seconds=1),
        "source": source,
        "kind": kind,
        "sentence": sentence,
        "facts": {},
    } | changed
