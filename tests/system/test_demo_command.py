"""`waakvlam demo`, as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.demo.demo_folder import DemoFolder
from deploy.demo.figures import CENTRAL
from deploy.embedded.faults import DataFolderRefused
from deploy.folder import DataFolder


def demo(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAAKVLAM_")}
    command = [sys.executable, "-m", "deploy", "demo", "--data", str(data), *arguments]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.slow
def test_demo_plays_thirty_requests_once(tmp_path: Path) -> None:
    data, figures = tmp_path / "demo", tmp_path / "figures.json"
    first = demo(data, "--exit", "--json", str(figures))
    assert first.returncode == 0, first.stderr[-4000:]
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["events"]["RequestReceived"] == 30
    assert all(told["events"][name] > 0 for name in CENTRAL)
    assert [case["fault"] for case in told["cases"] if case["fault"]] == []
    assert all(one["settled"] for one in told["balance"])
    assert {"median", "p99", "n"} <= told["latencyMs"]["requestReceivedToWorkList"].keys()
    assert told["addresses"].keys() >= {"intake", "casefile", "matching", "notifications", "portal"}
    assert "Het driegesprek is gevoerd" in first.stdout
    told_to_resident = first.stdout.partition("Who saw the data")[2].partition("Events of")[0]
    assert "De inwoner trok de toestemming in" in told_to_resident
    assert "vroeg iets over u, maar kreeg niets te zien" in told_to_resident
    assert "Dat mocht, omdat u daar toestemming voor gaf" in told_to_resident

    again = demo(data, "--exit", "--json", str(figures))
    assert again.returncode == 0, again.stderr[-4000:]
    assert json.loads(figures.read_text(encoding="utf-8"))["events"] == told["events"]


def test_a_folder_that_no_demo_made_is_refused(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as folder:
        folder.postgres.mkdir()
    with pytest.raises(DataFolderRefused, match="was not made by a demo"):
        DemoFolder(tmp_path / "data").open(keep=True)
    assert (tmp_path / "data" / "postgres").exists()


def test_a_demo_that_did_not_end_is_begun_anew(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    assert folder.open(keep=True) is None
    half = tmp_path / "demo" / "postgres"
    half.mkdir()
    assert folder.open(keep=True) is None
    assert not half.exists()


def test_a_demo_that_ended_is_kept_only_when_asked(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    folder.open(keep=True)
    folder.keep({"seconds": 1.0})
    assert folder.open(keep=True) == {"seconds": 1.0}
    assert folder.open(keep=False) is None
    assert folder.open(keep=True) is None
