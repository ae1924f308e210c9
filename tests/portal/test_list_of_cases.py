"""The list of cases: what stands in it, in which order, and what somebody reads when there is nothing."""

from __future__ import annotations

import re

import pytest
from tests.portal.answers import a_case, a_number, a_part, a_supported_part, at
from tests.portal.conftest import RunningPortal
from tests.support.ids import an_id


def words(html: str) -> str:
    """What people read: no tags, white space as one space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def rows(html: str) -> list[str]:
    """What people read, row by row."""
    return [words(row) for row in re.findall(r"<tr[^>]*data-zaak.*?</tr>", html, re.DOTALL)]


def test_row_tells_what_a_coordinator_wants_to_know(portal: RunningPortal) -> None:
    part = a_supported_part(lifeDomains=["wonen", "werken"])
    last = {"happenedAt": at(days=30), "source": "casefile", "kind": "Logged", "sentence": "Er was contact."}
    case = a_case(network="oosterschelde", municipality="noord_beveland", lastHappened=last, parts=[part])
    portal.casefile.knows(case)

    [row] = rows(portal.page("/zaken"))

    assert row.startswith(a_number(0))
    assert "Noord-Beveland" in row
    assert "netwerk Oosterschelde" in row
    assert "Loopt" in row
    assert "Wonen en werk" in row
    assert "Informele meedenker" in row
    assert row.endswith("Er was contact. wo 1 apr 2026, 11:00"), "summer time in Amsterdam"


def test_cases_stand_as_casefile_orders_them(portal: RunningPortal) -> None:
    portal.casefile.knows(*(a_case(which) for which in (3, 1, 2)))

    found = re.findall(r'<a href="/zaken/([0-9-]+)"', portal.page("/zaken"))

    assert found == [a_number(3), a_number(1), a_number(2)]


@pytest.mark.parametrize(
    ("case", "state", "who"),
    [
        (a_case(), "Zoekt meedenker", "Op de lijst van de coördinator"),
        (a_case(parts=[a_supported_part()]), "Loopt", "Informele meedenker"),
        (a_case(parts=[a_supported_part(formality="formal")]), "Loopt", "Formele meedenker"),
        (a_case(parts=[a_supported_part(), a_part("other")]), "Zoekt meedenker", "Op de lijst"),
        (a_case(parts=[a_supported_part(handover=str(an_id("handover")))]), "Warme overdracht", "Informele"),
        (
            a_case(
                state="closed", closedFor="close_self_again", parts=[a_part(closedFor="close_self_again")]
            ),
            "Afgesloten",
            "Afgesloten: kan het weer zelf",
        ),
        (a_case(parts=[a_part(closedFor="close_one_off"), a_supported_part("b")]), "Loopt", "Afgesloten"),
    ],
)
def test_state_is_told_in_words(portal: RunningPortal, case: dict[str, object], state: str, who: str) -> None:
    portal.casefile.knows(case)

    page = portal.page("/zaken")

    assert re.findall(r'<span class="badge \w+">(.*?)</span>', page) == [state]
    assert who in rows(page)[0]


def test_code_without_words_is_shown_as_it_is(portal: RunningPortal) -> None:
    """A newer casefile may know more than this portal."""
    portal.casefile.knows(
        a_case(state="frozen", parts=[a_part(lifeDomains=["ruimtevaart"])], somethingNew={"a": 1})
    )

    [row] = rows(portal.page("/zaken"))

    assert "frozen" in row
    assert "ruimtevaart" in row


def test_cases_are_counted(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(0))
    assert "<caption>1 zaak</caption>" in portal.page("/zaken")

    portal.casefile.knows(a_case(0), a_case(1))
    assert "<caption>2 zaken</caption>" in portal.page("/zaken")


def test_cases_are_counted_by_state(portal: RunningPortal) -> None:
    portal.casefile.knows(
        a_case(0), a_case(1), a_case(2, parts=[a_supported_part()]), a_case(3, state="closed")
    )

    [tiles] = re.findall(r'<ul class="tiles">(.*?)</ul>', portal.page("/zaken"), re.DOTALL)

    assert words(tiles) == "2 Zoekt meedenker 0 Warme overdracht 1 Loopt 1 Afgesloten"


def test_without_cases_it_says_how_one_comes_about(portal: RunningPortal) -> None:
    page = portal.page("/zaken")

    assert "Er zijn nog geen zaken" in page
    assert "zegt ja" in page or "ja zegt" in page
    assert "<table" not in page


def test_long_list_goes_on_on_the_next_page(portal: RunningPortal) -> None:
    portal.casefile.knows(*(a_case(which) for which in range(130)))

    first = portal.page("/zaken")
    [following] = re.findall(r'<a href="([^"]+)">Volgende zaken', first)
    second = portal.page(following.replace("&amp;", "&"))

    assert "100 zaken op deze pagina" in first
    assert "Terug naar het begin" not in first
    assert "30 zaken op deze pagina" in second
    assert "tiles" not in first + second, "the states of one page tell nothing about the whole list"
    assert "Terug naar het begin" in second
    assert "Volgende zaken" not in second
    assert len(rows(first)) + len(rows(second)) == 130


def test_page_asks_casefile_once(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())

    portal.page("/zaken")

    assert [asked.path for asked in portal.casefile.asked] == ["/v1/cases"]


def test_address_of_the_house_leads_to_the_list(portal: RunningPortal) -> None:
    answer = portal.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/zaken")


def test_cursor_that_is_none_is_told_kindly(portal: RunningPortal) -> None:
    assert "Dit adres klopt niet" in portal.page("/zaken?na=onzin", 400)
    portal.page(f"/zaken?na={'x' * 600}", 400)
    portal.page("/zaken?na=", 400)
