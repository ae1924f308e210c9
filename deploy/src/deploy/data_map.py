"""``python -m deploy.data_map [--check]``: writes the register of processing into ``docs/data-map.md``.

What people wrote around it stays. With ``--check`` nothing is written: the exit code is 1 when the page is
not what the register says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from contracts.codes import labels
from contracts.processing import SHARED, Activity, register
from deploy.home import ROOT

PAGE = ROOT / "docs" / "data-map.md"
BEGIN, END = "<!-- register of processing: begin -->", "<!-- register of processing: end -->"
SUBJECTS = {
    "resident": "inwoner",
    "naaste": "naaste",
    "supporter": "ondersteuner",
    "employee": "medewerker",
    "referrer": "verwijzer",
}
GROUNDS = {
    "consent": "toestemming",
    "statutory_task": "wettelijke taak",
    "vital_interest": "vitaal belang",
    "legal_duty": "wettelijke plicht",
    "legitimate_interest": "gerechtvaardigd belang",
}
UNITS = {"D": "dagen", "M": "maanden", "Y": "jaar"}
HEAD = (
    "| verwerking | van wie | gegevens | vorm | grondslag | door wie | ontvangers | bewaard | einde |",
    "|---|---|---|---|---|---|---|---|---|",
)
HAS_A_KEY = ("resident", "naaste", "supporter")
"""Whose words end with their key; of the others nothing is sealed, or nothing ends it yet."""


def tables() -> str:
    """The register as Markdown, a table for each service."""
    activities = register().activities.values()
    services = dict.fromkeys(one.service for one in activities)
    return "\n\n".join("\n".join(_table(service, activities)) for service in services)


def page(text: str) -> str:
    """The same page with the register as it is now. Raises ValueError without the place for it."""
    before, found, rest = text.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (found and ends):
        raise ValueError(f"{PAGE.name} has no place for the register: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Exit codes: 0 well, 1 the page differs (``--check``), 2 wrong usage."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("Usage: python -m deploy.data_map [--check]\n")
        return 2
    text = PAGE.read_text(encoding="utf-8")
    now = page(text)
    if now == text:
        return 0
    if arguments:
        sys.stderr.write("docs/data-map.md is out of date: run python -m deploy.data_map\n")
        return 1
    PAGE.write_text(now, encoding="utf-8")
    return 0


def _table(service: str, activities: Iterable[Activity]) -> Iterator[str]:
    place = (
        "Elke dienst, elk in de eigen database" if service == SHARED else f"{service}, database `{service}`"
    )
    yield f"### {place}"
    yield ""
    yield from HEAD
    for one in activities:
        if one.service == service:
            yield f"| {' | '.join(_cells(one))} |"


def _cells(one: Activity) -> Iterator[str]:
    roles, categories = labels("app_roles"), labels("data_categories")
    yield f"`{one.id}` {one.nl}. *{one.purpose}*"
    yield _listed(SUBJECTS[each] for each in one.subjects)
    yield _listed(categories[code].lower() for code in one.categories)
    yield "woorden altijd verzegeld, rest in codes" if one.categories else "in codes"
    yield _listed(GROUNDS[basis.ground] for basis in one.basis)
    yield _listed(roles[code].lower() for code in one.roles)
    yield _listed(one.recipients)
    yield f"{one.retention[1:-1]} {UNITS[one.retention[-1]]} na {one.retained_since}"
    keys = [SUBJECTS[each] for each in one.subjects if each in HAS_A_KEY]
    destroyed = f"sleutel vernietigd van {' of '.join(keys)}; codes blijven"
    yield destroyed if one.categories and keys else "codes blijven, bij een willekeurig nummer"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "–"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
