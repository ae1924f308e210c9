"""As root, the servers become another account, and pass closed folders without a changed mode."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from deploy.embedded.account import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    Account,
    capability_needed,
    give,
)

STRANGER = Account("stranger", 54321, 54321)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A folder that everybody may pass, on a path that may be closed above."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)
    return tmp_path


def a_program(folder: Path, mode: int) -> Path:
    program = folder / "program"
    program.touch()
    program.chmod(mode)
    return program


def test_an_ordinary_user_stays_who_they_are(opened: Path) -> None:
    assert capability_needed(None, [a_program(opened, 0o700)], opened) is None


@as_root
def test_open_folders_need_no_capability(opened: Path) -> None:
    assert capability_needed(STRANGER, [a_program(opened, 0o755)], opened) is None


@as_root
def test_a_closed_folder_above_is_passed_with_the_right_to_search_only(opened: Path) -> None:
    closed = opened / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "data"
    assert capability_needed(STRANGER, [a_program(opened, 0o755)], inside) == CAP_DAC_READ_SEARCH
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_program_closed_to_others_needs_more(opened: Path) -> None:
    assert capability_needed(STRANGER, [a_program(opened, 0o700)], opened) == CAP_DAC_OVERRIDE


@as_root
def test_a_folder_becomes_the_accounts_own_as_a_whole(opened: Path) -> None:
    folder = opened / "store"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").touch()
    give(folder, STRANGER)
    assert {path.stat().st_uid for path in (folder, folder / "deep", folder / "deep" / "file")} == {
        STRANGER.uid
    }
