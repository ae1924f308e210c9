"""The erasure log: on the disk before it says so, whole after a power cut, and loud about any other hand."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.clock import START
from tests.support.ids import a_person_id, an_id

from chassis.erasure.entries import Entry, Pair
from chassis.erasure.log import CopyAway, ErasureLog, InsideDatabase

NOUR, DIRK, WIM = a_person_id("Nour"), a_person_id("Dirk"), a_person_id("Wim")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "witness").mkdir()
    return tmp_path


def the_log(folder: Path) -> ErasureLog:
    return ErasureLog(folder / "erasures.jsonl", [folder / "witness"])


def erased(log: ErasureLog, *people: UUID, capacity: str = "resident") -> list[Entry]:
    return [log.append(an_id("erasure", str(person)), person, capacity, START) for person in people]


def files(folder: Path) -> tuple[Path, Path]:
    return folder / "erasures.jsonl", folder / "witness" / "erasures.jsonl"


def test_what_was_written_is_listed_in_log_and_copy(folder: Path) -> None:
    first, second = erased(the_log(folder), NOUR, DIRK)
    assert (first.number, second.number, second.previous) == (1, 2, first.sha256)
    listed = the_log(folder).listed()
    assert listed.pairs == ((NOUR, "resident"), (DIRK, "resident"))
    assert (listed.faults, listed.complete) == ((), True)
    log, copy = files(folder)
    assert log.read_bytes() == copy.read_bytes()
    assert log.stat().st_mode & 0o777 == 0o600


def test_erasing_twice_is_one_line_and_a_capacity_is_its_own(folder: Path) -> None:
    log = the_log(folder)
    assert erased(log, NOUR) == erased(log, NOUR)
    erased(log, NOUR, capacity="supporter")
    assert the_log(folder).listed().pairs == (Pair(NOUR, "resident"), Pair(NOUR, "supporter"))


def test_a_line_holds_ids_codes_and_a_time_and_nothing_else(folder: Path) -> None:
    erased(the_log(folder), NOUR)
    line = json.loads(files(folder)[0].read_text())
    assert set(line) == {"number", "erasureId", "person", "capacity", "erasedAt", "previous", "sha256"}


@pytest.mark.parametrize("kept", range(1, 60, 7))
def test_torn_last_line_is_taken_away_and_nothing_is_lost(folder: Path, kept: int) -> None:
    """A power cut in the middle of a write: that erasure was not said to be done, and is done again."""
    erased(the_log(folder), NOUR)
    whole = files(folder)[0].read_bytes()
    erased(the_log(folder), DIRK)
    for file in files(folder):
        torn = file.read_bytes()[: len(whole) + kept]
        file.write_bytes(torn)
    assert the_log(folder).listed() == the_log(folder).listed()
    assert the_log(folder).listed().pairs == ((NOUR, "resident"),)
    assert the_log(folder).listed().complete
    assert [each.number for each in erased(the_log(folder), DIRK, WIM)] == [2, 3]
    assert the_log(folder).listed().faults == ()


def test_changed_line_is_noticed_and_the_copy_stands_for_it(folder: Path) -> None:
    erased(the_log(folder), NOUR, DIRK, WIM)
    log, _ = files(folder)
    log.write_bytes(log.read_bytes().replace(str(DIRK).encode(), str(a_person_id("else")).encode()))
    listed = the_log(folder).listed()
    assert "the erasure log: line 2 was changed, or is no entry" in listed.faults
    assert {pair.person for pair in listed.pairs} == {NOUR, DIRK, WIM}
    assert listed.complete


def test_changed_line_that_stands_nowhere_else_leaves_the_list_incomplete(folder: Path) -> None:
    """Nobody knows who it was: nothing is served until somebody puts a whole copy in place."""
    erased(the_log(folder), NOUR, DIRK, WIM)
    for file in files(folder):
        file.write_bytes(file.read_bytes().replace(str(DIRK).encode(), str(a_person_id("else")).encode()))
    assert not the_log(folder).listed().complete


@pytest.mark.parametrize("gone", [0, 1])
def test_line_that_was_cut_out_everywhere_is_noticed(folder: Path, gone: int) -> None:
    erased(the_log(folder), NOUR, DIRK, WIM)
    for file in files(folder):
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    listed = the_log(folder).listed()
    assert any("does not follow" in fault for fault in listed.faults)
    assert not listed.complete


def test_shorter_log_is_filled_up_from_its_copy_and_said_so(folder: Path) -> None:
    erased(the_log(folder), NOUR, DIRK, WIM)
    log, copy = files(folder)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:1]))
    listed = the_log(folder).listed()
    assert listed.faults == ("the erasure log: lacks 2 of 3 entries",)
    assert (len(listed.pairs), listed.complete) == (3, True)
    assert log.read_bytes() == copy.read_bytes()
    assert the_log(folder).listed().faults == ()


def test_lost_log_comes_back_from_its_copy(folder: Path) -> None:
    erased(the_log(folder), NOUR)
    files(folder)[0].unlink()
    assert the_log(folder).listed().pairs == ((NOUR, "resident"),)


def test_new_copy_gets_everything(folder: Path) -> None:
    erased(ErasureLog(folder / "erasures.jsonl"), NOUR, DIRK)
    erased(the_log(folder), WIM)
    log, copy = files(folder)
    assert log.read_bytes() == copy.read_bytes()


def test_copy_that_is_away_holds_the_erasure_up_and_loses_nothing(folder: Path) -> None:
    """An unmounted witness must not be mistaken for an empty one."""
    log = ErasureLog(folder / "erasures.jsonl", [folder / "elsewhere"])
    with pytest.raises(CopyAway):
        erased(log, NOUR)
    assert log.listed().pairs == ((NOUR, "resident"),)
    assert log.listed().faults == ("copy 1 of the erasure log: cannot be read",)
    (folder / "elsewhere").mkdir()
    assert [each.number for each in erased(log, NOUR)] == [1]
    assert (folder / "elsewhere" / "erasures.jsonl").read_bytes() == (folder / "erasures.jsonl").read_bytes()


def test_two_writers_make_one_chain(folder: Path) -> None:
    people = [a_person_id(str(number)) for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda person: erased(the_log(folder), person), people))
    listed = the_log(folder).listed()
    assert [entry.number for entry in listed.entries] == list(range(1, 41))
    assert (listed.faults, listed.complete) == ((), True)


def test_line_is_on_the_disk_before_it_is_said_to_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen from outside: file and folder of log and copy were synced."""
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    erased(the_log(folder), NOUR)
    for file in files(folder):
        assert {str(file), str(file.parent)} <= set(synced)


def test_log_inside_a_database_folder_is_refused(folder: Path) -> None:
    (folder / "PG_VERSION").write_text("18")
    with pytest.raises(InsideDatabase):
        the_log(folder)


def test_garbage_is_told_and_never_raised(folder: Path) -> None:
    log, _ = files(folder)
    log.write_bytes(b'\xff\xfe\n{}\n[1]\nnull\n{"number":"x"}\n')
    listed = the_log(folder).listed()
    assert len(listed.faults) == 5
    assert not listed.complete


def test_time_is_kept_in_utc(folder: Path) -> None:
    (entry,) = erased(the_log(folder), NOUR)
    assert entry.erased_at.astimezone(UTC) == START
    assert the_log(folder).listed().entries[0].erased_at == datetime.fromisoformat(START.isoformat())
