"""What people say about consent, over HTTP. Withdrawing takes one call, as giving does, and no body."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from casefile.api.consent_answers import (
    ConsentCorrected,
    ConsentStanding,
    RefusalRecorded,
    RepresentationStanding,
    ReviewStanding,
)
from casefile.application.consenting import Consenting
from casefile.commands.consents import (
    CorrectConsent,
    DecideReview,
    EndConsent,
    EndRepresentation,
    GiveConsent,
    NarrowConsent,
    RecordRepresentation,
    RefuseConsent,
)
from chassis.http import AsCaller

CREATED = 201
PERSON = "/people/{person_id}"
CONSENT = PERSON + "/consents/{consent_id}"


def consent_commands(consenting: Consenting) -> APIRouter:
    """To what a person agrees."""
    router = APIRouter(tags=["consents"])

    @router.post(f"{PERSON}/consents", status_code=CREATED, summary="The person agrees, specifically")
    def give_consent(caller: AsCaller, person_id: UUID, asked: GiveConsent) -> ConsentStanding:
        return ConsentStanding.model_validate(consenting.give(caller, person_id, asked))

    @router.post(
        f"{PERSON}/consent-refusals",
        status_code=CREATED,
        summary="The person says no; support goes on",
    )
    def refuse_consent(caller: AsCaller, person_id: UUID, asked: RefuseConsent) -> RefusalRecorded:
        return RefusalRecorded.model_validate(consenting.refuse(caller, person_id, asked))

    @router.post(
        f"{CONSENT}/withdrawals",
        status_code=CREATED,
        summary="The person no longer agrees; it takes effect at once",
    )
    def withdraw_consent(
        caller: AsCaller, person_id: UUID, consent_id: UUID, asked: EndConsent | None = None
    ) -> ConsentStanding:
        return ConsentStanding.model_validate(consenting.withdraw(caller, person_id, consent_id))

    @router.post(f"{CONSENT}/narrowings", status_code=CREATED, summary="The person agrees to less")
    def narrow_consent(
        caller: AsCaller, person_id: UUID, consent_id: UUID, asked: NarrowConsent
    ) -> ConsentStanding:
        return ConsentStanding.model_validate(consenting.narrow(caller, person_id, consent_id, asked))

    @router.post(
        f"{CONSENT}/corrections",
        status_code=CREATED,
        summary="It was never given; every look under it is reviewed",
    )
    def correct_consent(
        caller: AsCaller, person_id: UUID, consent_id: UUID, asked: CorrectConsent | None = None
    ) -> ConsentCorrected:
        told = consenting.correct(caller, person_id, consent_id, asked or CorrectConsent())
        return ConsentCorrected.model_validate(told)

    @router.post(
        f"{PERSON}/breach-reviews/{{review_id}}/decisions",
        status_code=CREATED,
        summary="Another person judges who looked",
    )
    def decide_review(
        caller: AsCaller, person_id: UUID, review_id: UUID, asked: DecideReview
    ) -> ReviewStanding:
        return ReviewStanding.model_validate(consenting.decide_review(caller, person_id, review_id, asked))

    return router


def representation_commands(consenting: Consenting) -> APIRouter:
    """Who speaks for a person."""
    router = APIRouter(tags=["consents"])

    @router.post(f"{PERSON}/representations", status_code=CREATED, summary="Somebody speaks for this person")
    def record_representation(
        caller: AsCaller, person_id: UUID, asked: RecordRepresentation
    ) -> RepresentationStanding:
        told = consenting.record_representation(caller, person_id, asked)
        return RepresentationStanding.model_validate(told)

    @router.post(
        f"{PERSON}/representations/{{representation_id}}/endings",
        status_code=CREATED,
        summary="They speak for this person no longer",
    )
    def end_representation(
        caller: AsCaller, person_id: UUID, representation_id: UUID, asked: EndRepresentation | None = None
    ) -> RepresentationStanding:
        told = consenting.end_representation(caller, person_id, representation_id)
        return RepresentationStanding.model_validate(told)

    return router
