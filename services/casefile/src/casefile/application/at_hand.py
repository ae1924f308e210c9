"""The aggregates of one decision, each loaded once, so that what changed together is saved together."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.caseload import Caseload
from casefile.domain.consent import Consent
from chassis.aggregates import Aggregate
from chassis.store.store import Store

A = TypeVar("A", bound=Aggregate)


class AtHand:
    """Loads on demand. Made anew for every try: after a conflict everything is read again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[UUID, Aggregate] = {}

    def case(self, case_id: UUID) -> CaseFile:
        """Raises NotFound."""
        kept = self._kept.get(case_id)
        return kept if isinstance(kept, CaseFile) else self.keep(self._store.get(CaseFile, case_id))

    def find_case(self, case_id: UUID) -> CaseFile | None:
        """None when it was never opened."""
        kept = self._kept.get(case_id)
        if isinstance(kept, CaseFile):
            return kept
        found = self._store.find(CaseFile, case_id)
        return self.keep(found) if found else None

    def caseload(self, supporter_id: UUID, now: datetime) -> Caseload:
        """The supporter's; begun when they were not heard of before."""
        kept = self._kept.get(supporter_id)
        if isinstance(kept, Caseload):
            return kept
        found = self._store.find(Caseload, supporter_id)
        return self.keep(found or Caseload.begin_for(supporter_id, now))

    def consent(self, person: UUID, capacity: str, organisation: str, now: datetime) -> Consent:
        """The person's; begun by that organisation when nothing was recorded about it before."""
        return self.find_consent(person, capacity) or self.keep(
            Consent.begin_for(person, capacity, organisation, now)
        )

    def find_consent(self, person: UUID, capacity: str) -> Consent | None:
        """None when nothing was recorded about it."""
        kept = self._kept.get(Consent.id_of(person, capacity))
        if isinstance(kept, Consent):
            return kept
        found = self._store.find(Consent, Consent.id_of(person, capacity))
        return self.keep(found) if found else None

    def keep(self, aggregate: A) -> A:
        """One that was just begun."""
        self._kept[aggregate.id] = aggregate
        return aggregate

    def changed(self) -> list[Aggregate]:
        """What has something to save."""
        return [aggregate for aggregate in self._kept.values() if aggregate.pending()]
