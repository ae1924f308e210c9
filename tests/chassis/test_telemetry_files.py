"""Local files of traces rotate, stay whole with several writers, and never stop the process."""

from __future__ import annotations

import json
import logging
import multiprocessing
import stat
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SpanExportResult

from chassis.telemetry_files import FileSpanExporter, RotatingLines


def numbers(folder: Path, name: str = "lamps.jsonl") -> dict[str, list[int]]:
    return {
        file.name: [json.loads(line)["n"] for line in file.read_text().splitlines()]
        for file in sorted(folder.iterdir())
    }


def test_file_rotates_and_two_older_ones_are_kept(tmp_path: Path) -> None:
    lines = RotatingLines(tmp_path / "lamps.jsonl", max_bytes=30, keep=2)

    for n in range(10, 22):
        lines.append([{"n": n}])

    assert numbers(tmp_path) == {
        "lamps.jsonl": [19, 20, 21],
        "lamps.jsonl.1": [16, 17, 18],
        "lamps.jsonl.2": [13, 14, 15],
    }


def test_row_larger_than_the_limit_is_written_still(tmp_path: Path) -> None:
    lines = RotatingLines(tmp_path / "lamps.jsonl", max_bytes=5)

    lines.append([{"n": 1}])
    lines.append([{"n": 2}])

    assert numbers(tmp_path) == {"lamps.jsonl": [2], "lamps.jsonl.1": [1]}


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    RotatingLines(tmp_path / "traces" / "lamps.jsonl").append([{"n": 1}])

    assert stat.S_IMODE((tmp_path / "traces").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "traces" / "lamps.jsonl").stat().st_mode) == 0o600


def _write(path: Path, begin: int) -> None:
    lines = RotatingLines(path, max_bytes=400, keep=200)
    for n in range(begin, begin + 300):
        lines.append([{"n": n}])


def test_writers_at_once_lose_nothing_and_tear_no_line(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(tmp_path / "lamps.jsonl", n * 1000)) for n in (1, 2, 3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    written = [n for found in numbers(tmp_path).values() for n in found]
    assert sorted(written) == sorted(n * 1000 + i for n in (1, 2, 3) for i in range(300))


def test_file_that_was_taken_away_is_made_anew(tmp_path: Path) -> None:
    lines = RotatingLines(tmp_path / "lamps.jsonl")
    lines.append([{"n": 1}])
    (tmp_path / "lamps.jsonl").unlink()

    lines.append([{"n": 2}])

    assert numbers(tmp_path) == {"lamps.jsonl": [2]}


def test_folder_that_cannot_be_written_is_logged_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exporter = FileSpanExporter(tmp_path, "lamps")
    (tmp_path / "lamps.jsonl").mkdir()

    with caplog.at_level(logging.WARNING):
        assert exporter.export([]) is SpanExportResult.FAILURE

    assert "traces cannot be written" in caplog.text
