"""The list by itself, for the script that keeps it up to date; and the page without that script."""

from __future__ import annotations

import re

from tests.portal.answers import a_case, a_number, at
from tests.portal.conftest import RunningPortal

LATER = {"happenedAt": at(hours=5), "source": "casefile", "kind": "Logged", "sentence": "Er was contact."}


def test_list_comes_without_the_rest_of_the_page(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())

    text = portal.page("/zaken/lijst")

    assert text.startswith("<ul")
    assert text.rstrip().endswith("</table>")
    assert a_number(0) in text
    assert "<html" not in text
    assert text.strip() in portal.page("/zaken")


def test_list_that_did_not_change_is_not_sent_again(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())
    [version] = re.findall(r'data-versie="(\w+)"', portal.page("/zaken"))

    same = portal.get("/zaken/lijst", if_none_match=f'"{version}"')
    portal.casefile.knows(a_case(lastHappened=LATER))
    other = portal.get("/zaken/lijst", if_none_match=f'"{version}"')

    assert (same.status_code, same.text) == (304, "")
    assert other.status_code == 200
    assert other.headers["etag"] not in (f'"{version}"', "")


def test_row_says_what_is_new(portal: RunningPortal) -> None:
    """The script reads this aloud; it differs whenever something happened."""
    portal.casefile.knows(a_case())
    before = re.findall(r'data-nieuws="([^"]+)"', portal.page("/zaken/lijst"))
    portal.casefile.knows(a_case(lastHappened=LATER))
    after = re.findall(r'data-nieuws="([^"]+)"', portal.page("/zaken/lijst"))

    assert before == ["Een deelvraag over wonen is toegevoegd. ma 2 mrt 2026, 10:00"]
    assert after == ["Er was contact. ma 2 mrt 2026, 15:00"]


def test_case_whose_history_lags_shows_its_state(portal: RunningPortal) -> None:
    """Both are views; while one is rebuilt, the other goes on."""
    portal.casefile.knows(a_case(lastHappened=None, changedAt=at(hours=2)))

    assert 'data-nieuws="Zoekt meedenker ma 2 mrt 2026, 12:00"' in portal.page("/zaken/lijst")


def test_list_on_a_later_page_stays_that_page(portal: RunningPortal) -> None:
    portal.casefile.knows(*(a_case(which) for which in range(101)))

    page = portal.page("/zaken?na=100")
    [fragment] = re.findall(r'data-live="([^"]+)"', page)

    assert fragment == "/zaken/lijst?na=100"
    assert a_number(100) in portal.page(fragment)


def test_page_works_without_its_script(portal: RunningPortal) -> None:
    """All is there when it arrives; a link loads it anew; what needs the script is hidden until it runs."""
    portal.casefile.knows(a_case())

    page = portal.page("/zaken")

    assert a_number(0) in page
    assert re.search(r'<a class="button" id="vernieuwen" href="/zaken">Vernieuwen</a>', page)
    for button in re.findall(r"<(?:button|p)[^>]*id=\"live-(?:knop|wacht)\"[^>]*>", page):
        assert "hidden" in button
    assert "<noscript" not in page
    assert "http-equiv" not in page, "nothing reloads under somebody's hands"


def test_news_is_told_politely(portal: RunningPortal) -> None:
    page = portal.page("/zaken")

    assert len(re.findall(r'role="status"', page)) == 1
    assert 'aria-live="assertive"' not in page
    assert 'role="alert"' not in page
