"""Changing a request over HTTP; every change carries an ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.http import AsCaller, Malformed
from intake.api.answers import Accepted, Standing, Taken
from intake.application import Intake
from intake.commands import AcceptSupport, DeclineSupport, ExplainRight, ReceiveRequest
from intake.networks import UnknownHere

_POINTERS = {"textSha256": "#/consent/textSha256"}


def commands(intake: Intake) -> APIRouter:
    """The routes that change something."""
    router = APIRouter(tags=["requests"])

    @router.post("/requests", status_code=201, summary="Take a request in, from any side")
    def receive_request(caller: AsCaller, asked: ReceiveRequest, response: Response) -> Taken:
        with unknown_is_malformed():
            answer = Taken.model_validate(intake.receive_request(caller, asked))
        response.headers["Location"] = f"/v1/requests/{answer.request_id}"
        return answer

    @router.post(
        "/requests/{request_id}/explanations", status_code=201, summary="The right to support was explained"
    )
    def explain_right(caller: AsCaller, request_id: UUID, asked: ExplainRight) -> Standing:
        return Standing.model_validate(intake.explain_right(caller, request_id, asked))

    @router.post("/requests/{request_id}/acceptances", status_code=201, summary="The resident says yes")
    def accept_support(caller: AsCaller, request_id: UUID, asked: AcceptSupport) -> Accepted:
        with unknown_is_malformed():
            return Accepted.model_validate(intake.accept_support(caller, request_id, asked))

    @router.post("/requests/{request_id}/declines", status_code=201, summary="The resident says no")
    def decline_support(caller: AsCaller, request_id: UUID, asked: DeclineSupport | None = None) -> Standing:
        return Standing.model_validate(intake.decline_support(caller, request_id))

    return router


@contextmanager
def unknown_is_malformed() -> Iterator[None]:
    """What the network's configuration does not know is a fault in the body, named with what to do."""
    try:
        yield
    except UnknownHere as unknown:
        pointer = _POINTERS.get(unknown.field, f"#/{unknown.field}")
        raise Malformed([{"in": "body", "pointer": pointer, "reason": unknown.reason}]) from None
