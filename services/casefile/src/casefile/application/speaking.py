"""Whether somebody speaks for another: only as long as a representation is in force (`Consent`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from casefile.domain.consent import Consent
from casefile.domain.consent_errors import NoRepresentationInForce
from chassis.store.store import Store

CAPACITY = "resident"


class Speaking:
    """``asked_by`` gives a store that asks with that grantee string.

    The representative's own grant on the represented person is asked for, so that where there is none,
    nobody learns whether there ever was a representation.
    """

    def __init__(self, asked_by: Callable[[str], Store]) -> None:
        self._asked_by = asked_by

    def speaks_for(self, person: UUID, represented: UUID, at: datetime) -> bool:
        """Whether this person may act for the other at that moment."""
        store = self._asked_by(f"person:{person}:for:{represented}")
        consent = store.find(Consent, Consent.id_of(represented, CAPACITY))
        if consent is None:
            return False
        try:
            consent.representation_by(person, at)
        except NoRepresentationInForce:
            return False
        return True
