"""Who can be offered: conditions that must hold, then wishes that give an order.

Pure and repeatable: the same need and candidates give the same options. No score is kept or shown; every
option tells by codes why it is there (MAT-29).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from matching.domain.need import Criterion, Need, Option, primary
from matching.domain.profile import Formality, Kind

MOST_OPTIONS = 4


@dataclass(frozen=True)
class Candidate:
    """A supporter as far as ranking looks.

    ``experience``: life domains of own experience, only with the supporter's own consent (CON-13);
    ``experience_shown``: residents may hear of it.
    """

    supporter_id: UUID
    kind: Kind
    organisation: str
    languages: tuple[str, ...]
    life_domains: tuple[str, ...]
    places: int
    places_free: int
    active: bool = True
    knows_the_resident: bool = False
    experience: tuple[str, ...] = ()
    experience_shown: bool = False


@dataclass(frozen=True)
class Bounds:
    """What limits and orders the options apart from the need itself.

    ``serving``: which organisations help residents of the municipality with which formality (NET-12).
    ``left_out``: organisations and persons that the resident does not want to take part (CON-04).
    ``never``: no click before in this case (MAT-09). ``last``: asked before for this question, so that
    others come first. ``own_first``: people of the coordinating organisation come first. ``wished``: the
    resident asked for this formality. ``seed`` spreads equals.
    """

    serving: Collection[tuple[str, Formality]]
    never: Collection[UUID] = ()
    left_out: Collection[str] = ()
    last: Collection[UUID] = ()
    own_first: bool = False
    wished: bool = False
    seed: UUID = field(default=UUID(int=0))


def options_for(need: Need, candidates: Iterable[Candidate], bounds: Bounds) -> tuple[Option, ...]:
    """At most MOST_OPTIONS, best first; at least one formal and one informal where there are (MAT-06).

    Empty when nobody fits: an unmet need, to be recorded.
    """
    fitting = [candidate for candidate in candidates if _fits(candidate, need, bounds)]
    fitting.sort(key=lambda candidate: _order(candidate, need, bounds))
    return tuple(
        Option(each.supporter_id, each.kind, each.organisation, _because(each, need, bounds))
        for each in _mixed(fitting)
    )


def _fits(candidate: Candidate, need: Need, bounds: Bounds) -> bool:
    return (
        candidate.active
        and (candidate.places_free > 0 or candidate.knows_the_resident)
        and candidate.supporter_id not in bounds.never
        and not {candidate.organisation, str(candidate.supporter_id)} & set(bounds.left_out)
        and (candidate.organisation, candidate.kind.formality) in bounds.serving
        and need.formality.admits(candidate.kind.formality)
        and (not need.language_barrier or bool(_shared_languages(candidate, need)))
    )


def _order(
    candidate: Candidate, need: Need, bounds: Bounds
) -> tuple[bool, bool, bool, int, int, int, float, bytes]:
    """Smallest first. The last part spreads equals over supporters, differently for each search."""
    return (
        candidate.supporter_id in bounds.last,
        not candidate.knows_the_resident,
        bounds.own_first and candidate.organisation != need.organisation,
        -len(_shared_domains(candidate, need)),
        -len(_shared_experience(candidate, need)),
        -len(_shared_languages(candidate, need) - {"nl"}),
        -candidate.places_free / max(1, candidate.places),
        sha256(bounds.seed.bytes + candidate.supporter_id.bytes).digest(),
    )


def _because(candidate: Candidate, need: Need, bounds: Bounds) -> tuple[Criterion, ...]:
    holds = {
        Criterion.CLICK: candidate.knows_the_resident,
        Criterion.LANGUAGE: bool(_shared_languages(candidate, need) - {"nl"}),
        Criterion.LIFE_DOMAIN: bool(_shared_domains(candidate, need)),
        Criterion.CLIENT_WISH: bounds.wished,
        Criterion.SIMILAR_EXPERIENCE: candidate.experience_shown
        and bool(_shared_experience(candidate, need)),
        Criterion.AVAILABILITY: True,
    }
    return tuple(criterion for criterion, true in holds.items() if true)


def _mixed(ranked: list[Candidate]) -> list[Candidate]:
    chosen = ranked[:MOST_OPTIONS]
    for formality in Formality:
        best = next((each for each in ranked if each.kind.formality is formality), None)
        if best is not None and best not in chosen:
            chosen[-1] = best
    return chosen


def _shared_languages(candidate: Candidate, need: Need) -> set[str]:
    return set(map(primary, candidate.languages)) & set(map(primary, need.languages))


def _shared_domains(candidate: Candidate, need: Need) -> set[str]:
    return set(candidate.life_domains) & set(need.life_domains)


def _shared_experience(candidate: Candidate, need: Need) -> set[str]:
    return set(candidate.experience) & set(need.life_domains)
