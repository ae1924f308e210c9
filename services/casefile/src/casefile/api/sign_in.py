"""How residents get in: papers handed out and taken back, and sessions for whoever proves to be the person.

Codes and PINs stand in bodies only, never in an address.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from casefile.application.binding import Binding
from casefile.application.handing_out import HandingOut
from casefile.application.resident_sign_in import SigningIn
from casefile.domain.pins import LONGEST, SHORTEST
from chassis.http import ApiModel, AsCaller, UtcTime

CREATED = 201
Typed = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Pin = Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{SHORTEST},{LONGEST}}}$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class HandOutCode(ApiModel):
    """Who hands it out says in which case, and how it reaches the person."""

    case_id: UUID
    handed: Literal["in_person", "letter"]


class Paper(ApiModel):
    """What goes on paper, and is shown here only: keep it nowhere else."""

    person_id: UUID
    issue_id: UUID
    code: str = Field(repr=False, description="Works once, to choose a PIN.")
    sign_in_name: str = Field(repr=False, description="Works with the PIN, once that is chosen.")
    valid_until: UtcTime = Field(description="Until when the code works.")


class TakeBack(ApiModel):
    """In which case; the person leaves it out."""

    case_id: UUID | None = None


class BindProvider(ApiModel):
    """A token of the provider, just got."""

    provider_token: Token = Field(repr=False)


class Mine(ApiModel):
    """Whose sign-in changed."""

    person_id: UUID


class StartSession(ApiModel):
    """One of three ways: code and newPin, signInName and pin, or providerToken."""

    code: Typed | None = Field(None, repr=False)
    new_pin: Pin | None = Field(None, repr=False)
    sign_in_name: Typed | None = Field(None, repr=False)
    pin: Pin | None = Field(None, repr=False)
    provider_token: Token | None = Field(None, repr=False)
    representing: UUID | None = Field(None, description="The person on whose behalf; for a representative.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = self.model_fields_set - {"representing"}
        ways = ({"code", "new_pin"}, {"sign_in_name", "pin"}, {"provider_token"})
        if given not in ways or any(getattr(self, name) is None for name in given):
            raise PydanticCustomError(
                "one_way", "needs code and newPin, or signInName and pin, or providerToken"
            )
        return self


class Session(ApiModel):
    """An access token for every service, and for how many seconds."""

    access_token: str = Field(repr=False)
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a kind, no secret
    expires_in: int


def sign_in_commands(
    handing_out: HandingOut, binding: Binding, signing_in: SigningIn, seconds: int
) -> APIRouter:
    """The routes; a session lasts so many ``seconds``."""
    router = APIRouter(tags=["residents' sign-in"])

    @router.post(
        "/people/{person_id}/sign-in-codes", status_code=CREATED, summary="Make a paper to sign in with"
    )
    def hand_out_sign_in_code(caller: AsCaller, person_id: UUID, asked: HandOutCode) -> Paper:
        return Paper.model_validate(handing_out.hand_out(caller, person_id, asked.case_id, asked.handed))

    @router.post(
        "/people/{person_id}/sign-in-revocations", status_code=CREATED, summary="Nothing of it works any more"
    )
    def revoke_sign_in(caller: AsCaller, person_id: UUID, asked: TakeBack) -> Mine:
        return Mine.model_validate(handing_out.take_back(caller, person_id, asked.case_id))

    @router.post(
        "/people/{person_id}/sign-in-bindings", status_code=CREATED, summary="Sign in through a provider too"
    )
    def bind_provider(caller: AsCaller, person_id: UUID, asked: BindProvider) -> Mine:
        return Mine.model_validate(binding.bind(caller, person_id, asked.provider_token))

    @router.post(
        "/resident-sessions",
        status_code=CREATED,
        summary="Sign in as a resident, or for one",
        responses={409: {"description": "Not signed in"}, 429: {"description": "Tried too often"}},
    )
    def start_resident_session(request: Request, asked: StartSession) -> Session:
        return Session(access_token=_token(signing_in, asked, _address(request)), expires_in=seconds)

    return router


def _token(signing_in: SigningIn, asked: StartSession, address: str) -> str:
    if asked.code is not None and asked.new_pin is not None:
        return signing_in.first_time(asked.code, asked.new_pin, address, asked.representing)
    if asked.sign_in_name is not None and asked.pin is not None:
        return signing_in.with_pin(asked.sign_in_name, asked.pin, address, asked.representing)
    return signing_in.through_provider(asked.provider_token or "", address, asked.representing)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
