"""The key ring: data keys per person and capacity, in a database of their own.

What is sealed under a key can be read as long as the key is here. Destroying it leaves a tombstone: that
person's capacity never gets another key. Keys are held in memory for five seconds at most, so that a
destroyed key is forgotten everywhere within that time, and at once by the ring that destroyed it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from uuid import UUID, uuid4

import psycopg

from chassis.data_keys import DESTROYED, DataKey, Destroyed, SealBroken
from chassis.key_wrapping import KEY_BYTES, CannotUnwrap, FileWrapping, KekUnknown, Wrapped, Wrapping
from chassis.settings import ServiceSettings
from chassis.store.errors import Unavailable
from chassis.store.pools import Pool, connection, conninfo, open_pool
from contracts.sealed import Capacity

__all__ = ["KeyRing", "about_data_key"]

REMEMBERED_SECONDS = 5.0
REMEMBERED_KEYS = 4096
CONNECTIONS = 2
KEK_RETIRED = "WK001"


class KeyRing:
    """Gets data keys, making those that are not there yet. Safe to share between threads.

    All methods raise `Unavailable` when the key ring's database does not answer, and `SealBroken` for a
    wrapped key that was changed or belongs to somebody else.
    """

    def __init__(
        self, pool: Pool, wrapping: Wrapping, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool, self._wrapping = pool, wrapping
        self._remembered = _Memory(elapsed)

    @classmethod
    def from_settings(cls, settings: ServiceSettings) -> KeyRing:
        """The ring that a service's settings name."""
        dsn = conninfo(
            host=settings.keyring_host,
            port=settings.keyring_port,
            database=settings.keyring_name,
            user=settings.keyring_user,
            password=settings.keyring_password.get_secret_value(),
            name=f"{settings.service} keyring",
        )
        return cls(open_pool(dsn, size=CONNECTIONS), FileWrapping(settings.kek_file))

    def close(self) -> None:
        """Forget the keys and give the connections back."""
        self._remembered.forget_all()
        self._pool.close()

    def readiness(self) -> list[str]:
        """Why no key can be had now, as codes."""
        try:
            with connection(self._pool) as conn:
                conn.execute("select 1")
        except Unavailable:
            return ["key-ring-away"]
        return []

    def key_of(self, person: UUID, capacity: Capacity) -> DataKey | Destroyed:
        """The key to seal with, made when there is none; `DESTROYED` when it was destroyed before."""
        known = self._remembered.of(person, capacity)
        if known is not None:
            return known
        fresh = DataKey(uuid4(), person, capacity, os.urandom(KEY_BYTES))
        offered = self._wrapping.wrap(fresh.key, about_data_key(fresh.key_id, person, capacity))
        try:
            with connection(self._pool) as conn:
                row = conn.execute(
                    "select key_id, kek_id, wrapped from keyring.get_or_create_key(%s, %s, %s, %s, %s)",
                    [fresh.key_id, person, capacity, offered.kek_id, offered.box],
                ).fetchone()
        except psycopg.DatabaseError as fault:
            if fault.sqlstate != KEK_RETIRED:
                raise
            raise Unavailable("this process wraps with a key-encrypting key that was retired") from None
        if row is None:
            return DESTROYED
        found = self._unwrapped(row[0], person, capacity, Wrapped(row[1], row[2]))
        self._remembered.keep(found.key_id, found)
        return found

    def keys(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey | Destroyed]:
        """Keys by id in one round trip at most; an id that never was is left out."""
        found: dict[UUID, DataKey | Destroyed] = {}
        wanted: list[UUID] = []
        for key_id in set(key_ids):
            known = self._remembered.get(key_id)
            if known is None:
                wanted.append(key_id)
            else:
                found[key_id] = known
        if not wanted:
            return found
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select key_id, person, capacity, kek_id, wrapped from keyring.keys(%s)", [wanted]
            ).fetchall()
        for key_id, person, capacity, kek_id, wrapped in rows:
            fetched = (
                DESTROYED
                if wrapped is None
                else self._unwrapped(key_id, person, capacity, Wrapped(kek_id, wrapped))
            )
            found[key_id] = fetched
            self._remembered.keep(key_id, fetched)
        return found

    def destroy(self, person: UUID, capacity: Capacity) -> None:
        """Destroy a person's key in a capacity, for ever; needs the right of the ring's owner."""
        with connection(self._pool) as conn:
            conn.execute("select keyring.destroy_key(%s, %s)", [person, capacity])
        self._remembered.forget(person, capacity)

    def forget(self, person: UUID, capacity: str) -> None:
        """Remember the key of somebody in a capacity no longer; it is asked for again when it is needed."""
        self._remembered.forget(person, capacity)

    def forget_everything(self) -> None:
        """Remember no key any longer."""
        self._remembered.forget_all()

    def _unwrapped(self, key_id: UUID, person: UUID, capacity: str, wrapped: Wrapped) -> DataKey:
        try:
            key = self._wrapping.unwrap(wrapped, about_data_key(key_id, person, capacity))
        except KekUnknown as fault:
            # A fault of this process's settings, not of what it was asked.
            raise Unavailable(f"data key {key_id}: {fault}") from None
        except CannotUnwrap as fault:
            raise SealBroken(f"data key {key_id}: {fault}") from None
        return DataKey(key_id, person, capacity, key)


def about_data_key(key_id: UUID, person: UUID, capacity: str) -> bytes:
    """What a wrapped data key is bound to: it fits no other person, capacity or id."""
    return b"data key\0" + key_id.bytes + person.bytes + capacity.encode()


class _Memory:
    """Keys for a few seconds, a bounded number of them."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed, self._lock = elapsed, threading.Lock()
        self._by_id: OrderedDict[UUID, tuple[float, DataKey | Destroyed]] = OrderedDict()
        self._by_owner: dict[tuple[UUID, str], UUID] = {}

    def get(self, key_id: UUID) -> DataKey | Destroyed | None:
        with self._lock:
            until, key = self._by_id.get(key_id, (0.0, None))
            if key is not None and self._elapsed() >= until:
                self._drop(key_id)
                return None
            return key

    def of(self, person: UUID, capacity: str) -> DataKey | Destroyed | None:
        with self._lock:
            key_id = self._by_owner.get((person, capacity))
        return self.get(key_id) if key_id is not None else None

    def keep(self, key_id: UUID, key: DataKey | Destroyed) -> None:
        with self._lock:
            self._drop(key_id)
            while len(self._by_id) >= REMEMBERED_KEYS:
                self._drop(next(iter(self._by_id)))
            self._by_id[key_id] = self._elapsed() + REMEMBERED_SECONDS, key
            if isinstance(key, DataKey):
                self._by_owner[key.person, key.capacity] = key_id

    def forget(self, person: UUID, capacity: str) -> None:
        with self._lock:
            key_id = self._by_owner.get((person, capacity))
            if key_id is not None:
                self._drop(key_id)

    def forget_all(self) -> None:
        with self._lock:
            self._by_id.clear()
            self._by_owner.clear()

    def _drop(self, key_id: UUID) -> None:
        _, key = self._by_id.pop(key_id, (0.0, None))
        if isinstance(key, DataKey):
            self._by_owner.pop((key.person, key.capacity), None)
