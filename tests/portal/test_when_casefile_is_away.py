"""Casefile is down, slow, or not understood: the page says so, and tries again by itself."""

from __future__ import annotations

import logging

import httpx2
import pytest
from tests.portal.answers import a_case, a_number
from tests.portal.conftest import RunningPortal

from portal import casefile

PAGES = ["/zaken", "/zaken/lijst", f"/zaken/{a_number(0)}"]


def assert_it_says_so(portal: RunningPortal, path: str) -> None:
    answer = portal.get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "De zaken zijn even niet bereikbaar" in answer.text
    assert "/static/again.js" in answer.text, "tries again by itself"
    assert "Opnieuw proberen" in answer.text, "and without JavaScript"


@pytest.mark.parametrize("path", PAGES)
def test_casefile_that_is_down_is_told(portal: RunningPortal, path: str) -> None:
    portal.casefile.stop()

    assert_it_says_so(portal, path)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_casefile_that_cannot_answer_is_told(portal: RunningPortal, status: int) -> None:
    portal.casefile.status = status

    assert_it_says_so(portal, "/zaken")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casefile, "TIMEOUT", httpx2.Timeout(0.2))


@pytest.mark.usefixtures("impatient")
def test_casefile_that_is_silent_is_told_in_time(portal: RunningPortal) -> None:
    portal.casefile.may_answer.clear()

    assert_it_says_so(portal, "/zaken")


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"items": [{"number": "canary-words"}], "_links": {}}', b"\xff\xfe"]
)
def test_answer_that_is_not_understood_is_told_and_not_repeated(
    portal: RunningPortal, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    portal.casefile.body = body

    with caplog.at_level(logging.INFO):
        assert_it_says_so(portal, "/zaken")

    assert "canary" not in caplog.text


def test_pages_come_back_with_casefile(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())
    portal.casefile.status = 503
    portal.page("/zaken", 503)

    portal.casefile.status = None

    assert a_number(0) in portal.page("/zaken")


def test_connection_that_was_cut_meanwhile_is_not_noticed(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())
    portal.page("/zaken")
    before = len(portal.casefile.asked)

    portal.casefile.cut_next = True

    assert a_number(0) in portal.page("/zaken")
    assert len(portal.casefile.asked) == before + 1


def test_fault_of_our_own_is_told_without_a_word_of_it(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that somebody wrote reaches a log or a page by way of an exception's text."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("canary-words")

    monkeypatch.setattr("portal.pages.cases.how_many", broken)

    with caplog.at_level(logging.INFO):
        page = portal.page("/zaken", 500)

    assert "Er ging iets mis" in page
    assert "canary" not in page
    assert "canary" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_portal_is_alive_and_ready_on_its_own(portal: RunningPortal) -> None:
    """The page that says that casefile is away must be reachable then."""
    portal.casefile.stop()

    assert portal.get("/v1/health/live").json() == {"status": "alive"}
    assert portal.get("/v1/health/ready").json() == {"status": "ready"}
