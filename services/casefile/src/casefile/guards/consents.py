"""What a consent lets whom see: its party, in the parts and of the data that it names, as long as it lasts.

Supporters of the organisation that coordinates serve by their match; those of another one by a consent, and
each of their grants carries it: when the consent is over, all that it allowed is over in the same save.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.handover import Handover
from casefile.domain.involvement import Involvement
from casefile.domain.part import Supporter
from chassis.aggregates import DomainEvent
from chassis.guards import ALL_CATEGORIES, AccessChange, Grant, GrantsEnd

Change = Iterable[AccessChange]
BY_THEMSELVES = "-"
NO_CATEGORY = "none"
"""Of no category of data: it can be counted on, and shows nothing."""


def guard_consents(fact: DomainEvent, aggregate: Any) -> Change:
    """The grants that a fact about consent, a person or a representative gives or ends."""
    at = fact.timestamp
    match fact:
        case CaseFile.InvolvementAllowed():
            return _allowed(aggregate, fact.involvement, at)
        case CaseFile.InvolvementNarrowed():
            return _narrowed(aggregate, fact, at)
        case CaseFile.InvolvementEnded():
            return _ended(aggregate, fact, at)
        case CaseFile.RepresentativeAllowed():
            return (_represents(aggregate.id, aggregate.resident, fact),)
        case CaseFile.RepresentativeEnded():
            return (_represents_no_longer(aggregate.id, aggregate.resident, fact),)
        case Consent.Begun():
            return _begun(aggregate, fact, at)
        case Consent.CaseEntered():
            return home(aggregate.person, fact.organisation, fact.case_id, at)
        case Consent.RepresentationRecorded():
            return (_represents(aggregate.person, aggregate.person, fact),)
        case Consent.RepresentationEnded():
            return (_represents_no_longer(aggregate.person, aggregate.person, fact),)
    return ()


def _begun(consent: Consent, fact: Consent.Begun, at: datetime) -> Iterator[Grant]:
    yield Grant(fact.person, None, person(fact.person), "own", consent.id, at)
    if fact.organisation != BY_THEMSELVES:
        yield from home(fact.person, fact.organisation, consent.id, at)


def home(subject_id: UUID, organisation: str, cause: UUID, at: datetime) -> Iterator[Grant]:
    """The organisation on whose list a case stands: its coordination, and who audits it."""
    yield Grant(subject_id, None, f"role_coordinator@{organisation}", "participation", cause, at)
    yield Grant(subject_id, None, f"role_auditor@{organisation}", "audit", cause, at)


def serving(
    case: CaseFile, part_ids: Iterable[UUID], supporter: Supporter, cause: UUID, at: datetime
) -> Iterator[Grant]:
    """What somebody who serves these parts, or is asked to, may see: by participation, or by each consent
    that lets them. ``cause``: that they serve here (`serves`), or the handover that asks them.
    """
    who = grantee(supporter.supporter_id)
    for part_id in part_ids:
        if supporter.organisation == case.organisation:
            yield from _with_person(case, Grant(case.id, part_id, who, "participation", cause, at))
        else:
            for each in case.admitting(supporter, part_id):
                yield from _by_consent(case, part_id, who, each, cause, at)


def _with_person(case: CaseFile, grant: Grant) -> Iterator[Grant]:
    """Who serves may record what the resident says about consent, and sees nothing of it by that."""
    yield grant
    cause = uuid5(grant.cause, str(grant.part_id))
    yield replace(grant, subject_id=case.resident, part_id=None, cause=cause, categories=(NO_CATEGORY,))


def serves(case: CaseFile, supporter: Supporter) -> UUID:
    """The cause of what somebody sees by serving: one for each part, however many matches led to it.

    A companion who is chosen again for the same part would otherwise keep what the earlier match gave.
    """
    return uuid5(case.id, str(supporter.supporter_id))


def no_longer(grants: Iterable[Grant], at: datetime) -> Iterator[Grant]:
    """The same, over."""
    return (grant.ended(at) for grant in grants)


def grantee(supporter_id: UUID) -> str:
    """A supporter, in that role."""
    return f"role_supporter:{supporter_id}"


def person(person_id: UUID) -> str:
    """Somebody about whom there is a file."""
    return f"person:{person_id}"


def representing(representative: UUID, person_id: UUID) -> str:
    """Somebody who speaks for another person."""
    return f"person:{representative}:for:{person_id}"


def _represents(
    subject_id: UUID, person_id: UUID, fact: CaseFile.RepresentativeAllowed | Consent.RepresentationRecorded
) -> Grant:
    return Grant(
        subject_id,
        None,
        representing(fact.representative, person_id),
        "own",
        fact.representation_id,
        fact.valid_from,
        fact.valid_until,
    )


def _represents_no_longer(
    subject_id: UUID, person_id: UUID, fact: CaseFile.RepresentativeEnded | Consent.RepresentationEnded
) -> Grant:
    who = representing(fact.representative, person_id)
    return Grant(subject_id, None, who, "own", fact.representation_id, fact.timestamp).ended(fact.timestamp)


def _by_consent(
    case: CaseFile, part_id: UUID | None, who: str, involvement: Involvement, cause: UUID, at: datetime
) -> Iterator[Grant]:
    grant = Grant(
        case.id,
        part_id,
        who,
        "consent",
        uuid5(cause, str(involvement.consent_id)),
        at,
        involvement.scope.valid_until,
        consent_id=involvement.consent_id,
        categories=involvement.scope.categories or ALL_CATEGORIES,
    )
    yield from _with_person(case, grant)


def _allowed(case: CaseFile, involvement: Involvement, at: datetime) -> Iterator[Grant]:
    """Its coordination sees what the consent names, and so do those of it who serve or are asked already."""
    if not involvement.admits or involvement.party.id == case.organisation:
        return
    if involvement.party.kind == "organisation":
        for role in ("role_coordinator", "role_auditor"):
            for part_id in involvement.scope.part_ids or (None,):
                who = f"{role}@{involvement.party.id}"
                yield from _by_consent(case, part_id, who, involvement, involvement.consent_id, at)
    for part in case.parts.values():
        for each in part.people():
            if involvement.lets(each, part.part_id) and each.organisation != case.organisation:
                who = grantee(each.supporter_id)
                yield from _by_consent(case, part.part_id, who, involvement, serves(case, each), at)
    for handover in case.running_handovers():
        yield from _asked(case, handover, involvement, at)


def _asked(case: CaseFile, handover: Handover, involvement: Involvement, at: datetime) -> Iterator[Grant]:
    receiver = handover.receiver
    if receiver.organisation == case.organisation:
        return
    for part_id in handover.part_ids:
        if involvement.lets(receiver, part_id):
            who = grantee(receiver.supporter_id)
            yield from _by_consent(case, part_id, who, involvement, handover.handover_id, at)


def _narrowed(case: CaseFile, fact: CaseFile.InvolvementNarrowed, at: datetime) -> Iterator[AccessChange]:
    yield from _ends(case, fact.consent_id, at)
    yield from _allowed(case, fact.after, at)
    yield from _wholly_gone(case, fact, at)


def _ended(case: CaseFile, fact: CaseFile.InvolvementEnded, at: datetime) -> Iterator[AccessChange]:
    yield from _ends(case, fact.consent_id, at)
    yield from _wholly_gone(case, fact, at)


def _ends(case: CaseFile, consent_id: UUID, at: datetime) -> Iterator[GrantsEnd]:
    yield GrantsEnd(case.id, at, consent_id=consent_id)
    yield GrantsEnd(case.resident, at, consent_id=consent_id)


def _wholly_gone(
    case: CaseFile, fact: CaseFile.InvolvementNarrowed | CaseFile.InvolvementEnded, at: datetime
) -> Iterator[AccessChange]:
    """Who served by participation has no consent on their grants: what they served ends part by part."""
    for each in fact.leaving:
        if each.supporter.organisation == case.organisation:
            who, cause = grantee(each.supporter.supporter_id), serves(case, each.supporter)
            grant = Grant(case.id, each.part_id, who, "participation", cause, at)
            yield from no_longer(_with_person(case, grant), at)
