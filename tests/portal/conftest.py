"""The portal, served for real, in front of a casefile that answers as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tests.portal.recorded_casefile import TOKEN, RecordedCasefile
from tests.portal.serving import served

from portal.bootstrap import build
from portal.settings import Settings


@dataclass
class RunningPortal:
    """The portal, and somebody who looks at it."""

    address: str
    casefile: RecordedCasefile
    token_file: Path
    browser: httpx2.Client

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """A page, redirects not followed."""
        return self.browser.get(path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page with that status."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text


@pytest.fixture
def casefile() -> Iterator[RecordedCasefile]:
    server = RecordedCasefile()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    write_token(path, TOKEN)
    return path


def write_token(path: Path, token: str) -> None:
    """As an operator does: nobody else may read it, not even for a moment."""
    path.touch(mode=0o600)
    path.write_text(token + "\n")


@pytest.fixture
def settings(casefile: RecordedCasefile, token_file: Path) -> Settings:
    return Settings(http_port=1, casefile_url=casefile.address, token_file=token_file)


@pytest.fixture
def portal(casefile: RecordedCasefile, token_file: Path, settings: Settings) -> Iterator[RunningPortal]:
    with served(build(settings)) as address, httpx2.Client(base_url=address, trust_env=False) as browser:
        yield RunningPortal(address, casefile, token_file, browser)
