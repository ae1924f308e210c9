"""Who may see a request from now on; written in the save that decides it."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.access.grantees import at_organisation, in_person
from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import AccessChange, Grant, GrantsEnd, Lookup
from intake.domain.referrer_link import REFERRER_LINK, ReferrerLink, holder
from intake.domain.request import Request


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[AccessChange]:
    """The coordination that takes care of a request takes part in it; its referrer with consent only.

    To the resident it is their own: so they can ask who saw it.
    """
    if isinstance(event, ReferrerLink.TellingAllowed):
        yield Grant(
            subject_id=aggregate.subject_id,
            part_id=None,
            grantee=holder(aggregate.id),
            kind="consent",
            cause=event.consent_id,
            valid_from=event.timestamp,
            valid_until=event.allowed_until,
            consent_id=event.consent_id,
            categories=("dc_plan",),  # whether it goes on; what is in it is shown by no door of intake's
        )
    if isinstance(event, ReferrerLink.TellingEnded):
        yield GrantsEnd(
            aggregate.subject_id, event.timestamp, holder(aggregate.id), consent_id=event.consent_id
        )
    if isinstance(event, Request.Received):
        yield Grant(
            subject_id=aggregate.subject_id,
            part_id=None,
            grantee=at_organisation("role_coordinator", event.route.organisation),
            kind="participation",
            cause=aggregate.id,
            valid_from=event.timestamp,
        )
        resident = event.resident.person
        for subject_id in (aggregate.subject_id, resident):
            yield Grant(subject_id, None, in_person(resident), "own", aggregate.id, event.timestamp)


def lookups(event: DomainEvent, aggregate: Aggregate) -> Iterator[Lookup]:
    """A referrer's link leads to their referral, for as long as it works."""
    if isinstance(event, ReferrerLink.Made):
        digest = bytes.fromhex(event.link)
        yield Lookup(REFERRER_LINK, digest, aggregate.subject_id, aggregate.id, event.valid_until)
