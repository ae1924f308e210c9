"""Changing supporters, searches and matches over HTTP; every change carries an ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import APIRouter

from chassis.http import AsCaller, Malformed
from matching.api.answers import SearchStanding, SupporterStanding
from matching.application.choosing import Choosing
from matching.application.supporters import Supporters
from matching.commands import (
    Answer,
    ChangePlaces,
    ChooseOption,
    EndMatch,
    LetSupporterLeave,
    OfferOptions,
    PauseSupporter,
    RegisterSupporter,
    ReportNoClick,
    ResumeSupporter,
    ShareExperience,
    WithdrawExperience,
)
from matching.networks import UnknownHere


def supporter_commands(supporters: Supporters) -> APIRouter:
    """What changes a supporter."""
    router = APIRouter(tags=["supporters"])

    @router.post("/supporters", status_code=201, summary="Register a supporter of your organisation")
    def register_supporter(caller: AsCaller, asked: RegisterSupporter) -> SupporterStanding:
        with unknown_is_malformed():
            return SupporterStanding.model_validate(supporters.register(caller, asked))

    @router.post(
        "/supporters/{supporter_id}/places", status_code=201, summary="More or fewer residents at a time"
    )
    def change_places(caller: AsCaller, supporter_id: UUID, asked: ChangePlaces) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.change_places(caller, supporter_id, asked.places))

    @router.post("/supporters/{supporter_id}/pauses", status_code=201, summary="They take a break")
    def pause_supporter(
        caller: AsCaller, supporter_id: UUID, asked: PauseSupporter | None = None
    ) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.pause(caller, supporter_id))

    @router.post("/supporters/{supporter_id}/resumptions", status_code=201, summary="They are back")
    def resume_supporter(
        caller: AsCaller, supporter_id: UUID, asked: ResumeSupporter | None = None
    ) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.resume(caller, supporter_id))

    @router.post(
        "/supporters/{supporter_id}/experience-consents",
        status_code=201,
        summary="Own experience may be used for matching, as far as they say",
    )
    def share_experience(caller: AsCaller, supporter_id: UUID, asked: ShareExperience) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.share_experience(caller, supporter_id, asked))

    @router.post(
        "/supporters/{supporter_id}/experience-withdrawals",
        status_code=201,
        summary="Own experience is used no longer",
    )
    def withdraw_experience(
        caller: AsCaller, supporter_id: UUID, asked: WithdrawExperience | None = None
    ) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.withdraw_experience(caller, supporter_id))

    @router.post("/supporters/{supporter_id}/departures", status_code=201, summary="They stop")
    def let_supporter_leave(
        caller: AsCaller, supporter_id: UUID, asked: LetSupporterLeave
    ) -> SupporterStanding:
        return SupporterStanding.model_validate(supporters.leave(caller, supporter_id, erased=asked.erased))

    return router


def search_commands(choosing: Choosing) -> APIRouter:
    """Offering and choosing."""
    router = APIRouter(tags=["searches"])

    @router.post(
        "/searches/{search_id}/offers",
        status_code=201,
        summary="Offer who fits; without anybody the stage is nobody_found",
    )
    def offer_options(caller: AsCaller, search_id: UUID, asked: OfferOptions | None = None) -> SearchStanding:
        return SearchStanding.model_validate(choosing.offer(caller, search_id))

    @router.post("/searches/{search_id}/choices", status_code=201, summary="The resident chose an option")
    def choose_option(caller: AsCaller, search_id: UUID, asked: ChooseOption) -> SearchStanding:
        return SearchStanding.model_validate(choosing.choose(caller, search_id, asked.supporter_id))

    return router


def match_commands(choosing: Choosing) -> APIRouter:
    """The answers of both sides; a coordinator may record them."""
    router = APIRouter(tags=["matches"])

    @router.post("/matches/{match_id}/acceptances", status_code=201, summary="One side says yes")
    def accept_match(caller: AsCaller, match_id: UUID, asked: Answer) -> SearchStanding:
        return SearchStanding.model_validate(choosing.accept(caller, match_id, asked.by))

    @router.post("/matches/{match_id}/declines", status_code=201, summary="One side says no")
    def decline_match(caller: AsCaller, match_id: UUID, asked: Answer) -> SearchStanding:
        return SearchStanding.model_validate(choosing.decline(caller, match_id, asked.by))

    @router.post(
        "/matches/{match_id}/endings", status_code=201, summary="Somebody else is wanted; nobody's fault"
    )
    def end_match(caller: AsCaller, match_id: UUID, asked: EndMatch | None = None) -> SearchStanding:
        return SearchStanding.model_validate(choosing.end_match(caller, match_id))

    @router.post(
        "/matches/{match_id}/no-clicks", status_code=201, summary="It did not click; no reason asked"
    )
    def report_no_click(
        caller: AsCaller, match_id: UUID, asked: ReportNoClick | None = None
    ) -> SearchStanding:
        return SearchStanding.model_validate(choosing.report_no_click(caller, match_id))

    return router


@contextmanager
def unknown_is_malformed() -> Iterator[None]:
    """What the network's configuration does not know is a fault in the body, named with what to do."""
    try:
        yield
    except UnknownHere as unknown:
        fault = {"in": "body", "pointer": f"#/{unknown.field}", "reason": unknown.reason}
        raise Malformed([fault]) from None
