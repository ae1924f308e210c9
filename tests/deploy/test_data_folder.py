"""A data folder belongs to one running command, and says so to a second one."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import pytest
from tests.deploy.conftest import Command, processes_on, wait_for

from deploy.embedded.faults import AlreadyRunning, DataFolderRefused
from deploy.folder import DataFolder
from deploy.run_file import RunFile


def test_a_second_start_is_refused_with_its_own_exit_code(command: Command) -> None:
    command.start_holding()
    assert command.process is not None
    second = command.run("up")
    assert second.returncode == 3
    assert f"already runs on {command.data} (process {command.process.pid})" in second.stderr
    assert command.end() == 0


def test_stopping_leaves_nothing(command: Command) -> None:
    command.start_holding()
    assert len(processes_on(command.data)) > 2
    assert command.end(signal.SIGINT) == 0
    assert processes_on(command.data) == []
    assert not (command.data / "run.json").exists()


def test_kill_9_of_the_command_leaves_nothing_and_the_next_start_goes_on(command: Command) -> None:
    command.start_holding()
    told = RunFile.read(command.data / "run.json")
    assert told is not None
    command.end(signal.SIGKILL)
    wait_for(lambda: not processes_on(command.data))
    command.start_holding()
    again = RunFile.read(command.data / "run.json")
    assert again is not None
    assert (again.postgres, again.nats) == (told.postgres, told.nats)
    assert command.end() == 0


def test_kill_9_of_everything_is_recovered_from(command: Command) -> None:
    command.start_holding()
    assert command.process is not None
    command.process.send_signal(signal.SIGSTOP)
    for process in processes_on(command.data):
        process.kill()
    command.end(signal.SIGKILL)
    wait_for(lambda: not processes_on(command.data))
    assert (command.data / "postgres" / "postmaster.pid").exists()
    command.start_holding()
    assert command.end() == 0


def test_a_killed_server_runs_again_at_the_same_address(command: Command) -> None:
    command.start_holding()
    before = RunFile.read(command.data / "run.json")
    assert before is not None
    for server in before.servers:
        for process in processes_on(command.data):
            if process.pid == server.pid:
                process.kill()

    def again() -> bool:
        now = RunFile.read(command.data / "run.json")
        return now is not None and [server.restarts for server in now.servers] == [1, 1]

    wait_for(again)
    after = RunFile.read(command.data / "run.json")
    assert after is not None
    assert [server.address for server in after.servers] == [server.address for server in before.servers]
    password = (command.data / "secrets" / "postgres").read_text()
    psycopg.connect(f"postgresql://postgres:{password}@{after.postgres}/postgres").close()
    assert command.end() == 0


def test_a_held_folder_is_not_taken_twice(data: Path) -> None:
    with DataFolder(data) as first:
        assert first.is_held()
        with pytest.raises(AlreadyRunning):
            DataFolder(data).hold()
    assert not DataFolder(data).is_held()


def test_a_folder_with_something_else_in_it_is_refused(data: Path) -> None:
    data.mkdir()
    (data / "holiday.jpg").touch()
    with pytest.raises(DataFolderRefused, match=r"holiday\.jpg"):
        DataFolder(data).hold()
    assert not DataFolder(data).is_held()


def test_a_folder_of_another_version_is_refused(data: Path) -> None:
    with DataFolder(data):
        pass
    (data / "version").write_text("waakvlam data 99\n")
    with pytest.raises(DataFolderRefused, match="another version"):
        DataFolder(data).hold()


def test_open_secrets_are_refused(data: Path) -> None:
    with DataFolder(data) as folder:
        folder.secrets.password("postgres")
    (data / "secrets" / "postgres").chmod(0o644)
    with pytest.raises(DataFolderRefused, match="0644"):
        DataFolder(data).hold()


def test_status_says_when_nothing_runs(command: Command) -> None:
    done = command.run("status")
    assert done.returncode == 4
    assert done.stderr == f"nothing runs on {command.data}\n"
