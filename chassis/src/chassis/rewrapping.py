"""Another key-encrypting key for every data key: no event, view or message changes.

The new key stands on top of the file first; then each data key is unwrapped and wrapped again, a batch in a
transaction, each row only while it is what was read. It can be killed anywhere and run again, and services go
on meanwhile: they know both keys. Last, the old key is retired: nothing new is wrapped by it any more, and
only when it wraps nothing may its line go.

A backup of the key ring from before needs the old key: keep that line as long as such a backup lives, apart
from it, and no longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from chassis.key_wrapping import FileWrapping, Wrapped
from chassis.keyring import about_data_key

__all__ = ["AnotherRotation", "Rewrapping", "StillInUse", "next_id"]

BATCH = 500
_LOCK = 6_213_877_401
_NUMBERED = re.compile(r"(?P<stem>.*?)-?(?P<number>\d{1,9})")


class AnotherRotation(Exception):
    """Somebody else is wrapping data keys again at this moment."""


class StillInUse(Exception):
    """A key-encrypting key cannot go; the text says why."""


class Rewrapping:
    """Works on the key ring's database. ``conn`` acts as the ring's owner, in autocommit.

    Raises `AnotherRotation` when used as a context while another process does; the lock ends with the
    connection.
    """

    def __init__(self, conn: psycopg.Connection[TupleRow], wrapping: FileWrapping) -> None:
        self._conn, self._wrapping = conn, wrapping

    def __enter__(self) -> Rewrapping:
        row = self._conn.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        if row is None or not row[0]:
            raise AnotherRotation("another rotation is at work")
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.execute("select pg_advisory_unlock(%s)", (_LOCK,))

    def wrapped_by(self) -> dict[str, int]:
        """How many data keys each key-encrypting key wraps."""
        rows = self._conn.execute("select kek_id, count(*) from keyring.data_key group by 1 order by 1")
        return {str(kek_id): int(many) for kek_id, many in rows}

    def retired(self) -> frozenset[str]:
        """Key-encrypting keys that wrap nothing new."""
        return frozenset(str(row[0]) for row in self._conn.execute("select kek_id from keyring.retired_kek"))

    def run(self, progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
        """Wrap by the present key whatever another one wraps; how many data keys.

        Raises ``KekUnknown`` and ``CannotUnwrap``: nothing is changed of a key that cannot be unwrapped.
        """
        done = 0
        total = sum(many for kek_id, many in self.wrapped_by().items() if kek_id != self._wrapping.present)
        while rows := self._others(self._wrapping.present):
            wrapped = [self._again(*row) for row in rows]
            self._conn.execute(
                "update keyring.data_key d set kek_id = n.kek_id, wrapped = n.wrapped"
                " from unnest(%s::uuid[], %s::bytea[], %s::text[], %s::bytea[])"
                " as n (key_id, was, kek_id, wrapped) where d.key_id = n.key_id and d.wrapped = n.was",
                (
                    [row[0] for row in rows],
                    [row[4] for row in rows],
                    [each.kek_id for each in wrapped],
                    [each.box for each in wrapped],
                ),
            )
            done += len(rows)
            progress(done, max(total, done))
        if done:
            # What stood in the rows before is no longer needed, and gone from the table.
            self._conn.execute("vacuum keyring.data_key")
        return done

    def retire(self, kek_id: str) -> None:
        """From now on it wraps nothing new; again, nothing. Raises `StillInUse` and changes nothing then."""
        if kek_id == self._wrapping.present:
            raise StillInUse(f"{kek_id} wraps new data keys; rotate first")
        with self._conn.transaction():
            self._conn.execute("lock table keyring.data_key in share row exclusive mode")
            used = self.wrapped_by().get(kek_id, 0)
            if used:
                raise StillInUse(f"{kek_id} still wraps {used} data keys; rotate again")
            self._conn.execute(
                "insert into keyring.retired_kek (kek_id) values (%s) on conflict do nothing", (kek_id,)
            )

    def _others(self, present: str) -> list[Any]:
        return self._conn.execute(
            "select key_id, person, capacity, kek_id, wrapped from keyring.data_key where kek_id <> %s"
            " order by key_id limit %s",
            (present, BATCH),
        ).fetchall()

    def _again(self, key_id: Any, person: Any, capacity: str, kek_id: str, box: bytes) -> Wrapped:
        about = about_data_key(key_id, person, capacity)
        return self._wrapping.wrap(self._wrapping.unwrap(Wrapped(kek_id, box), about), about)


def next_id(present: str, known: Collection[str]) -> str:
    """An id for a new key-encrypting key, named after the present one, that was never used."""
    match = _NUMBERED.fullmatch(present)
    stem = match["stem"] if match and match["stem"] else present
    numbers = [int(found["number"]) for each in {present, *known} if (found := _NUMBERED.fullmatch(each))]
    return f"{stem}-{max(numbers, default=1) + 1}"
