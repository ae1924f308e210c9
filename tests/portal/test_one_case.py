"""A case: its facts, its parts, and what happened in it, oldest first."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.portal.answers import a_case, a_check, a_happening, a_number, a_part, a_supported_part, at
from tests.portal.conftest import RunningPortal
from tests.portal.test_list_of_cases import words
from tests.support.ids import an_id

NUMBER = a_number(0)
HISTORY = [
    a_happening("De vraag kwam binnen.", "RequestReceived", "intake", happenedAt=at(hours=-1)),
    a_happening("Het dossier is geopend.", "CaseOpened"),
    a_happening("Er is een vrijwilliger gekoppeld.", "VolunteerMatched", "matching", happenedAt=at(days=2)),
    a_happening(
        "Het waakvlamcontact staat open.", "WaakvlamCheckDue", "notifications", happenedAt=at(days=200)
    ),
]


def happenings(html: str) -> list[str]:
    """What people read, entry by entry."""
    [entries] = re.findall(r"<ol>(.*?)</ol>", html, re.DOTALL)
    return [unescape(words(entry)) for entry in entries.split("</li>")[:-1]]


def test_history_is_a_sentence_per_event_with_time_and_source(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(), **{NUMBER: HISTORY})

    assert happenings(portal.page(f"/zaken/{NUMBER}")) == [
        "ma 2 mrt 2026, 09:00 uit: aanmelding De vraag kwam binnen.",
        "ma 2 mrt 2026, 10:00 uit: zaakdossier Het dossier is geopend.",
        "wo 4 mrt 2026, 10:00 uit: zoeken en kiezen Er is een vrijwilliger gekoppeld.",
        "vr 18 sep 2026, 11:00 uit: termijnen en berichten Het waakvlamcontact staat open.",
    ]


def test_source_that_is_new_is_shown_as_it_is(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(), **{NUMBER: [a_happening("Iets.", source="planner")]})

    page = portal.page(f"/zaken/{NUMBER}")

    assert "uit: planner" in page
    assert "from-elsewhere" in page


def test_facts_and_parts_are_told(portal: RunningPortal) -> None:
    one = a_part("one", lifeDomains=["wonen"], onList=["supporter_paused", "nobody_fits"])
    two = a_supported_part(
        "two", "formal", companions=[str(an_id("x")), str(an_id("y"))], handover=str(an_id("h"))
    )
    portal.casefile.knows(a_case(municipality="schouwen_duiveland", parts=[one, two]))

    page = words(portal.page(f"/zaken/{NUMBER}"))

    assert f"Zaak {NUMBER}" in page
    assert "Gemeente Schouwen-Duiveland" in page
    assert "Op de lijst: meedenker heeft even pauze en nog niemand die past" in page
    assert "Formele meedenker" in page
    assert "Er loopt een warme overdracht" in page
    assert "2 meedenkers erbij" in page


def test_closed_case_says_why(portal: RunningPortal) -> None:
    part = a_part(closedFor="close_own_network", onList=[])
    portal.casefile.knows(a_case(state="closed", closedFor="close_own_network", parts=[part]))

    page = words(portal.page(f"/zaken/{NUMBER}"))

    assert "Afgesloten om Eigen netwerk neemt over" in page
    assert "Afgesloten: eigen netwerk neemt over" in page


@pytest.mark.parametrize(
    ("state", "read"), [("planned", "gepland"), ("missed", "gemist"), ("frozen", "frozen")]
)
def test_pilot_light_is_told(portal: RunningPortal, state: str, read: str) -> None:
    portal.casefile.knows(a_case(checks=[a_check(state)]))

    assert f"Waakvlamcontact ma 1 jun 2026: {read}" in words(portal.page(f"/zaken/{NUMBER}"))


def test_case_page_asks_casefile_twice_at_most(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(), **{NUMBER: HISTORY})

    portal.page(f"/zaken/{NUMBER}")

    paths = sorted(asked.path for asked in portal.casefile.asked)
    assert paths == [f"/v1/cases/{NUMBER}", f"/v1/cases/{NUMBER}/history"]


def test_long_history_goes_on_on_the_next_page(portal: RunningPortal) -> None:
    long = [a_happening(f"Gesprek {which}.", "SupportLogged") for which in range(120)]
    portal.casefile.knows(a_case(), **{NUMBER: long})

    first = portal.page(f"/zaken/{NUMBER}")
    [following] = re.findall(r'<a href="([^"]+)">Latere gebeurtenissen', first)
    second = portal.page(following)

    assert [len(happenings(page)) for page in (first, second)] == [100, 20]
    assert f'<a href="/zaken/{NUMBER}">Naar het begin' in second


def test_case_without_history_yet_says_so(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())

    assert "nog niets vastgelegd" in portal.page(f"/zaken/{NUMBER}")


def test_what_is_there_and_not_for_who_looks_is_said_and_not_shown_as_empty(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(hiddenParts=True), a_case(1, hiddenParts=True, parts=[]))

    page = words(portal.page(f"/zaken/{NUMBER}"))
    assert "Andere deelvragen Dit deel is niet voor u." in page
    assert "Wat er verder in deze zaak gebeurde, is niet voor u." in page
    assert "nog niets vastgelegd" not in page
    assert "Deelvragen Dit deel is niet voor u." in words(portal.page("/zaken"))


@pytest.mark.parametrize("typed", [NUMBER.replace("-", ""), NUMBER.replace("-", " "), str(an_id("case 0"))])
def test_case_is_found_however_it_is_typed(portal: RunningPortal, typed: str) -> None:
    portal.casefile.knows(a_case())

    assert f"Zaak {NUMBER}" in portal.page(f"/zaken/{typed}")


@pytest.mark.parametrize(
    "name", ["onzin", "2741-9064", "%00", "%ff", "..%2fworklist", "1" * 5000, "%7B%7B7*7%7D%7D", NUMBER + "x"]
)
def test_what_cannot_be_a_case_is_not_even_asked_for(portal: RunningPortal, name: str) -> None:
    page = portal.page(f"/zaken/{name}", 404)

    assert "niet te vinden" in page or "bestaat niet" in page
    assert portal.casefile.asked == []


def test_unknown_case_is_told_kindly(portal: RunningPortal) -> None:
    """P17: absent and not allowed read the same."""
    page = portal.page(f"/zaken/{NUMBER}", 404)

    assert "Deze zaak is hier niet te vinden" in page
    assert 'href="/zaken"' in page
    assert NUMBER not in words(page), "nothing of what was asked is repeated"
