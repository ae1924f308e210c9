"""Who takes part in a network, in which roles, where and since when (NET-01, NET-09, NET-10, NET-12)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from contracts.codes import OrganisationType
from contracts.network.configuration import Configuration, Dated, Name, each_once
from contracts.values import Formality, Slug

EVERYWHERE = "all"
"""Stands alone in a list of municipalities and means: each one of the network."""

Does = Literal[
    "receives",  # requests come in on its coordinators' list
    "coordinates",  # is the coordination point of the network
    "supports",  # has supporters; `offers` says of which formality
    "contributes",  # gives aspects of support within its own work, with nobody to be chosen here
    "trains",
    "refers",
    "represents",  # speaks for residents (NET-17)
    "matches",  # brings people together outside this system
    "advises",
    "steers",  # sees counts only, never a case (REG-07)
    "finances",
]

TargetGroup = Literal[
    "jongeren",
    "ouderen",
    "ouders_gezin",
    "nah",
    "ggz",
    "lichamelijke_beperking",
    "verstandelijke_beperking_lvb",
    "laag_ses",
    "mantelzorgers",
    "niet_westerse_achtergrond",
]

Municipalities = Annotated[tuple[Slug, ...], Field(min_length=1), AfterValidator(each_once)]


class Municipality(Configuration):
    """A municipality in which the network helps residents."""

    id: Slug
    name: Name


class Role(Dated):
    """What an organisation does as one type of organisation; it may have several (NET-01).

    ``offers`` is apart from ``type``: an organisation of the formal type may consist of experience experts,
    and a team may be mixed (NET-10). ``individual_agreement`` means that a resident gets there only by an
    agreement of the municipality about one person (INT-26). ``focus`` is supply (NET-04), never a label on a
    person.
    """

    type: OrganisationType
    does: Annotated[tuple[Does, ...], Field(min_length=1), AfterValidator(each_once)]
    municipalities: Municipalities
    offers: Annotated[tuple[Formality, ...], AfterValidator(each_once)] = ()
    focus: Annotated[tuple[TargetGroup, ...], AfterValidator(each_once)] = ()
    individual_agreement: StrictBool = False

    def serves(self, municipality: str) -> bool:
        """Whether this role is for residents of that municipality."""
        return EVERYWHERE in self.municipalities or municipality in self.municipalities


class Organisation(Configuration):
    """An organisation; its ``id`` never changes, its name may (NET-09).

    ``waakvlam`` decides for this organisation what the network's switch decides for the others (WAA-11).
    """

    id: Slug
    name: Name
    earlier_names: tuple[Name, ...] = ()
    kvk: Annotated[str, StringConstraints(pattern=r"^\d{8}$")] | None = None
    waakvlam: StrictBool | None = None
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]

    def roles_on(self, on: date) -> tuple[Role, ...]:
        """Its roles on that day."""
        return tuple(role for role in self.roles if role.in_force(on))

    def types(self, on: date) -> tuple[str, ...]:
        """Its types on that day, each once."""
        return tuple(dict.fromkeys(role.type for role in self.roles_on(on)))

    def takes_part(self, on: date) -> bool:
        """Whether it has any role on that day."""
        return bool(self.roles_on(on))

    def does(self, what: Does, on: date, municipality: str | None = None) -> bool:
        """Whether it does that on that day, in that municipality or (None) anywhere."""
        return any(
            what in role.does and (municipality is None or role.serves(municipality))
            for role in self.roles_on(on)
        )

    def formalities(self, on: date, municipality: str, *, openly: bool = False) -> tuple[Formality, ...]:
        """The kinds of supporters that residents of that municipality find here.

        ``openly``: leave out what needs an individual agreement.
        """
        found = [
            formality
            for role in self.roles_on(on)
            if "supports" in role.does and role.serves(municipality)
            if not (openly and role.individual_agreement)
            for formality in role.offers
        ]
        return tuple(dict.fromkeys(found))
