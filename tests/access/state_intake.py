"""Intake with a request of Nour, referred by a GP, whose right was explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar
from uuid import UUID, uuid4

from tests.access.almere import ORGANISATIONS
from tests.access.askers import Relations
from tests.access.state import Body, Case, Ids, State
from tests.intake.bodies import a_referral, a_yes, an_explanation

from intake.domain.request import Request


class IntakeState(State):
    service: ClassVar[str] = "intake"
    activity: ClassVar[str] = "read-request"
    bodies: ClassVar[Mapping[str, Callable[[Ids], Body]]] = {
        "POST /v1/requests": lambda _: a_referral(),
        "POST /v1/requests/_zoek": lambda _: {"text": "Nour"},
        "POST /v1/requests/{request_id}/explanations": lambda _: an_explanation(),
        "POST /v1/requests/{request_id}/acceptances": lambda ids: ids["yes"],
        "POST /v1/requests/{request_id}/declines": lambda _: {},
        "POST /v1/referral-status": lambda ids: {"token": ids["token"]},
    }

    queries: ClassVar[Mapping[str, str]] = {"GET /v1/consent-texts": "?network=almere"}

    def a_case(self) -> Case:
        """A request is a case in the making; the organisation that receives it is its home."""
        answer = self.running.post("/requests", a_referral()).json()
        request_id = UUID(answer["requestId"])
        explained = self.running.post(f"/requests/{request_id}/explanations", an_explanation())
        assert explained.status_code == 201
        resident = self.running.service.base.worker_store.get(Request, request_id).resident.person
        ids = {
            "request_id": request_id,
            "person_id": resident,
            "key": f"no-command-{uuid4()}",
            "token": answer["referralToken"],
            "yes": a_yes(self.running),
        }
        relations = Relations(ORGANISATIONS, resident, {"serving": (ORGANISATIONS["home"], uuid4())})
        return Case(ids, relations, (str(request_id),))
