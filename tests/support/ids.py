"""Ids for tests: the same words give the same id, in every run and in every service.

``an_id("case", "Zonneweide")`` reads better in a failing test than a random number, and two tests that
name the same thing mean the same thing.
"""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1f4d0e-9b7e-4f0b-9d53-6f0c1a7c2b11")


def an_id(*words: str | int) -> UUID:
    """The id that belongs to these words."""
    return uuid5(_NAMESPACE, " ".join(str(word) for word in words))


def a_case_id(name: str = "a case") -> UUID:
    """A request, and the case that it becomes (they share their id)."""
    return an_id("case", name)


def a_part_id(name: str = "first") -> UUID:
    return an_id("part", name)


def a_person_id(name: str) -> UUID:
    """A resident or carer, by an invented name."""
    return an_id("person", name)


def a_supporter_id(name: str) -> UUID:
    return an_id("supporter", name)


def a_match_id(name: str = "first") -> UUID:
    return an_id("match", name)


def an_event_id(name: str | int) -> UUID:
    """The id of a message, as the envelope carries it."""
    return an_id("event", name)
