"""Clients as processes of their own, on both sides alike: they start together and say how much they did."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median
from time import monotonic, perf_counter, process_time
from typing import Any

Work = Callable[[], None]
START_AFTER = 0.05


@dataclass(frozen=True)
class Done:
    """What one client did in a turn; `cpu` is its own processor time."""

    times: int
    seconds: float
    cpu: float
    middle: float


class ClientFailed(Exception):
    """A client ended with a fault; the text is its traceback."""


def _client(pipe: Connection, make: Callable[..., Work], arguments: tuple[Any, ...]) -> None:
    try:
        work = make(*arguments)
        pipe.send("ready")
        while True:
            order = pipe.recv()
            if order is None:
                return
            pipe.send(_turn(work, *order))
    except EOFError:
        return
    except BaseException:
        pipe.send(ClientFailed(traceback.format_exc()))
        raise


def _turn(work: Work, begin: float, seconds: float) -> Done:
    while monotonic() < begin:
        pass
    cpu, taken = process_time(), []
    end = begin + seconds
    last = begun = perf_counter()
    while monotonic() < end:
        work()
        now = perf_counter()
        taken.append(now - last)
        last = now
    return Done(len(taken), last - begun, process_time() - cpu, median(taken))


class Clients:
    """A number of client processes that wait for their turn."""

    def __init__(self, make: Callable[..., Work], arguments: list[tuple[Any, ...]]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._processes, self._pipes = [], []
        self.last: list[Done] = []
        for each in arguments:
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_client, args=(theirs, make, each), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)
        for pipe in self._pipes:
            self._received(pipe)

    def rate(self, seconds: float) -> float:
        """Work for so long, all at once; how much a second all together."""
        begin = monotonic() + START_AFTER
        for pipe in self._pipes:
            pipe.send((begin, seconds))
        self.last = [self._received(pipe) for pipe in self._pipes]
        return sum(done.times / done.seconds for done in self.last)

    @property
    def cpu_each(self) -> float:
        """Processor time of the clients for one piece of work, in the last turn."""
        return sum(done.cpu for done in self.last) / max(1, sum(done.times for done in self.last))

    @staticmethod
    def _received(pipe: Connection) -> Any:
        answer = pipe.recv()
        if isinstance(answer, ClientFailed):
            raise answer
        return answer

    def close(self) -> None:
        """Let them go."""
        for pipe in self._pipes:
            try:
                pipe.send(None)
            except OSError:
                continue
        for process in self._processes:
            process.join(5.0)
            if process.is_alive():
                process.kill()


@contextmanager
def clients(make: Callable[..., Work], arguments: list[tuple[Any, ...]]) -> Iterator[Clients]:
    """Clients for as long as the context lasts."""
    made = Clients(make, arguments)
    try:
        yield made
    finally:
        made.close()
