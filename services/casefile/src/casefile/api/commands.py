"""Changing a case over HTTP; every change carries an ``Idempotency-Key`` and answers how the case stands."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from casefile.api.answers import (
    CaseStanding,
    ContactLogged,
    OnList,
    PartAdded,
    Scaled,
)
from casefile.application.caring import Caring
from casefile.application.handovers import Handovers
from casefile.application.scaling import Scaling
from casefile.commands import (
    AcceptHandover,
    AskedQuestion,
    DeclineHandover,
    DeEscalate,
    Escalate,
    LogContact,
    ObserveIndication,
    PlanTalk,
    RecordTalk,
    SettleOnList,
    StepInHandover,
    TakeFromList,
)
from chassis.http import AsCaller

CREATED = 201
PART = "/cases/{case_id}/parts/{part_id}"
HANDOVER = "/cases/{case_id}/handovers/{handover_id}"
PLACE = "/cases/{case_id}/list-items/{about}"


def part_commands(caring: Caring) -> APIRouter:
    """Parts, contacts and the list."""
    router = APIRouter(tags=["cases"])

    @router.post("/cases/{case_id}/parts", status_code=CREATED, summary="Add a delimited question")
    def add_part(caller: AsCaller, case_id: UUID, asked: AskedQuestion) -> PartAdded:
        return PartAdded.model_validate(caring.add_part(caller, case_id, asked))

    @router.post(f"{PART}/contacts", status_code=CREATED, summary="Log a contact")
    def log_contact(caller: AsCaller, case_id: UUID, part_id: UUID, asked: LogContact) -> ContactLogged:
        return ContactLogged.model_validate(caring.log_contact(caller, case_id, part_id, asked))

    @router.post(f"{PLACE}/claims", status_code=CREATED, tags=["work list"], summary="Work on it")
    def take_from_list(
        caller: AsCaller, case_id: UUID, about: UUID, asked: TakeFromList | None = None
    ) -> OnList:
        return OnList.model_validate(caring.take(caller, case_id, about))

    @router.post(f"{PLACE}/releases", status_code=CREATED, tags=["work list"], summary="Put it back")
    def put_back_on_list(
        caller: AsCaller, case_id: UUID, about: UUID, asked: TakeFromList | None = None
    ) -> OnList:
        return OnList.model_validate(caring.put_back(caller, case_id, about))

    @router.post(f"{PLACE}/settlements", status_code=CREATED, tags=["work list"], summary="It was dealt with")
    def settle_on_list(caller: AsCaller, case_id: UUID, about: UUID, asked: SettleOnList) -> OnList:
        return OnList.model_validate(caring.settle(caller, case_id, about, asked.reason))

    return router


def scaling_commands(scaling: Scaling) -> APIRouter:
    """Scaling up and down."""
    router = APIRouter(tags=["scaling"])

    @router.post("/cases/{case_id}/indications", status_code=CREATED, summary="A reason to scale was seen")
    def observe_indication(caller: AsCaller, case_id: UUID, asked: ObserveIndication) -> CaseStanding:
        return CaseStanding.model_validate(scaling.observe(caller, case_id, asked))

    @router.post(f"{PART}/escalations", status_code=CREATED, summary="Scale up a part")
    def escalate_part(caller: AsCaller, case_id: UUID, part_id: UUID, asked: Escalate) -> Scaled:
        return Scaled.model_validate(scaling.escalate(caller, case_id, part_id, asked))

    @router.post("/cases/{case_id}/escalations", status_code=CREATED, summary="Scale up the whole")
    def escalate_whole(caller: AsCaller, case_id: UUID, asked: Escalate) -> Scaled:
        return Scaled.model_validate(scaling.escalate(caller, case_id, None, asked))

    @router.post(f"{PART}/de-escalations", status_code=CREATED, summary="Scale down a part")
    def de_escalate_part(caller: AsCaller, case_id: UUID, part_id: UUID, asked: DeEscalate) -> Scaled:
        return Scaled.model_validate(scaling.de_escalate(caller, case_id, part_id, asked))

    @router.post("/cases/{case_id}/de-escalations", status_code=CREATED, summary="Scale down the whole")
    def de_escalate_whole(caller: AsCaller, case_id: UUID, asked: DeEscalate) -> Scaled:
        return Scaled.model_validate(scaling.de_escalate(caller, case_id, None, asked))

    return router


def handover_commands(handovers: Handovers) -> APIRouter:
    """The steps of a warm handover; as whom you take one follows from how you signed in."""
    router = APIRouter(tags=["handovers"])

    @router.post(f"{HANDOVER}/acceptances", status_code=CREATED, summary="The receiver says yes")
    def accept_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: AcceptHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.accept(caller, case_id, handover_id))

    @router.post(f"{HANDOVER}/plans", status_code=CREATED, summary="The three-way talk gets a date")
    def plan_talk(caller: AsCaller, case_id: UUID, handover_id: UUID, asked: PlanTalk) -> CaseStanding:
        return CaseStanding.model_validate(handovers.plan(caller, case_id, handover_id, asked))

    @router.post(f"{HANDOVER}/talks", status_code=CREATED, summary="The three-way talk was held")
    def record_talk(caller: AsCaller, case_id: UUID, handover_id: UUID, asked: RecordTalk) -> CaseStanding:
        return CaseStanding.model_validate(handovers.record_talk(caller, case_id, handover_id, asked))

    @router.post(f"{HANDOVER}/declines", status_code=CREATED, summary="Receiver or resident says no")
    def decline_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: DeclineHandover
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.decline(caller, case_id, handover_id, asked.by))

    @router.post(f"{HANDOVER}/cancellations", status_code=CREATED, summary="It is called off")
    def cancel_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: StepInHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.cancel(caller, case_id, handover_id))

    @router.post(f"{HANDOVER}/failures", status_code=CREATED, summary="It does not work, after all")
    def fail_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: StepInHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.fail(caller, case_id, handover_id))

    @router.post(f"{HANDOVER}/corrections", status_code=CREATED, summary="It was entered in error")
    def undo_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: StepInHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.undo(caller, case_id, handover_id))

    @router.post(f"{HANDOVER}/rests", status_code=CREATED, summary="It rests for a while")
    def let_handover_rest(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: StepInHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.rest(caller, case_id, handover_id))

    @router.post(f"{HANDOVER}/resumptions", status_code=CREATED, summary="It goes on")
    def resume_handover(
        caller: AsCaller, case_id: UUID, handover_id: UUID, asked: StepInHandover | None = None
    ) -> CaseStanding:
        return CaseStanding.model_validate(handovers.resume(caller, case_id, handover_id))

    return router
