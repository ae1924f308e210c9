"""Whose case it is, for records about a case that are made where nobody asked for one."""

from __future__ import annotations

from uuid import UUID

from casefile.domain.case import CaseFile
from chassis.store.store import Store


class Whose:
    """Asks the events; a case has the same resident for ever."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def resident_of(self, case_id: UUID) -> UUID | None:
        """The resident's person id; None for what is no case."""
        case = self._store.find(CaseFile, case_id)
        return case.resident if case else None
