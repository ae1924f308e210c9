"""Waiting for a fact instead of for a while."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
_pause = threading.Event()


class NotInTime(AssertionError):
    """The fact did not come true in time."""


def until(fact: Callable[[], T], within: float = 45.0, every: float = 0.02) -> T:
    """The fact's first true value; raises NotInTime after so many seconds."""
    ends = monotonic() + within
    while True:
        found = fact()
        if found:
            return found
        if monotonic() > ends:
            raise NotInTime(f"not within {within} s; last seen: {found!r}")
        _pause.wait(every)


async def until_in_loop(fact: Callable[[], T], within: float = 45.0, every: float = 0.02) -> T:
    """The same, without standing in the event loop's way; the fact is asked in a thread."""
    ends = monotonic() + within
    while True:
        found = await asyncio.to_thread(fact)
        if found:
            return found
        if monotonic() > ends:
            raise NotInTime(f"not within {within} s; last seen: {found!r}")
        await asyncio.sleep(every)
