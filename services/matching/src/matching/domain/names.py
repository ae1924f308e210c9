"""How searches and matches are numbered.

A match is the n-th proposal of a search. Its id is the search's id with n in the last two bytes, so that the
search of a match is known without asking anybody: no look-up that could lag behind.
"""

from __future__ import annotations

from uuid import UUID, uuid5

MOST_PROPOSALS = 0xFFFF


def search_id_of(opened_by: UUID) -> UUID:
    """The id of the search that a part, or an escalation, opens: the same whenever it is heard."""
    return _without_number(uuid5(opened_by, "search"))


def match_id_of(search_id: UUID, number: int) -> UUID:
    """The id of the ``number``-th proposal (from 1 to MOST_PROPOSALS) of a search."""
    if not 1 <= number <= MOST_PROPOSALS:
        raise ValueError(f"a search has proposals 1 to {MOST_PROPOSALS}")
    return UUID(int=_without_number(search_id).int | number)


def search_of_match(match_id: UUID) -> UUID:
    """The id of the search that proposed this match."""
    return _without_number(match_id)


def _without_number(any_id: UUID) -> UUID:
    return UUID(int=any_id.int & ~MOST_PROPOSALS)
