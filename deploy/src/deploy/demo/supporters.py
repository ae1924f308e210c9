"""The invented supporters of both networks: 75 in Almere, 30 in the Oosterschelde region.

Nobody of them exists: surnames come from fairy tales, and no phone number begins with 06-0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

FIRST_NAMES = (
    "Aaltje Amira Anouk Bram Chantal Daan Dilara Elif Emre Fatima Femke Gerrit Hanna Hassan Ilse Iryna Jelle"
    " Joke Kasia Kees Lotte Maarten Marek Mehmet Mirjam Nadia Noor Oksana Olaf Piet Rahel Roos Samir Selam"
    " Sjoerd Tess Truus Wout Yara Zeki"
).split()
SURNAMES = (
    "Sterrenstof Luchtkasteel Regenboog Zilvermaan Wolkenveld Kwikstaart Toverbal Klatergoud Zevenmijl"
    " Nachtvlinder Windwijzer"
).split()
DOMAINS = ("financien", "wonen", "gezondheid", "werken", "sociale_relaties", "leren")
TRAINED, KNOWS, HAS = "experience_expert_trained", "has_experiential_knowledge", "has_experience"


@dataclass(frozen=True)
class Group:
    """Supporters of one organisation who differ only in name, domains, level and languages.

    ``languages``: besides Dutch, one entry per supporter in turn; empty for Dutch alone. An entry that
    begins with ``-`` is for somebody with one place only, kept for a resident who speaks that language: they
    take a break or leave in a story, and no other case may depend on them.
    """

    network: str
    organisation: str
    kind: str
    many: int
    paid: bool
    places: tuple[int, ...]
    languages: tuple[str, ...]
    levels: tuple[str | None, ...] = (None,)


GROUPS = (
    Group("almere", "oco_almere", "volunteer", 28, False, (2, 3, 4), ("", "en", "ar", "", "tr", "pl", "uk"),
          (None, HAS, None, KNOWS)),
    Group("almere", "oco_almere", "volunteer", 7, True, (2, 3), ("-ti", "-ti", "-fa", "-fa", "en", "", "tr")),
    Group("almere", "oco_almere", "experience_expert", 8, False, (1, 2), ("", "en", "ar", "tr"), (TRAINED,)),
    Group("almere", "oco_almere", "experience_expert", 12, True, (2, 3), ("", "uk", "", "pl"), (TRAINED,)),
    Group("almere", "mee_samen", "formal", 12, True, (4, 5, 6), ("", "en", "ar", "uk", "tr", "pl")),
    Group("almere", "co_weet_raad", "formal", 8, True, (3, 4), ("", "en", "ti", "ar")),
    Group("oosterschelde", "humanitas", "volunteer", 6, False, (2, 3), ("", "ar", "pl", "", "ar", "-ti")),
    Group("oosterschelde", "terweel", "volunteer", 3, False, (2, 2), ("", "ar", "en"), (KNOWS, None, HAS)),
    Group("oosterschelde", "kbo_pcob", "volunteer", 4, False, (2, 3), ("", "", "en", "")),
    Group("oosterschelde", "stichting_pelita", "volunteer", 2, False, (3, 3), ("", "-ti")),
    Group("oosterschelde", "vptz", "volunteer", 2, False, (2, 2), ("", "uk")),
    Group("oosterschelde", "hersteltalent", "experience_expert", 3, True, (2, 2), ("", "pl", ""), (TRAINED,)),
    Group("oosterschelde", "eva_regelt", "formal", 2, True, (4, 4), ("", "")),
    Group("oosterschelde", "smwo", "formal", 8, True, (4, 5, 6), ("", "ar", "", "pl", "", "uk", "ti", "en")),
)  # fmt: skip


@dataclass(frozen=True)
class InventedSupporter:
    """Somebody to register; ``key`` tells them apart within the demo. ``kept_back``: see ``Group``."""

    key: str
    organisation: str
    kept_back: bool
    body: dict[str, Any]


def invented_supporters() -> Iterator[InventedSupporter]:
    """All 105, the same ones each time."""
    number = count(1)
    for group in GROUPS:
        languages, places, levels = cycle(group.languages), cycle(group.places), cycle(group.levels)
        for _ in range(group.many):
            place, other = next(number), next(languages)
            only = other.startswith("-")
            yield InventedSupporter(
                key=f"supporter-{place}",
                organisation=group.organisation,
                kept_back=only,
                body={
                    "network": group.network,
                    "kind": group.kind,
                    "experienceLevel": next(levels),
                    "paid": group.paid,
                    "languages": ["nl", *filter(None, [other.removeprefix("-")])],
                    "lifeDomains": _domains(place),
                    "places": 1 if only else next(places),
                    "name": name_of(place),
                    "phone": f"06-00000{place:03}",
                },
            )


def name_of(place: int) -> str:
    """A first name and a surname that go together only once among the first few hundred."""
    return f"{FIRST_NAMES[place % len(FIRST_NAMES)]} {SURNAMES[place % len(SURNAMES)]}"


def _domains(place: int) -> list[str]:
    first = place % len(DOMAINS)
    return [DOMAINS[first], DOMAINS[(first + 1 + place // 6 % 4) % len(DOMAINS)]]
