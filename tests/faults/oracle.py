"""Compares the clients' record with the books of the services, and objects where a promise is broken.

Every objection begins with the promise (P1 … P8). No objection means: everything that was answered is there,
exactly once, in order, and everything that was told was heard. Each of these functions is seen to object in
a negative control.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from tests.faults.books import Books, Fact, rows_of
from tests.faults.record import Command, Record

from chassis.views import View, rebuild

Trace = Hashable
"""What a fact or command comes to, in a form that both sides can be compared in."""


def kept(
    record: Record,
    books: Books,
    expected: Callable[[Command], Iterable[Trace]],
    stored: Callable[[Fact], Iterable[Trace]],
) -> list[str]:
    """P1, P2, P3: every applied command is in the store with its answer and its facts; the others are not."""
    objections = []
    for command in record.commands:
        answer = books.answers.get(command.key)
        if command.outcome == "unknown":
            objections.append(f"P2: nobody can tell what became of {command.path} after {command.tries}")
        elif command.outcome == "applied" and answer is None:
            objections.append(f"P1: {command.path} was answered {command.status} and is not in the store")
        elif command.outcome == "applied" and not same_answer(answer, command.answer):
            objections.append(f"P3: {command.path} has another answer than was given")
        elif command.outcome in ("refused", "not applied") and answer is not None:
            objections.append(f"P2: {command.path} was {command.outcome} and is in the store")
    wanted = Counter(trace for command in record.applied() for trace in expected(command))
    there = Counter(trace for fact in books.facts for trace in stored(fact))
    objections += [f"P1: a fact is missing: {trace}" for trace in wanted - there]
    objections += [f"P2: a fact that no answered command explains: {trace}" for trace in there - wanted]
    return objections


def same_answer(one: Any, other: Any) -> bool:
    """Whether two tellings of an answer agree.

    A route may leave parts of the stored answer out, and writes the same moment in its own way.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same_answer(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_answer, one, other))
    moment = _moment(one)
    return bool(one == other) or (moment is not None and moment == _moment(other))


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def in_order(books: Books) -> list[str]:
    """P5: versions of every aggregate and positions of every subject are 1, 2, 3 … without a gap."""
    return [f"P5: {books.service}: versions of {one} have a gap" for one in books.broken_versions] + [
        f"P5: {books.service}: positions of {one} have a gap" for one in books.broken_positions
    ]


def arrived(source: Books, hearer: Books, *, besides: Iterable[UUID] = ()) -> list[str]:
    """P6: what the source told was sent and heard to the last position, nothing waits, nothing died."""
    known = {one.subject: one.position for one in hearer.heard if one.source == source.service}
    way = f"{source.service} to {hearer.service}"
    left_out = set(besides)
    objections = [
        f"P6: {way}: {known.get(subject, 0)} of {last} heard about {subject}"
        for subject, last in source.last_position.items()
        if known.get(subject, 0) != last and subject not in left_out
    ]
    objections += [
        f"P6: {way}: heard about {subject}, which was never told"
        for subject in known
        if subject not in source.last_position
    ]
    objections += [
        f"P6: {way}: {one.subject} at {one.position} is parked"
        for one in hearer.parked
        if one.source == source.service and one.subject not in left_out
    ]
    return objections + [
        f"P6: {source.service}: not sent: {told.type}" for told in source.told if not told.sent
    ]


def nothing_counted(hearer: Books) -> list[str]:
    """P7: an outage counts against no message."""
    return [f"P7: {hearer.service} counted an attempt ({cause})" for cause in hearer.attempts] + [
        f"P7: {hearer.service} gave a message up ({cause})" for cause in hearer.letters
    ]


def once_each(told: Iterable[Trace], effects: Iterable[Trace]) -> list[str]:
    """P4: each event took effect once."""
    wanted, there = Counter(told), Counter(effects)
    return [f"P4: took effect too often: {trace}" for trace in there - wanted] + [
        f"P6: took no effect: {trace}" for trace in wanted - there
    ]


def same_order(told: Sequence[tuple[UUID, Any]], effects: Sequence[tuple[UUID, Any]]) -> list[str]:
    """P5: the effects of each subject are in the order in which its events were told."""

    def by_subject(traces: Sequence[tuple[UUID, Any]]) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = {}
        for subject, trace in traces:
            found.setdefault(subject, []).append(trace)
        return found

    wanted, there = by_subject(told), by_subject(effects)
    return [
        f"P5: {subject} was heard in another order"
        for subject, traces in there.items()
        if traces != wanted.get(subject, [])[: len(traces)]
    ]


def read_all(seen: Sequence[int], books: Books) -> list[str]:
    """P5: a reader that follows the notification ids passed none that appeared below its cursor later."""
    passed = {fact.id for fact in books.facts} - set(seen)
    gone = set(seen) - {fact.id for fact in books.facts}
    return [f"P5: {books.service}: the reader passed event {one}" for one in sorted(passed)] + [
        f"P1: {books.service}: event {one} was read and is gone" for one in sorted(gone)
    ]


def views_hold(conn: psycopg.Connection[Any], views: Iterable[View], *, api: str, worker: str) -> list[str]:
    """P8: each view's rows equal those of a rebuild.

    ``conn`` acts as the owner; the follower has caught up.
    """
    objections = []
    for view in views:
        before = Counter(rows_of(conn, view))
        rebuild(conn, view, api=api, worker=worker)
        after = Counter(rows_of(conn, view))
        if before != after:
            differing = (before - after).total() + (after - before).total()
            objections.append(f"P8: view {view.name} differs from its rebuild in {differing} rows")
    return objections


def broken_promises(objections: Iterable[str]) -> set[str]:
    """Which promises an oracle's objections name."""
    return {objection.partition(":")[0] for objection in objections}
