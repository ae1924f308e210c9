"""An organisation's credentials are a file for the owner's eyes only, and they open its account."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import nats
from nats.errors import Error as NatsError
from tests.deploy.conftest import Command

from deploy.exits import Exit


def test_the_file_opens_the_account_and_nobody_else_reads_it(command: Command, tmp_path: Path) -> None:
    command.start_holding()
    done = command.run("partner-credentials", "smwo", "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    path = tmp_path / "waakvlam-smwo.json"
    assert done.stdout == f"{path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = json.loads(path.read_text())
    assert told["password"] not in done.stdout + done.stderr

    async def take() -> None:
        client = await nats.connect(told["url"], user=told["user"], password=told["password"])
        try:
            await client.subscribe(told["checkpoints"])
            await client.subscribe(told["subjects"])
            pull = await client.jetstream().pull_subscribe_bind(
                consumer=told["consumer"], stream=told["stream"]
            )
            try:
                await pull.fetch(1, timeout=0.2)
            except (NatsError, TimeoutError):
                pass
            assert client.last_error is None
        finally:
            await client.close()

    asyncio.run(take())
    before = path.read_text()
    assert command.run("partner-credentials", "smwo", "--into", str(tmp_path)).returncode == 0
    assert path.read_text() == before
    assert command.end() == 0


def test_who_may_never_be_told_gets_checkpoints_only(command: Command, tmp_path: Path) -> None:
    command.start_holding()
    assert command.run("partner-credentials", "goes", "--into", str(tmp_path)).returncode == 0
    told = json.loads((tmp_path / "waakvlam-goes.json").read_text())
    assert set(told) == {"url", "user", "password", "checkpoints"}
    assert command.end() == 0


def test_an_unknown_organisation_is_said_with_those_meant(command: Command) -> None:
    done = command.run("partner-credentials", "hersteltalen")
    assert done.returncode == Exit.USAGE
    assert "no network has an organisation hersteltalen; did you mean hersteltalent?" in done.stderr


def test_the_address_is_not_guessed(command: Command) -> None:
    done = command.run("partner-credentials", "smwo")
    assert done.returncode == Exit.NOT_RUNNING
    assert "the address of the bus is not known yet" in done.stderr
