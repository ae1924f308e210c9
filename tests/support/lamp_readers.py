"""Readers of lamps that hold what they read and record it, and the books that tell whether one was late."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from tests.support.guarded_lamps import FENNA, FRIEND, asking
from tests.support.lamps import NOON, Lamp

from chassis.store.store import Store

Conn = psycopg.Connection[Any]


@dataclass(frozen=True)
class Late:
    """A record that rests on a grant and was committed after the grant's end."""

    lamp: UUID
    record: UUID


@dataclass
class Books:
    """Who was told of an end, and which records came after it. Of each record two things are known: whether
    the reader itself could see the end just before its commit, and whether the record was there when the one
    who withdrew had the answer. Either tells the order of the two commits for sure.
    """

    admin: Conn
    late: list[Late] = field(default_factory=list)
    read: int = 0
    ended: dict[UUID, set[UUID]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def records_of(self, lamp: UUID) -> set[UUID]:
        """The records in which the friend was shown this lamp."""
        rows = self.admin.execute(
            "select id from store.access_record where subjects @> array[%s::uuid]", (lamp,)
        ).fetchall()
        return {row[0] for row in rows}

    def has_ended(self, lamp: UUID) -> None:
        """The withdrawal was answered; to be called at once."""
        known = self.records_of(lamp)
        with self._lock:
            self.ended[lamp] = known

    def could_see(self, record: UUID, gone: Sequence[UUID]) -> None:
        """Just before its commit the reader could see these ends."""
        with self._lock:
            self.late += [Late(lamp, record) for lamp in gone]

    def was_read(self) -> None:
        with self._lock:
            self.read += 1

    def close(self) -> list[Late]:
        """After everything: which records came too late."""
        for lamp, known in self.ended.items():
            self.late += [Late(lamp, record) for record in self.records_of(lamp) - known]
        self.ended.clear()
        return self.late


def read_once(
    conn: Conn, books: Books, lamps: Sequence[UUID], pause: Callable[[], object] = lambda: None
) -> list[UUID]:
    """The friend reads these lamps: held, looked at, recorded, committed. What was shown."""
    with conn.transaction():
        rows = conn.execute("select subject_id from store.hold(%s, %s)", ([FRIEND], list(lamps))).fetchall()
        shown = sorted({row[0] for row in rows})
        pause()
        if shown:
            one = asking(FENNA)
            one.saw(subjects=shown)
            text = one.text()
            conn.execute("select store.record_access(%s)", (text,))
            books.could_see(UUID(json.loads(text)["id"]), _gone(conn, shown))
    books.was_read()
    return shown


def _gone(conn: Conn, lamps: Sequence[UUID]) -> list[UUID]:
    rows = conn.execute("select subject_id from store.reach where subject_id = any(%s)", (list(lamps),))
    return sorted(set(lamps) - {row[0] for row in rows.fetchall()})


def lit_lamps(keeper: Store, many: int) -> list[UUID]:
    """New lamps that burn, so that the friend may look at them."""
    lamps = [Lamp.hang(uuid4()) for _ in range(many)]
    for lamp in lamps:
        lamp.light()
    keeper.save(lamps)
    return [lamp.id for lamp in lamps]


def put_out(keeper: Store, books: Books, *lamps: UUID) -> None:
    """The consent to look at these is withdrawn, in one save; the books hear of it."""
    found = [keeper.get(Lamp, lamp) for lamp in lamps]
    for lamp in found:
        lamp.put_out(NOON)
    keeper.save(found)
    for lamp_id in lamps:
        books.has_ended(lamp_id)


def shuffled(lamps: Sequence[UUID], seed: int) -> list[UUID]:
    """In another order."""
    mixed = list(lamps)
    random.Random(seed).shuffle(mixed)  # noqa: S311
    return mixed


def hold_without_waiting(admin_url: str) -> None:
    """CONTROL: readers that look at the grants and hold nothing."""
    _without(admin_url, " for share")


def without_a_gate(admin_url: str) -> None:
    """CONTROL: readers who come by whoever waits."""
    _without(admin_url, "perform pg_advisory_xact_lock_shared(7709246531842);")


def _without(admin_url: str, line: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as conn:
        row = conn.execute("select pg_get_functiondef('store.hold'::regproc)").fetchone()
        definition = str(row[0]) if row else ""
        if definition.count(line) != 1:
            raise LookupError(f"store.hold has no such line (any more): {line}")
        conn.execute(definition.replace(line, "").encode())
