"""Supporters and searches in the states that a story can begin with. All people are invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from tests.support.clock import START
from tests.support.ids import a_case_id, a_part_id, a_supporter_id

from matching.domain import pairing
from matching.domain.case import CaseSearches
from matching.domain.choosing import Side, Term
from matching.domain.names import search_id_of
from matching.domain.need import Criterion, Need, Option, Wanted
from matching.domain.options import Bounds, Candidate
from matching.domain.profile import ExperienceLevel, Formality, Kind, Profile
from matching.domain.search import Ending, Search
from matching.domain.supporter import Supporter

NETWORK = "almere"
MUNICIPALITY = "almere"
INFORMAL = "ixta-noa"
FORMAL = "mee-samen"
ANSWER_WITHIN = timedelta(hours=1)
TERM = Term(START + ANSWER_WITHIN, network_version=1)

VOLUNTEER = Profile(Kind.VOLUNTEER, None, paid=False, organisation=INFORMAL)
EXPERT = Profile(Kind.EXPERIENCE_EXPERT, ExperienceLevel.TRAINED, paid=True, organisation=INFORMAL)
PROFESSIONAL = Profile(Kind.FORMAL, None, paid=True, organisation=FORMAL)

A_NEED = Need(
    life_domains=("financien", "wonen"),
    languages=("nl",),
    formality=Wanted.ANY,
    organisation=INFORMAL,
    network=NETWORK,
    municipality=MUNICIPALITY,
)
SERVING = frozenset({(INFORMAL, Formality.INFORMAL), (FORMAL, Formality.FORMAL)})
BOUNDS = Bounds(serving=SERVING)


def a_need(
    *,
    languages: tuple[str, ...] = ("nl",),
    formality: Wanted = Wanted.ANY,
    life_domains: tuple[str, ...] = ("financien", "wonen"),
) -> Need:
    return replace(A_NEED, languages=languages, formality=formality, life_domains=life_domains)


def a_supporter(
    name: str = "Joost",
    *,
    profile: Profile = VOLUNTEER,
    places: int = 2,
    languages: tuple[str, ...] = ("nl",),
    life_domains: tuple[str, ...] = ("financien",),
) -> Supporter:
    """Active, and free for two residents at a time unless said otherwise."""
    return Supporter.register(
        a_supporter_id(name),
        network=NETWORK,
        profile=profile,
        languages=languages,
        life_domains=life_domains,
        places=places,
        now=START,
    )


def a_paused_supporter() -> Supporter:
    supporter = a_supporter()
    supporter.pause(now=START)
    return supporter


def a_supporter_who_left(*, erased: bool = False) -> Supporter:
    supporter = a_supporter()
    supporter.leave(erased=erased, now=START)
    return supporter


def a_candidate(
    name: str = "Joost",
    *,
    kind: Kind = Kind.VOLUNTEER,
    languages: tuple[str, ...] = ("nl",),
    life_domains: tuple[str, ...] = (),
    places: int = 2,
    places_free: int = 2,
    active: bool = True,
    knows_the_resident: bool = False,
    organisation: str | None = None,
) -> Candidate:
    """Somebody who can be offered to a Dutch-speaking resident, unless said otherwise."""
    return Candidate(
        supporter_id=a_supporter_id(name),
        kind=kind,
        organisation=organisation or (FORMAL if kind is Kind.FORMAL else INFORMAL),
        languages=languages,
        life_domains=life_domains,
        places=places,
        places_free=places_free,
        active=active,
        knows_the_resident=knows_the_resident,
    )


def an_option(supporter: Supporter) -> Option:
    profile = supporter.profile
    return Option(supporter.id, profile.kind, profile.organisation, (Criterion.AVAILABILITY,))


def a_case(case_id: UUID | None = None) -> CaseSearches:
    return CaseSearches.begin_case(case_id or a_case_id(), now=START)


def an_open_search(
    part: str = "first", *, case_id: UUID | None = None, need: Need = A_NEED, answers: UUID | None = None
) -> Search:
    """A part came in, and nobody was offered yet."""
    part_id = a_part_id(part)
    return Search.open(
        search_id_of(answers or part_id),
        case_id=case_id or a_case_id(),
        part_id=part_id,
        need=need,
        answers=answers,
        now=START,
    )


class Story:
    """A search, its case and the supporters in it, so that a test can go on from any step."""

    def __init__(self, *supporters: Supporter, search: Search | None = None, now: datetime = START) -> None:
        self.now = now
        self.supporters = supporters or (a_supporter("Joost"), a_supporter("Mirjam", profile=PROFESSIONAL))
        self.search = search or an_open_search()
        self.case = a_case(self.search.case_id)
        self.case.add_search(self.search.id, self.search.part_id, now=now)

    @property
    def joost(self) -> Supporter:
        """The first supporter."""
        return self.supporters[0]

    @property
    def match_id(self) -> UUID:
        """The current proposal or match."""
        assert self.search.match is not None
        return self.search.match.match_id

    def offered(self) -> Story:
        self.search.offer(tuple(map(an_option, self.supporters)), network_version=1, now=self.now)
        return self

    def proposed(self, supporter: Supporter | None = None) -> Story:
        self.offered()
        pairing.choose(self.search, supporter or self.joost, self.case, term=TERM, now=self.now)
        return self

    def accepted(self, by: Side) -> Story:
        assert self.search.match is not None
        supporter_id = self.search.match.supporter_id
        supporter = next(each for each in self.supporters if each.id == supporter_id)
        pairing.accept(self.search, supporter, self.match_id, by, term=TERM, now=self.now)
        return self

    def matched(self) -> Story:
        return self.proposed().accepted(Side.RESIDENT).accepted(Side.SUPPORTER)

    def awaiting_handover(self) -> Story:
        self.matched().search.confirm(self.match_id, after_handover=True, now=self.now)
        return self

    def running(self) -> Story:
        self.matched().search.confirm(self.match_id, after_handover=False, now=self.now)
        return self

    def ended(self) -> Story:
        self.running()
        pairing.close(self.search, self.joost, Ending.PART_CLOSED, now=self.now)
        return self


def an_offered_search() -> Search:
    return Story().offered().search


def a_proposed_search() -> Search:
    return Story().proposed().search


def a_matched_search() -> Search:
    return Story().matched().search


def a_search_awaiting_handover() -> Search:
    return Story().awaiting_handover().search


def a_running_search() -> Search:
    return Story().running().search


def an_ended_search() -> Search:
    return Story().ended().search


EVERY_STAGE: dict[str, Callable[[], Search]] = {
    "open": an_open_search,
    "offered": an_offered_search,
    "proposed": a_proposed_search,
    "matched": a_matched_search,
    "awaiting handover": a_search_awaiting_handover,
    "running": a_running_search,
    "ended": an_ended_search,
}
