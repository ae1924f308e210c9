"""The command tells what it does, answers scripts with exit codes, and says faults in words."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.deploy.conftest import Command
from typer.main import get_command

from deploy.__main__ import app
from deploy.exits import TEXT, Exit
from deploy.home import ROOT


def leaves(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [path]
    return [leaf for name, each in inner.items() for leaf in leaves(each, (*path, name))]


ALL = leaves(get_command(app))


def test_the_promised_commands_are_there() -> None:
    assert {("up",), ("status",), ("provision",), ("test",), ("doctor",), ("pins",)} <= set(ALL)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    command: object = get_command(app)
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    text = getattr(command, "help", "") or ""
    assert "Example" in text
    assert f"./waakvlam {' '.join(path)}" in text


def test_exit_codes_are_documented_and_stay_what_they_are() -> None:
    assert [
        code.value for code in (Exit.OK, Exit.WRONG, Exit.USAGE, Exit.ALREADY_RUNNING, Exit.NOT_RUNNING)
    ] == [*range(5)]
    assert isinstance(app, typer.Typer)
    assert TEXT in (app.info.epilog or "")


@pytest.mark.parametrize("arguments", [["--bogus"], ["bogus"], ["up", "--bogus"]])
def test_wrong_usage_has_its_own_exit_code(command: Command, arguments: list[str]) -> None:
    assert command.run(*arguments).returncode == Exit.USAGE


def test_broken_settings_have_the_exit_code_of_wrong_usage(command: Command) -> None:
    done = command.run("status", WAAKVLAM_STREAM_BYTES="lots", WAAKVLAM_NATS_URL="bus")
    assert done.returncode in (Exit.USAGE, Exit.NOT_RUNNING)
    done = command.run("provision", WAAKVLAM_STREAM_BYTES="lots", WAAKVLAM_NATS_URL="bus")
    assert done.returncode == Exit.USAGE
    assert len(done.stderr.splitlines()) == 2


def test_provision_from_nothing_and_again(command: Command) -> None:
    first = command.run("provision")
    assert first.returncode == 0, first.stderr
    assert "database casefile made" in first.stdout
    second = command.run("provision")
    assert (second.returncode, second.stdout) == (0, "nothing to do\n")


def test_provision_works_beside_a_running_command(command: Command) -> None:
    command.start_holding()
    done = command.run("provision")
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")
    assert command.end() == 0


def test_status_in_json_tells_addresses_lag_and_connections(command: Command) -> None:
    command.start_holding()
    done = command.run("status", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["postgres"].startswith("127.0.0.1:")
    assert told["nats"].startswith("nats://127.0.0.1:")
    assert [each["name"] for each in told["servers"]] == ["PostgreSQL", "nats-server"]
    assert {each["name"] for each in told["bus"]["consumers"]} >= {"casefile--intake", "matching--casefile"}
    assert (told["bus"]["messages"], told["bus"]["fault"], told["worries"]) == (0, None, [])
    assert "password" not in done.stdout
    assert stat.S_IMODE((command.data / "run.json").stat().st_mode) == 0o600
    assert command.end(signal.SIGINT) == 0


def test_bus_accounts_are_printed_without_passwords(command: Command) -> None:
    done = command.run("provision", "--bus-accounts")
    assert done.returncode == 0
    assert 'user: "casefile"' in done.stdout
    for path in (command.data / "secrets").iterdir():
        assert path.read_text() not in done.stdout + done.stderr
        assert str(path) in done.stderr


def test_doctor_finds_this_machine_well(command: Command) -> None:
    done = command.run("doctor")
    assert done.returncode == 0, done.stdout
    for about in ("Python", "disk", "memory", "loopback", "PostgreSQL", "nats-server", "file locks", "time"):
        assert f"well     {about}" in done.stdout
    assert not command.data.exists()


def test_doctor_says_what_to_do(command: Command) -> None:
    command.data.mkdir()
    (command.data / "version").write_text("waakvlam data 1\n")
    (command.data / "secrets").mkdir(mode=0o755)
    (command.data / "secrets").chmod(0o755)
    done = command.run("doctor")
    assert done.returncode == Exit.WRONG
    assert "MISSING  data folder" in done.stdout
    assert "→" in done.stdout


def test_test_hands_over_to_pytest_with_its_arguments_and_exit_code(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "deploy", "test", "--collect-only", "-q", "tests/deploy/test_addresses.py"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_nothing_said_means_embedded" in done.stdout
    none = subprocess.run(
        [sys.executable, "-m", "deploy", "test", "-q", "-k", "absent", "tests/deploy/test_addresses.py"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert none.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
