"""Secret codes that people are handed, by paper, by phone or as a link; and how often anybody may guess.

A code is written in Crockford's base 32, in groups of four: no letter looks like a digit, and what a person
types in small letters, with an O for a 0 or without the hyphens, is the same code. Only its digest under a
secret key is stored, so that neither a database nor its backup gives a code away. A code leads somewhere by
`chassis.guards.Lookup`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.store.pools import Pool, connection

__all__ = ["Codes", "TooManyTries", "Tries"]

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP: Final = 4
_MOST: Final = 200
"""Nobody types more; what is longer is no code, and is cut before it costs anything."""
_READ_AS: Final = str.maketrans(
    {"O": "0", "I": "1", "L": "1", **dict.fromkeys("- ._\t\r\n\u2010\u2011\u2013")}
)


class Codes:
    """Makes codes and their digests. ``key`` is 32 secret bytes of this service (``codes_key_file``)."""

    def __init__(self, key: bytes, chance: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key, self._chance = key, chance

    def new(self, length: int) -> str:
        """A code of so many characters, five bits of chance each: 26 are more than 128 bits."""
        return _written(self._chance(length))

    def derived(self, kind: str, of: UUID, length: int) -> str:
        """The code of this kind that belongs to an id; at most 32 characters.

        The same command asked again must be answered the same (promise P3), and no code is stored: so it is
        made anew from the id and the key. Without the key the id tells nothing.
        """
        if not 0 < length <= 32:
            raise ValueError("a derived code has 1 to 32 characters")
        return _written(self._mac("code", kind, of.hex)[:length])

    def digest(self, kind: str, code: str) -> bytes:
        """What is stored instead of a code: the same for every way to write it, another for every kind."""
        return self._mac("digest", kind, code[:_MOST].upper().translate(_READ_AS))

    def exact_digest(self, kind: str, secret: str) -> bytes:
        """The digest of what no person types, such as who somebody is for a provider: letter by letter."""
        return self._mac("exact", kind, secret)

    def pepper(self, secret: bytes) -> bytes:
        """A secret that is easy to guess, such as a PIN, made useless to who has the database only."""
        return hmac.digest(self._key, b"pepper\x00" + secret, "sha256")

    def _mac(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\x00".join(parts).encode("utf-8", "replace"), "sha256")


def _written(chance: bytes) -> str:
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in chance)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


class TooManyTries(Exception):
    """Somebody guesses, or is in a hurry: 429. ``wait`` says how long until the next try counts anew."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__("too many tries")


class Tries:
    """Counts tries in the database, so that every replica counts the same.

    What a try is about is kept as a digest under the service's key: nobody reads from it whom or what it was.
    """

    def __init__(self, pool: Pool, key: bytes) -> None:
        self._pool, self._key = pool, key

    def count(self, bucket: str, limit: int, within: timedelta) -> None:
        """Count one more; raises TooManyTries when there were ``limit`` already ``within`` this time.

        Count before anything is looked at: then many at once gain nothing.
        """
        named = hmac.digest(self._key, f"try\x00{bucket}".encode("utf-8", "replace"), "sha256").hex()
        with connection(self._pool) as conn:
            row = conn.execute(
                "select store.count_try(%s, %s, %s)", (named, limit, within), prepare=True
            ).fetchone()
        if row is not None and row[0] is not None:
            raise TooManyTries(row[0])
