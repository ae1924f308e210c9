"""`waakvlam status`: addresses, readiness, lag, dead letters, connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

from deploy.commands.options import DATA, Data, Json, addresses, answers
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.measures import BusMeasure, ServiceMeasure, measure_bus, measure_services
from deploy.parties import STREAM
from deploy.run_file import RunFile
from deploy.servers import NotRunning, running_servers

NEARLY_FULL = 0.7


def status(data: Data = DATA, as_json: Json = False) -> None:
    """Tell what runs on the data folder, where, and how far it is behind.

    Exit code 1 when a service is not ready, a dead letter waits or the stream is more than 70 % full; 4 when
    nothing runs.

    Examples:
      ./waakvlam status
      ./waakvlam status --json | python3 -m json.tool
    """
    folder = DataFolder(data)
    running = RunFile.read(folder.run_file) if folder.is_held() else None
    if running is None:
        raise NotRunning(f"nothing runs on {folder.path}")
    servers = running_servers(folder, addresses(), running)
    services = measure_services(running, servers)
    bus = asyncio.run(measure_bus(servers))
    worries = worries_of(services, bus)
    if as_json:
        told = {
            "data": str(folder.path),
            "pid": running.pid,
            "started_at": running.started_at,
            "postgres": running.postgres,
            "nats": running.nats,
            "servers": [asdict(each) for each in running.servers],
            "services": [asdict(each) for each in services],
            "bus": asdict(bus),
            "worries": worries,
        }
        answers.print(json.dumps(told, indent=2), markup=False)
    else:
        _show(running, services, bus)
    if worries:
        raise Finished(Exit.WRONG, "" if as_json else "\n".join(worries))


def worries_of(services: list[ServiceMeasure], bus: BusMeasure) -> list[str]:
    """What somebody should look at; empty when all is well."""
    found = [f"{each.name} is not ready: {', '.join(each.reasons)}" for each in services if not each.ready]
    found += [f"{each.name} has {each.dead_letters} dead letters" for each in services if each.dead_letters]
    found += [f"{each.name}: {each.feed.worry}" for each in services if each.feed and each.feed.worry]
    found += [
        f"the stream of {each.organisation} is {each.bytes / each.max_bytes:.0%} full"
        for each in bus.partners
        if each.bytes > each.max_bytes * NEARLY_FULL
    ]
    if bus.fault is not None:
        found.append(f"the bus does not tell: {bus.fault}")
    if bus.full > NEARLY_FULL:
        found.append(f"the stream is {bus.full:.0%} full; when it is full, nothing more is published")
    return found


def _show(running: RunFile, services: list[ServiceMeasure], bus: BusMeasure) -> None:
    rows: list[tuple[str, ...]] = [
        ("", "address", "state", "to send", "parked", "dead", "connections", "restarts")
    ]
    rows += [
        (each.name, each.address, "runs", "", "", "", "", str(each.restarts)) for each in running.servers
    ]
    for each in services:
        state = "ready" if each.ready else ", ".join(each.reasons)
        counts = (each.unsent, each.parked, each.dead_letters, each.connections)
        rows.append((each.name, each.address, state, *map(_number, counts), str(each.restarts)))
    _columns(rows)
    if bus.fault is None:
        size = f"{bus.bytes / 1024**2:.1f} MiB, {bus.full:.0%} full"
        answers.print(f"\nstream {STREAM}: {bus.messages} messages, {size}", markup=False)
        heard = [("consumer", "to hear", "not acknowledged", "given again")]
        heard += [
            (each.name, str(each.pending), str(each.unacknowledged), str(each.redelivered))
            for each in bus.consumers
        ]
        _columns(heard)
        _show_partners(services, bus)


def _show_partners(services: list[ServiceMeasure], bus: BusMeasure) -> None:
    """What partner organisations were told and did not take yet; nothing when nobody was told anything."""
    feeds = [each.feed for each in services if each.feed is not None]
    waiting = {name: many for feed in feeds for name, many in feed.waiting.items()}
    rows = [
        (each.organisation, str(waiting.pop(each.organisation, 0)), str(each.messages), str(each.not_taken))
        for each in bus.partners
    ]
    rows += [(name, str(many), "0", "0") for name, many in sorted(waiting.items())]
    for feed in feeds:
        told = f"{feed.sent} told, {feed.stopped} stopped, {feed.not_looked_at} events not looked at"
        answers.print(f"\nfeed to partners: {told}", markup=False)
    if rows:
        _columns([("partner", "waits", "in its stream", "not taken"), *rows])


def _columns(rows: Sequence[Sequence[str]]) -> None:
    """Lines that a narrow terminal does not cut and that grep understands."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        answers.print(line.rstrip(), markup=False)


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)
