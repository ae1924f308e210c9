"""What people are called and what they said is readable in no log, no trace and no message on the bus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.system.conftest import Played

from deploy.demo.at_casefile import NOTES


def personal(played: Played) -> set[str]:
    """Everything personal that was typed in: names, phone numbers, questions, notes."""
    told = {text for story in played.stories for text in story.personal()}
    told |= {supporter.body[field] for supporter in played.supporters for field in ("name", "phone")}
    return told | set(NOTES)


def spellings(text: str) -> Iterator[bytes]:
    """As bytes in a file: as it is, and as JSON would write it."""
    yield text.encode()
    yield json.dumps(text)[1:-1].encode()


def found_in(files: Iterable[Path], texts: Iterable[str]) -> list[str]:
    """Which of these texts can be read in which file."""
    wanted = [(text, spelling) for text in texts for spelling in set(spellings(text))]
    leaks = []
    for file in files:
        content = file.read_bytes()
        leaks += [f"{file.name}: {text}" for text, spelling in wanted if spelling in content]
    return leaks


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("where", ["logs", "traces", "nats"])
def test_nothing_personal_can_be_read_in(played: Played, where: str) -> None:
    files = files_in(played.data / where)
    assert sum(path.stat().st_size for path in files) > 0
    assert found_in(files, personal(played)) == []


def test_what_may_be_read_is_found(played: Played) -> None:
    """The control: the bus does keep what was told, and this is how it would be found."""
    case = played.case("long_road")
    assert found_in(files_in(played.data / "nats"), [case.number])
    assert found_in(files_in(played.data / "traces"), [case.case_id])
    assert len(personal(played)) > 200
