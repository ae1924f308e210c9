"""Closing, the pilot light, opening again and consent over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from casefile.api.answers import CaseStanding, CheckRecorded, Closed, Reopened
from casefile.application.ending import Ending
from casefile.commands import (
    AgreeOnWaakvlam,
    CloseCase,
    ClosePart,
    ReassignCheck,
    RecordCheck,
    ReopenCase,
    StopWaakvlam,
)
from chassis.http import AsCaller

CREATED = 201
CHECK = "/cases/{case_id}/waakvlam-checks/{check_id}"


def ending_commands(ending: Ending) -> APIRouter:
    """Closing and opening again."""
    router = APIRouter(tags=["cases"])

    @router.post(
        "/cases/{case_id}/parts/{part_id}/closings",
        status_code=CREATED,
        summary="Close a part; the case closes with its last one",
    )
    def close_part(caller: AsCaller, case_id: UUID, part_id: UUID, asked: ClosePart) -> CaseStanding:
        return CaseStanding.model_validate(ending.close_part(caller, case_id, part_id, asked.reason))

    @router.post(
        "/cases/{case_id}/closings",
        status_code=CREATED,
        summary="Close the case, and record what was agreed about pilot-light contact",
    )
    def close_case(caller: AsCaller, case_id: UUID, asked: CloseCase) -> Closed:
        return Closed.model_validate(ending.close(caller, case_id, asked))

    @router.post("/cases/{case_id}/reopenings", status_code=CREATED, summary="Open again with new questions")
    def reopen_case(caller: AsCaller, case_id: UUID, asked: ReopenCase) -> Reopened:
        return Reopened.model_validate(ending.reopen(caller, case_id, asked))

    return router


def waakvlam_commands(ending: Ending) -> APIRouter:
    """Pilot-light contact after closing."""
    router = APIRouter(tags=["waakvlam"])

    @router.post(
        "/cases/{case_id}/waakvlam-checks",
        status_code=CREATED,
        summary="The resident's answer about pilot-light contact",
    )
    def agree_on_waakvlam(caller: AsCaller, case_id: UUID, asked: AgreeOnWaakvlam) -> Closed:
        return Closed.model_validate(ending.agree_on_waakvlam(caller, case_id, asked))

    @router.post(f"{CHECK}/outcomes", status_code=CREATED, summary="How a check went")
    def record_check(caller: AsCaller, case_id: UUID, check_id: UUID, asked: RecordCheck) -> CheckRecorded:
        return CheckRecorded.model_validate(ending.record_check(caller, case_id, check_id, asked.outcome))

    @router.post(f"{CHECK}/reassignments", status_code=CREATED, summary="Somebody else does the check")
    def reassign_check(caller: AsCaller, case_id: UUID, check_id: UUID, asked: ReassignCheck) -> CaseStanding:
        return CaseStanding.model_validate(
            ending.reassign_check(caller, case_id, check_id, asked.responsible)
        )

    @router.post(f"{CHECK}/stops", status_code=CREATED, summary="The resident wants no more contact")
    def stop_waakvlam(
        caller: AsCaller, case_id: UUID, check_id: UUID, asked: StopWaakvlam | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(ending.stop_waakvlam(caller, case_id, check_id))

    return router
