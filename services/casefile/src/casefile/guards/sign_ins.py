"""Where the codes lead that residents were handed: to their sign-in, as long as they work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from casefile.domain.resident_sign_in import ResidentSignIn
from chassis.aggregates import DomainEvent
from chassis.guards import Lookup, LookupEnds

__all__ = ["FIRST_TIME", "NAME", "PROVIDER", "sign_in_lookups"]

FIRST_TIME, NAME, PROVIDER = "resident-code", "resident-name", "resident-provider"


def sign_in_lookups(fact: DomainEvent, aggregate: Any) -> Iterable[Lookup | LookupEnds]:
    """A code leads to its person once, a sign-in name until there is another, both not after a revocation."""
    if not isinstance(aggregate, ResidentSignIn):
        return
    match fact:
        case ResidentSignIn.CodeIssued():
            yield from _end(FIRST_TIME, fact.replaces)
            person, here = aggregate.person, aggregate.id
            yield Lookup(FIRST_TIME, bytes.fromhex(fact.code), person, here, fact.valid_until)
        case ResidentSignIn.PinChosen():
            yield from _end(FIRST_TIME, fact.code)
            yield from _end(NAME, fact.former_name)
            yield _leads(NAME, fact.name, aggregate.person, aggregate.id)
        case ResidentSignIn.Bound():
            yield _leads(PROVIDER, fact.identity, aggregate.person, aggregate.id)
        case ResidentSignIn.Revoked():
            yield from _end(FIRST_TIME, fact.code)
            yield from _end(NAME, fact.name)
            for identity in fact.bindings:
                yield from _end(PROVIDER, identity)


def _leads(kind: str, digest: str, person: UUID, aggregate_id: UUID) -> Lookup:
    return Lookup(kind, bytes.fromhex(digest), person, aggregate_id)


def _end(kind: str, digest: str | None) -> Iterable[LookupEnds]:
    return () if digest is None else (LookupEnds(kind, bytes.fromhex(digest)),)
