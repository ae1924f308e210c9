"""The command line of the benchmarks: which to run, how long, and where to write the figures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from rich.console import Console

from benchmarks import b1_save, b2_command, b4_relay, b5_inbox, b6_visible, b12_stack, b15_list
from benchmarks.comparing import Comparison, Figure
from benchmarks.servers import BenchmarkServers, servers
from benchmarks.table import Shown

Line = Comparison | Figure
ON_SERVERS: dict[str, Callable[[BenchmarkServers, bool], Iterator[Line]]] = {
    "B1": b1_save.run,
    "B2": b2_command.committed,
    "B3": b2_command.told,
    "B4": b4_relay.run,
    "B5": b5_inbox.run,
    "B6": b6_visible.run,
    "B15": b15_list.run,
}
BY_THEMSELVES: dict[str, Callable[[bool], Iterator[Line]]] = {"B12": b12_stack.run}
NAMES = sorted([*ON_SERVERS, *BY_THEMSELVES], key=lambda name: int(name[1:]))


def main(arguments: list[str]) -> int:
    """Run and show; 0 when every goal was reached, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="B1", help=f"of {', '.join(NAMES)}; all without any")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    parser.add_argument("--quick", action="store_true", help="short turns: does it run, not how fast")
    given = parser.parse_args(arguments)
    wanted = [name.upper() for name in given.which] or NAMES
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    shown = Shown(Console())
    found = list(_run(wanted, given.quick, shown))
    shown.table(found)
    if given.json:
        given.json.write_text(json.dumps([line.to_json() for line in found], indent=2) + "\n")
    return 0 if all(line.reached is not False for line in found) else 1


def _run(wanted: list[str], quick: bool, shown: Shown) -> Iterator[Line]:
    if any(name in ON_SERVERS for name in wanted):
        shown.say("starting PostgreSQL and the bus")
        with servers() as started:
            for name in (name for name in wanted if name in ON_SERVERS):
                yield from _timed(name, ON_SERVERS[name](started, quick), shown)
    for name in (name for name in wanted if name in BY_THEMSELVES):
        yield from _timed(name, BY_THEMSELVES[name](quick), shown)


def _timed(name: str, lines: Iterator[Line], shown: Shown) -> Iterator[Line]:
    begun = monotonic()
    shown.say(f"{name} begins")
    yield from lines
    shown.say(f"{name} took {monotonic() - begun:.0f} s")
