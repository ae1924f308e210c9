"""Whatever casefile hands on is text, and a page may load nothing but our own files."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from tests.portal.answers import a_case, a_check, a_happening, a_number, a_part, at
from tests.portal.conftest import RunningPortal

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}&amp;\u202e"
NUMBER = a_number(0)
EVERY_KIND = ["/zaken", "/zaken/lijst", f"/zaken/{NUMBER}", "/nergens", "/zaken/onzin", "/zaken?na=", "/"]


class Elements(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def addresses(self) -> list[str]:
        """Everything that the page loads or leads to."""
        return [
            value or "" for _, attrs in self.found for name in ("src", "href") if (value := attrs.get(name))
        ]


@pytest.mark.parametrize("path", ["/zaken", "/zaken/lijst", f"/zaken/{NUMBER}"])
def test_hostile_text_stays_text(portal: RunningPortal, path: str) -> None:
    part = a_part(lifeDomains=[HOSTILE], onList=[HOSTILE], closedFor=None)
    closed = a_part("closed", closedFor=HOSTILE)
    case = a_case(
        network=HOSTILE,
        municipality=HOSTILE,
        state=HOSTILE,
        closedFor=HOSTILE,
        parts=[part, closed],
        checks=[a_check(HOSTILE)],
        lastHappened={"happenedAt": at(), "source": HOSTILE, "kind": HOSTILE, "sentence": HOSTILE},
    )
    happening = a_happening(HOSTILE, HOSTILE, HOSTILE)
    portal.casefile.knows(case, **{NUMBER: [happening]})

    page = portal.page(path)

    assert "alert(1)" in page, "it is shown"
    assert "{{7*7}}" in page
    elements = Elements(page).found
    assert not [tag for tag, attrs in elements if tag == "img" and attrs.get("src") == "x"]
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on")]
    scripts = [attrs.get("src", "") for tag, attrs in elements if tag == "script"]
    assert all((src or "").startswith("/static/") for src in scripts)


def test_hostile_number_cannot_make_an_address(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case(number='1"><script>//evil.example'))

    addresses = Elements(portal.page("/zaken")).addresses()

    assert all(address.startswith(("/", "#")) and not address.startswith("//") for address in addresses)


def test_cursor_comes_back_as_text(portal: RunningPortal) -> None:
    portal.casefile.status = 200
    portal.casefile.body = b'{"items": [], "_links": {"self": {"href": "/"}}}'

    page = portal.page("/zaken?na=%22%3E%3Cscript%3E%26limit=5")

    assert "<script>" not in page
    assert portal.casefile.asked[0].query == {"limit": ["100"], "cursor": ['"><script>&limit=5']}


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_says_what_a_browser_may_do(portal: RunningPortal, path: str) -> None:
    portal.casefile.knows(a_case())

    headers = portal.get(path).headers

    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "max-age" in headers["strict-transport-security"]
    assert "server" not in headers


@pytest.mark.parametrize("path", EVERY_KIND)
def test_page_keeps_its_own_policy(portal: RunningPortal, path: str) -> None:
    portal.casefile.knows(a_case(), **{NUMBER: [a_happening("Iets.")]})

    page = portal.get(path).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)
    assert all(address.startswith(("/", "#")) for address in Elements(page).addresses())


def test_files_are_ours_and_kept_by_the_browser(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())
    files = {address for address in Elements(portal.page("/zaken")).addresses() if "/static/" in address}

    assert {file.partition("?")[0] for file in files} == {
        "/static/logo.svg",
        "/static/site.css",
        "/static/live.js",
    }
    for file in files:
        answer = portal.get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert portal.get("/static/site.css?v=old").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "..%2fsettings.py", "%2e%2e/bootstrap.py", "", "site.css/"])
def test_nothing_else_is_handed_out(portal: RunningPortal, name: str) -> None:
    portal.page(f"/static/{name}", 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_are_only_looked_at(portal: RunningPortal, method: str) -> None:
    answer = portal.browser.request(method, "/zaken")

    assert answer.status_code == 405
    assert "Dat kan hier niet" in answer.text
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_head_is_answered_like_get(portal: RunningPortal) -> None:
    answer = portal.browser.head("/zaken")

    assert (answer.status_code, answer.text) == (200, "")


def test_trailing_slash_is_no_other_address(portal: RunningPortal) -> None:
    portal.page("/zaken/", 404)
