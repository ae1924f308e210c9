"""Who signed in, and in which of their roles they ask."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

__all__ = [
    "ACTING_AS",
    "NO_ORGANISATION",
    "Kind",
    "Principal",
    "RoleNotChosen",
    "RoleNotHeld",
    "acting_as",
]

ACTING_AS = "Acting-As"
"""The request header that names the role somebody with several roles acts in."""

NO_ORGANISATION = "-"
"""What stands for the organisation of a person who signs in for themselves or for somebody they represent."""

Kind = Literal["staff", "person"]


class RoleNotChosen(Exception):
    """Somebody with several roles did not say which one they act in: 400, naming the header."""


class RoleNotHeld(Exception):
    """The role that was named is not one of the asker's: 403."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who signed in: the provider's opaque subject, one organisation, the roles held there. No name, ever.

    ``role`` is the one acted in, "" when it was not chosen or there is none; somebody with one role acts in
    it. Staff and volunteers are of kind ``staff``. Of kind ``person`` is somebody whose own case it is:
    ``person`` is that person's id, ``organisation`` is "-", and ``represents`` names the person on whose
    behalf they ask, if any. ``issuer`` is who signed the token: a subject means nothing without it.
    """

    subject: str
    organisation: str
    roles: frozenset[str] = frozenset()
    role: str = ""
    kind: Kind = "staff"
    person: UUID | None = None
    represents: UUID | None = None
    issuer: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if (self.kind == "person") != (self.person is not None):
            raise ValueError("a person, and nobody else, has a person id")
        if self.kind == "staff" and self.represents is not None:
            raise ValueError("staff represents nobody")
        if self.role and self.role not in self.roles:
            raise ValueError("a role is acted in only by who holds it")
        if not self.role and len(self.roles) == 1:
            object.__setattr__(self, "role", next(iter(self.roles)))


def acting_as(principal: Principal, header: str | None) -> Principal:
    """The same principal, acting in one role: the only one held, or the one that the header names.

    Somebody without any role acts in none. Raises `RoleNotChosen` and `RoleNotHeld`.
    """
    if header is not None:
        if header not in principal.roles:
            raise RoleNotHeld
        return replace(principal, role=header)
    if not principal.role and principal.roles:
        raise RoleNotChosen
    return principal
