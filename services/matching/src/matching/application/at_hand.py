"""The aggregates of one decision, each loaded once, so that what changed together is saved together."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from chassis.aggregates import Aggregate
from chassis.store.store import Store
from matching.domain.case import CaseSearches
from matching.domain.search import Search
from matching.domain.supporter import Supporter

A = TypeVar("A", bound=Aggregate)


class AtHand:
    """Loads on demand. Made anew for every try: after a conflict everything is read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[UUID, Aggregate] = {}

    def search(self, search_id: UUID) -> Search:
        """Raises NotFound."""
        return self._get(Search, search_id)

    def searches(self, search_ids: Collection[UUID]) -> dict[UUID, Search]:
        """By id. Raises NotFound."""
        return {search_id: self.search(search_id) for search_id in search_ids}

    def find_search(self, search_id: UUID) -> Search | None:
        """None when it was never opened."""
        return self._find(Search, search_id)

    def supporter(self, supporter_id: UUID) -> Supporter:
        """Raises NotFound."""
        return self._get(Supporter, supporter_id)

    def of_match(self, search: Search) -> Supporter | None:
        """Who is proposed or matched now, if anybody."""
        return self.supporter(search.match.supporter_id) if search.match else None

    def case(self, case_id: UUID) -> CaseSearches:
        """Raises NotFound."""
        return self._get(CaseSearches, case_id)

    def find_case(self, case_id: UUID) -> CaseSearches | None:
        """None when no search was opened for it."""
        return self._find(CaseSearches, case_id)

    def keep(self, aggregate: A) -> A:
        """One that was just begun."""
        self._kept[aggregate.id] = aggregate
        return aggregate

    def changed(self) -> list[Aggregate]:
        """What has something to save."""
        return [aggregate for aggregate in self._kept.values() if aggregate.pending()]

    def _get(self, kind: type[A], aggregate_id: UUID) -> A:
        kept = self._kept.get(aggregate_id)
        return kept if isinstance(kept, kind) else self.keep(self._store.get(kind, aggregate_id))

    def _find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        kept = self._kept.get(aggregate_id)
        if isinstance(kept, kind):
            return kept
        found = self._store.find(kind, aggregate_id)
        return self.keep(found) if found else None
