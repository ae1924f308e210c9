"""What is asked for: the facts on which a supporter is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from matching.domain.profile import Formality, Kind


class Wanted(StrEnum):
    """Which side the resident asks for, or either."""

    INFORMAL = "informal"
    FORMAL = "formal"
    ANY = "any"

    def admits(self, formality: Formality) -> bool:
        """Whether a supporter of this formality fits."""
        return self is Wanted.ANY or self.value == formality.value


@dataclass(frozen=True)
class Need:
    """Codes and places only: nothing in it tells who the resident is.

    ``languages`` are those that the resident speaks easily; ``organisation`` coordinates the case.
    """

    life_domains: tuple[str, ...]
    languages: tuple[str, ...]
    formality: Wanted
    organisation: str
    network: str
    municipality: str

    @property
    def language_barrier(self) -> bool:
        """The resident does not speak Dutch easily: then language is no wish but a condition (MAT-03)."""
        return bool(self.languages) and "nl" not in map(primary, self.languages)


def primary(language: str) -> str:
    """The language of a tag without its region or script: ``nl-be`` is ``nl``."""
    return language.split("-", 1)[0]


class Criterion(StrEnum):
    """Why somebody is an option; each code is explained to people in the catalogue (MAT-29).

    Own experience is given as a reason only when the supporter wants that (CON-13).
    """

    LANGUAGE = "mat_language"
    LIFE_DOMAIN = "mat_life_domain"
    CLICK = "mat_click"
    CLIENT_WISH = "mat_client_wish"
    SIMILAR_EXPERIENCE = "mat_similar_experience"
    AVAILABILITY = "mat_availability"


@dataclass(frozen=True)
class Option:
    """A supporter whom the resident can choose, and why this one (MAT-10, MAT-29)."""

    supporter_id: UUID
    kind: Kind
    organisation: str
    because: tuple[Criterion, ...]
