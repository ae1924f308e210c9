"""Somebody was erased: what every service that ever heard of them has to know (AVG 17, 19; CON-17)."""

from __future__ import annotations

from contracts.casefile.owned import CasefileEvent
from contracts.sealed import Capacity
from contracts.values import Id, Instant


class PersonalDataErased(CasefileEvent):
    """The data key of a person in one capacity is destroyed; the subject is the person's id.

    Whoever hears it removes what was derived from that person's words (search tokens, caches) and keeps that
    it did. The same person goes on to exist in other capacities.
    """

    TYPE = "nl.ondersteuningsvragen.personal-data-erased.v1"
    SUBJECT = "cases.casefile.personal-data-erased.v1"

    erasure_id: Id
    person: Id
    capacity: Capacity
    case_ids: tuple[Id, ...]
    erased_at: Instant
