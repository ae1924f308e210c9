"""What others hear of a consent, and of what it means for a case: codes, ids and moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.consent_terms import Party, Terms
from chassis.aggregates import DomainEvent
from contracts import casefile as told
from contracts.envelope import ContractEvent


def _party(party: Party) -> told.Party:
    return told.Party(kind=party.kind, id=party.id)


def _about(consent_id: UUID, terms: Terms, consent: Consent) -> dict[str, Any]:
    return {
        "consent_id": consent_id,
        "purpose": terms.purpose,
        "party": _party(terms.party),
        "case_ids": consent.touched(terms),
    }


def _given(fact: Consent.Given, consent: Consent) -> ContractEvent:
    terms, proof = fact.terms, fact.proof
    return told.ConsentGiven(
        **_about(fact.consent_id, terms, consent),
        part_ids=terms.scope.part_ids,
        data_categories=terms.scope.categories,
        given_at=proof.given_at,
        valid_until=terms.scope.valid_until,
        text_id=proof.text.text_id,
        text_sha256=proof.text.sha256,
        text_language=proof.text.language,
        text_version=proof.text.version,
        way=proof.way,
        recorded_by_role=proof.recorded.role,
        recorded_by_organisation=_organisation(proof.recorded.organisation),
        by_representative=proof.who != "self",
    )


def _refused(fact: Consent.Refused, consent: Consent) -> ContractEvent:
    return told.ConsentRefused(**_about(fact.refusal_id, fact.terms, consent))


def _narrowed(fact: Consent.Narrowed, consent: Consent) -> ContractEvent:
    scope = fact.terms.scope
    return told.ConsentNarrowed(
        **_about(fact.consent_id, fact.terms, consent),
        part_ids=scope.part_ids,
        data_categories=scope.categories,
        valid_until=scope.valid_until,
    )


def _withdrawn(fact: Consent.Withdrawn, consent: Consent) -> ContractEvent:
    return told.ConsentWithdrawn(**_about(fact.consent_id, fact.terms, consent))


def _expired(fact: Consent.Expired, consent: Consent) -> ContractEvent:
    return told.ConsentExpired(**_about(fact.consent_id, fact.terms, consent))


def _in_error(fact: Consent.RecordedInError, consent: Consent) -> ContractEvent:
    return told.ConsentRecordedInError(**_about(fact.consent_id, fact.terms, consent))


def _involved(fact: CaseFile.InvolvementAllowed, _case: CaseFile) -> ContractEvent:
    one = fact.involvement
    return told.InvolvementAllowed(
        consent_id=one.consent_id,
        purpose=one.purpose,
        party=_party(one.party),
        part_ids=one.scope.part_ids,
        valid_until=one.scope.valid_until,
    )


def _involved_in_less(fact: CaseFile.InvolvementNarrowed, _case: CaseFile) -> ContractEvent:
    one = fact.after
    return told.InvolvementNarrowed(
        consent_id=one.consent_id,
        purpose=one.purpose,
        party=_party(one.party),
        part_ids=one.scope.part_ids,
        valid_until=one.scope.valid_until,
        match_ids=fact.matches_over,
    )


def _involved_no_longer(fact: CaseFile.InvolvementEnded, _case: CaseFile) -> ContractEvent:
    return told.InvolvementEnded(
        consent_id=fact.consent_id,
        purpose=fact.involvement.purpose,
        party=_party(fact.involvement.party),
        reason=fact.because,
        match_ids=fact.matches_over,
        excluded=fact.excluded,
    )


def _organisation(recorded_by: str) -> str | None:
    return None if recorded_by == "-" else recorded_by


DOORS: dict[type[DomainEvent], Callable[[Any, Any], ContractEvent]] = {
    Consent.Given: _given,
    Consent.Refused: _refused,
    Consent.Narrowed: _narrowed,
    Consent.Withdrawn: _withdrawn,
    Consent.Expired: _expired,
    Consent.RecordedInError: _in_error,
    CaseFile.InvolvementAllowed: _involved,
    CaseFile.InvolvementNarrowed: _involved_in_less,
    CaseFile.InvolvementEnded: _involved_no_longer,
}
