"""What casefile answers about consent: codes, ids, moments, and a sentence made of codes."""

from __future__ import annotations

from uuid import UUID

from casefile.domain.consent_terms import PartyKind, Who
from casefile.views.consent_sentences import WAYS, what
from casefile.views.consents import ConsentRow, State
from casefile.views.words import Words
from chassis.http import ApiModel, UtcTime


class NamedTo(ApiModel):
    """To whom."""

    kind: PartyKind
    id: str


class ConsentStanding(ApiModel):
    """A consent as it stands now. No parts: every part; no categories: all data."""

    consent_id: UUID
    person_id: UUID
    purpose: str
    party: NamedTo
    case_ids: list[UUID]
    part_ids: list[UUID]
    data_categories: list[str]
    valid_until: UtcTime | None
    state: State


class ReviewStanding(ApiModel):
    """Who looked under a consent that was never given: the ids of their access records."""

    review_id: UUID
    person_id: UUID
    consent_id: UUID
    looks: list[UUID]
    outcome: str | None


class ConsentCorrected(ConsentStanding):
    """And the review that was opened."""

    review: ReviewStanding


class RefusalRecorded(ApiModel):
    """It was written down; nothing follows from it."""

    refusal_id: UUID
    person_id: UUID


class RepresentationStanding(ApiModel):
    """Who speaks for whom."""

    representation_id: UUID
    person_id: UUID


class ListedConsent(ApiModel):
    """One line of the list that a resident and their coordinator read."""

    consent_id: UUID
    capacity: str
    case_id: UUID | None
    purpose: str
    party: NamedTo
    part_ids: list[UUID]
    data_categories: list[str]
    valid_until: UtcTime | None
    state: State
    given_at: UtcTime | None
    way: str | None
    who: Who | None
    text_id: str | None
    text_sha256: str | None
    text_language: str | None
    text_version: int | None
    recorded_by_role: str
    recorded_by_organisation: str | None
    recorded_at: UtcTime
    changed_at: UtcTime
    sentence: str

    @classmethod
    def of(cls, row: ConsentRow, words: Words) -> ListedConsent:
        """From the view's row, said in the network's words."""
        return cls(
            consent_id=row.consent_id,
            capacity=row.capacity,
            case_id=row.case_id,
            purpose=row.purpose,
            party=NamedTo.model_validate({"kind": row.party_kind, "id": row.party_id}),
            part_ids=row.part_ids,
            data_categories=row.categories,
            valid_until=row.valid_until,
            state=row.state,
            given_at=row.given_at,
            way=row.way,
            who=row.who,
            text_id=row.text_id,
            text_sha256=row.text_sha256,
            text_language=row.text_language,
            text_version=row.text_version,
            recorded_by_role=row.recorded_by_role,
            recorded_by_organisation=(
                None if row.recorded_by_organisation == "-" else row.recorded_by_organisation
            ),
            recorded_at=row.recorded_at,
            changed_at=row.changed_at,
            sentence=_sentence(row, words),
        )


_BEGINNINGS = {
    "in_force": "Toestemming",
    "refused": "Geen toestemming",
    "withdrawn": "Ingetrokken: toestemming",
    "expired": "Afgelopen: toestemming",
    "recorded_in_error": "Nooit gegeven: toestemming",
    "asked_anew": "Wordt opnieuw gevraagd: toestemming",
}


def _sentence(row: ConsentRow, words: Words) -> str:
    scope = {"part_ids": row.part_ids, "categories": row.categories, "valid_until": row.valid_until}
    told = what(row.purpose, {"kind": row.party_kind, "id": row.party_id}, scope, words)
    way = f", gegeven {WAYS[row.way]}" if row.way in WAYS else ""
    return f"{_BEGINNINGS.get(row.state, 'Toestemming')} {told}{way}."
