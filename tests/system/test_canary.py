"""Nothing that anybody told is readable anywhere but in an answer to who may see it (design §5, promise P14).

A unique text is planted in every field of a story on the real stack, with mistakes, a dead letter and killed
processes; then it is looked for in every file and row, in all spellings. The searcher has its own controls.
"""

from __future__ import annotations

import base64
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.support.canaries import Canaries, Searcher
from tests.system.canary_story import CanaryStory

from deploy.addresses import Addresses
from deploy.operating import ON_BUS, Operations
from deploy.parties import KEYRING
from deploy.stack import Stack

pytestmark = pytest.mark.slow
CONTROL = Canaries()
UNSEALED = CONTROL.words("unsealed on purpose")


@dataclass
class Found:
    """What was planted, what was said, and what the searcher found where."""

    data: Path
    planted: Canaries
    said: list[bytes]
    number: str
    running: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    control_in_wal: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """The story is played; everything is searched while it runs, and again when it was stopped."""
    home = tmp_path_factory.mktemp("canary")
    data, temporary = home / "data", home / "tmp"
    temporary.mkdir()
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(temporary)
    try:
        with Stack(data, Addresses(), adjustable=True) as stack:
            operations = Operations(data, Addresses())
            story = CanaryStory(stack, operations)
            try:
                story.play()
            finally:
                story.close()
            admin = operations.servers.admin_url
            _plant_control(admin)
            for process in stack.processes:
                if process.name in ("casefile", "intake"):
                    os.kill(process.pid, signal.SIGKILL)
            result = Found(data, story.planted, story.said, story.number)
            searcher = Searcher(result.planted)
            result.running = searcher.in_files([home])
            result.control_in_wal = Searcher(CONTROL).in_files([data / "postgres" / "pg_wal"])
            result.rows = searcher.in_databases(admin, [*(each.name for each in ON_BUS), KEYRING])
            result.rows += Searcher(CONTROL).in_databases(admin, ["casefile"])
            with psycopg.connect(make_conninfo(admin, dbname="casefile"), autocommit=True) as conn:
                result.settings = _settings(conn)
                conn.execute("checkpoint")
        result.stopped = Searcher(result.planted, CONTROL).in_files([home])
        yield result
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


def _plant_control(admin: str) -> None:
    """What must be found: a note that somebody forgot to seal, in a table and in a message's log."""
    with psycopg.connect(make_conninfo(admin, dbname="casefile"), autocommit=True) as conn:
        conn.execute("create table public.forgotten (note text)")
        conn.execute("insert into public.forgotten values (%s)", (UNSEALED,))


def _settings(conn: psycopg.Connection[tuple[object, ...]]) -> dict[str, str]:
    names = (
        "log_statement",
        "log_min_duration_statement",
        "log_parameter_max_length",
        "log_parameter_max_length_on_error",
        "log_min_error_statement",
        "log_error_verbosity",
    )
    return {name: str((conn.execute(f"show {name}").fetchone() or [""])[0]) for name in names}


def test_much_was_planted(found: Found) -> None:
    texts = found.planted.planted.values()
    assert len(texts) >= 25
    assert len(set(texts)) == len(texts)


def test_no_file_holds_it_while_everything_runs(found: Found) -> None:
    """Databases and their write-ahead log, the bus's store, logs, traces, metrics, temporary folders."""
    assert [leak for leak in found.running if "unsealed on purpose" not in leak] == []


def test_no_file_holds_it_after_a_checkpoint_and_the_end(found: Found) -> None:
    assert [leak for leak in found.stopped if "unsealed on purpose" not in leak] == []


def test_no_row_of_any_table_holds_it(found: Found) -> None:
    """Dead letters, kept answers, deadlines, snapshots, views and outboxes among them."""
    assert [leak for leak in found.rows if "unsealed on purpose" not in leak] == []


def test_no_error_and_no_answer_of_a_command_repeats_it(found: Found) -> None:
    searcher = Searcher(found.planted)
    assert len(found.said) > 20
    assert [leak for answer in found.said for leak in searcher.in_bytes(answer, "answer")] == []


def test_the_database_server_writes_no_statement_and_no_parameter(found: Found) -> None:
    assert found.settings == {
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


# The controls: this searcher finds what is there.


def test_what_was_not_sealed_is_found_in_the_log_the_files_and_the_rows(found: Found) -> None:
    assert found.control_in_wal
    assert any("unsealed on purpose" in leak and "forgotten" in leak for leak in found.rows)
    assert any(leak.startswith("data/postgres/base") for leak in found.stopped)


def test_what_may_be_read_is_found_on_the_bus_and_in_the_databases(found: Found) -> None:
    for folder in ("nats", "postgres"):
        files = [path for path in (found.data / folder).rglob("*") if path.is_file()]
        assert any(found.number.encode() in path.read_bytes() for path in files), folder


@pytest.mark.parametrize(
    "form",
    [
        UNSEALED.encode(),
        UNSEALED.encode("utf-16-le"),
        b"\0" + UNSEALED.encode("utf-16-be"),
        base64.b64encode(UNSEALED.encode()),
        base64.b64encode(b"x" + UNSEALED.encode() + b"yz"),
        base64.urlsafe_b64encode(b"xy" + UNSEALED.encode()),
        UNSEALED.encode().hex().encode(),
        UNSEALED.encode().hex().upper().encode(),
        quote(UNSEALED).encode(),
        ascii(UNSEALED).encode(),
        UNSEALED.replace("é", "\\u00e9").encode(),
        UNSEALED.upper().encode(),
    ],
)
def test_every_spelling_is_found(form: bytes, tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"before " + form + b" after")
    assert Searcher(CONTROL).in_files([tmp_path]) == ["leak: unsealed on purpose"]


def test_a_mark_that_was_cut_off_is_found(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(CONTROL.marks[0].encode())
    assert Searcher(CONTROL).in_files([tmp_path]) == ["leak: something planted"]


def test_another_text_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"Zij zei: iets anders")
    assert Searcher(CONTROL).in_files([tmp_path]) == []
