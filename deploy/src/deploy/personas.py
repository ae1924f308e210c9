"""Invented people of the made-up provider, one for each role, and one with several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from deploy.embedded.faults import DataFolderRefused
from deploy.issuer import PRIVATE, mint, mint_for_person
from deploy.secret_files import Secrets

_INVENTED = UUID("3d5f0a0e-7a44-5b0f-9c0b-52a0b5a5d1c7")
ORGANISATION = "smwo"
"""Where a persona works when no organisation is given: it coordinates in the Oosterschelde region."""


@dataclass(frozen=True, slots=True)
class Persona:
    """What an invented person may do; ``roles`` of staff, or none for who signs in for their own case."""

    name: str
    does: str
    roles: tuple[str, ...] = ()


PERSONAS = (
    Persona("coordinator", "works the list of an organisation", ("role_coordinator",)),
    Persona("supporter", "supports; --subject is the supporter's id", ("role_supporter",)),
    Persona("backup", "is there when the supporter is not", ("role_backup",)),
    Persona("case-manager", "keeps the whole of a complex case", ("role_case_manager",)),
    Persona("volunteer-manager", "looks after volunteers", ("role_volunteer_manager",)),
    Persona("auditor", "reviews histories of an organisation", ("role_auditor",)),
    Persona("administrator", "configures, and sees no case", ("role_administrator",)),
    Persona("network-coordinator", "steers the network by counts", ("role_network_coordinator",)),
    Persona("policy-adviser", "reads counts for a municipality", ("role_policy_adviser",)),
    Persona(
        "coordinator-and-supporter",
        "has two roles, and says which with Acting-As",
        ("role_coordinator", "role_supporter"),
    ),
    Persona("resident", "whose own case it is; --person is their id"),
    Persona("representative", "speaks for a resident; --represents is that resident's id"),
)


def persona(name: str) -> Persona | None:
    """The persona of that name."""
    return next((each for each in PERSONAS if each.name == name), None)


def invented_id(name: str) -> UUID:
    """The id of an invented person when none is given."""
    return uuid5(_INVENTED, name)


def token_for(
    secrets: Secrets,
    who: Persona,
    *,
    organisation: str = ORGANISATION,
    subject: str | None = None,
    person: UUID | None = None,
    represents: UUID | None = None,
) -> str:
    """A token to try the API with by hand. Raises DataFolderRefused where people sign in elsewhere."""
    if not secrets.path(PRIVATE).exists():
        raise DataFolderRefused(
            "Nobody signs in through the made-up provider on this data folder: nothing was started on it "
            "yet, or your own provider signs people in and gives the tokens."
        )
    now = datetime.now(UTC)
    if who.roles:
        named = subject or f"{who.name}-{organisation}"
        return mint(secrets, subject=named, organisation=organisation, roles=who.roles, now=now)
    spoken_for = (represents or invented_id("resident")) if who.name == "representative" else None
    return mint_for_person(secrets, person=person or invented_id(who.name), represents=spoken_for, now=now)
