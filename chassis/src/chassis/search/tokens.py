"""Blind tokens: keyed hashes of a name's words, their beginnings and sound, of a phone's end, of a number.

A token is HMAC-SHA256 under a key from settings over (service, kind, text), cut to 64 bits: with the key
alone it can be made, from a token nothing can be read back. Tokens stand in views only, never in an event,
message or log, and go when the person's data key goes; a rebuild makes none for a value that no longer opens.

What they give away to who holds the database without the key (and why they stand nowhere else):

- equal names have equal tokens, so it shows who is called the same, within one service;
- how often a token occurs: with a list of how common names are, the most common ones can be guessed;
- which names begin alike and for how many letters, and so about how long a word is;
- which people have a phone number that ends alike.

Who holds the key too can try every name of a list: the key is worth as much as the names. It is a file of its
own, not in the database, its backups or the key ring. Tokens of two services differ for the same name.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from itertools import pairwise

from chassis.search.query import PREFIX_MOST, PREFIX_START, Kind, NothingToLookFor, Query, wanted
from chassis.search.sound import sound_of
from chassis.search.spelling import Spelled, digits_of, glued, parted, spelled

__all__ = ["Tokens"]

LAST_DIGITS = 4


class Tokens:
    """Makes tokens under one key, for one service."""

    def __init__(self, key: bytes, service: str) -> None:
        self._key, self._service = key, service

    def of(
        self, *, name: str | None = None, phone: str | None = None, number: str | None = None
    ) -> list[int]:
        """What a person with this name, phone and case number can be found by; in no telling order."""
        found = set(_of_name(name or "")) | set(_of_phone(phone or ""))
        if number:
            found.add((Kind.NUMBER, number.replace("-", "")))
        return sorted(self._token(kind, text) for kind, text in found)

    def query(self, text: str) -> Query:
        """What was typed, as tokens. Raises `NothingToLookFor`."""
        ways, exact = wanted(text)
        if not ways:
            raise NothingToLookFor
        return Query(
            ways=tuple(
                tuple(tuple(self._token(kind, each) for kind, each in group) for group in way) for way in ways
            ),
            exact=tuple(self._token(kind, each) for kind, each in exact),
        )

    def _token(self, kind: Kind, text: str) -> int:
        about = f"{self._service}\0{kind.value}\0{text}".encode()
        return int.from_bytes(hmac.digest(self._key, about, "sha256")[:8], "big", signed=True)


def _of_name(name: str) -> Iterator[tuple[Kind, str]]:
    found = spelled(name)
    for each in found:
        rest = parted(each.word)
        for form in [*each.forms(), *([rest] if rest else [])]:
            yield from _of_word(form)
            if (sound := sound_of(form)) is not None:
                yield Kind.SOUND, sound
    for two in pairwise(found):
        for form in _together(two):
            yield from _of_word(form)


def _together(two: tuple[Spelled, Spelled]) -> list[str]:
    return [glued(two).word] if not two[1].before else []


def _of_word(word: str) -> Iterator[tuple[Kind, str]]:
    yield Kind.WORD, word
    for length in range(PREFIX_START, min(len(word), PREFIX_MOST) + 1):
        yield Kind.PREFIX, word[:length]


def _of_phone(phone: str) -> Iterator[tuple[Kind, str]]:
    digits = digits_of(phone)
    if len(digits) >= LAST_DIGITS:
        yield Kind.LAST_DIGITS, digits[-LAST_DIGITS:]
        yield Kind.PHONE, digits
