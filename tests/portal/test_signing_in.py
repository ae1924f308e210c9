"""Until people sign in themselves, a token in a file opens the pages; without it nothing is shown."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from tests.portal.answers import a_case, a_number
from tests.portal.conftest import RunningPortal, write_token
from tests.portal.recorded_casefile import TOKEN

from portal.token_file import NoToken, TokenFile


@pytest.fixture(autouse=True)
def a_known_case(portal: RunningPortal) -> None:
    portal.casefile.knows(a_case())


def assert_nothing_is_shown(portal: RunningPortal) -> None:
    for path in ("/zaken", "/zaken/lijst", f"/zaken/{a_number(0)}"):
        page = portal.page(path, 403)
        assert "Aanmelden kan nog niet" in page
        assert a_number(0) not in page


def test_token_goes_along_with_every_question(portal: RunningPortal) -> None:
    portal.page(f"/zaken/{a_number(0)}")

    assert {asked.headers["authorization"] for asked in portal.casefile.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("content", ["", "   \n", "geen token", "a.b", "a.b.c.d", "x" * 9000, "aé.bb.cc"])
def test_without_a_token_nothing_is_asked_or_shown(portal: RunningPortal, content: str) -> None:
    portal.token_file.write_text(content)

    assert_nothing_is_shown(portal)
    assert portal.casefile.asked == []


def test_file_may_come_and_go(portal: RunningPortal) -> None:
    portal.token_file.unlink()
    assert_nothing_is_shown(portal)

    write_token(portal.token_file, TOKEN)
    assert a_number(0) in portal.page("/zaken")

    portal.token_file.unlink()
    assert_nothing_is_shown(portal)


def test_new_token_is_taken_at_once(portal: RunningPortal) -> None:
    portal.page("/zaken")
    portal.casefile.token = "dd.ee.ff"
    assert "geldt niet meer" in portal.page("/zaken", 403)

    write_token(portal.token_file, "dd.ee.ff")

    assert a_number(0) in portal.page("/zaken")


def test_token_that_is_refused_is_told(portal: RunningPortal) -> None:
    portal.casefile.status = 401

    page = portal.page("/zaken", 403)

    assert "toegangsbewijs geldt niet meer" in page
    assert TOKEN not in page


@pytest.mark.parametrize("status", [400, 403, 404])
def test_role_that_sees_no_cases_is_told_and_no_empty_list_is_shown(
    portal: RunningPortal, status: int
) -> None:
    """400: several roles, and it is not said which; 403: not theirs; 404: for it there is no list."""
    portal.casefile.status = status

    page = portal.page("/zaken", 403)

    assert "geen rol die zaken mag inzien" in page
    assert "Er zijn nog geen zaken" not in page


def test_file_that_everybody_may_read_is_not_used(
    portal: RunningPortal, caplog: pytest.LogCaptureFixture
) -> None:
    portal.token_file.chmod(0o644)

    with caplog.at_level(logging.INFO):
        assert_nothing_is_shown(portal)

    assert "token-file-open-to-all" in caplog.text
    assert TOKEN not in caplog.text
    portal.token_file.chmod(0o640)
    assert a_number(0) in portal.page("/zaken")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"aa.bb"])
def test_reason_is_a_code_and_never_the_content(content: bytes, token_file: Path) -> None:
    token_file.write_bytes(content)

    with pytest.raises(NoToken) as told:
        TokenFile(token_file).current()

    assert str(told.value) == "no-token-in-file"


def test_portal_may_be_without_a_file() -> None:
    with pytest.raises(NoToken) as told:
        TokenFile(None).current()

    assert told.value.code == "no-token-file"
