"""Who is offered, and why (MAT-01, MAT-03, MAT-06, MAT-09, MAT-16, MAT-24, MAT-29, CON-13)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.examples.matching import BOUNDS, FORMAL, INFORMAL, SERVING, a_candidate, a_need
from tests.support.ids import a_supporter_id

from matching.domain.need import Criterion, Need, Option, Wanted
from matching.domain.options import MOST_OPTIONS, Bounds, Candidate, options_for
from matching.domain.profile import Formality, Kind

ARABIC = a_need(languages=("ar",))


def names(options: tuple[Option, ...], *known: str) -> list[str]:
    by_id = {a_supporter_id(name): name for name in known}
    return [by_id[option.supporter_id] for option in options]


def offered(candidate: Candidate, *, need: Need | None = None, bounds: Bounds = BOUNDS) -> bool:
    return bool(options_for(need or a_need(), [candidate], bounds))


def test_language_is_a_condition_when_there_is_a_barrier() -> None:
    assert not offered(a_candidate(languages=("nl", "tr")), need=ARABIC)
    assert offered(a_candidate(languages=("nl", "ar")), need=ARABIC)


def test_region_of_a_language_is_no_barrier() -> None:
    assert offered(a_candidate(languages=("nl",)), need=a_need(languages=("nl-be",)))
    assert offered(a_candidate(languages=("ar-ma",)), need=ARABIC)


def test_language_is_a_wish_when_the_resident_speaks_dutch_too() -> None:
    need = a_need(languages=("nl", "ar"))
    joost, samira = a_candidate("Joost"), a_candidate("Samira", languages=("nl", "ar"))
    assert names(options_for(need, [joost, samira], BOUNDS), "Joost", "Samira") == ["Samira", "Joost"]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (Wanted.INFORMAL, {Kind.VOLUNTEER, Kind.EXPERIENCE_EXPERT}),
        (Wanted.FORMAL, {Kind.FORMAL}),
        (Wanted.ANY, set(Kind)),
    ],
)
def test_formality_that_is_asked_for_is_a_condition(wanted: Wanted, kinds: set[Kind]) -> None:
    candidates = [a_candidate(kind.value, kind=kind) for kind in Kind]
    options = options_for(a_need(formality=wanted), candidates, BOUNDS)
    assert {option.kind for option in options} == kinds


def test_paused_supporter_is_not_offered() -> None:
    assert not offered(a_candidate(active=False))


def test_full_supporter_is_not_offered() -> None:
    assert not offered(a_candidate(places_free=0))


def test_who_helps_this_resident_already_is_offered_even_when_full() -> None:
    assert offered(a_candidate(places_free=0, knows_the_resident=True))


def test_person_without_click_is_not_offered_again() -> None:
    assert not offered(a_candidate("Joost"), bounds=replace(BOUNDS, never={a_supporter_id("Joost")}))


def test_organisation_must_serve_the_municipality_with_this_formality() -> None:
    assert not offered(a_candidate(organisation="somewhere-else"))
    assert not offered(a_candidate(kind=Kind.FORMAL, organisation=INFORMAL))


def test_formal_and_informal_are_both_offered_where_there_are() -> None:
    volunteers = [a_candidate(f"volunteer {n}", life_domains=("financien",)) for n in range(6)]
    professional = a_candidate("Mirjam", kind=Kind.FORMAL)
    options = options_for(a_need(), [*volunteers, professional], BOUNDS)
    assert [option.kind for option in options] == [Kind.VOLUNTEER] * 3 + [Kind.FORMAL]


def test_one_kind_alone_is_offered_when_there_is_no_other() -> None:
    options = options_for(a_need(), [a_candidate("Joost"), a_candidate("Samira")], BOUNDS)
    assert len(options) == 2


def test_fitting_life_domains_come_first() -> None:
    candidates = [
        a_candidate("none"),
        a_candidate("both", life_domains=("wonen", "financien", "leren")),
        a_candidate("one", life_domains=("wonen",)),
    ]
    options = options_for(a_need(), candidates, BOUNDS)
    assert names(options, "none", "one", "both") == ["both", "one", "none"]


def test_who_has_more_room_comes_first_among_equals() -> None:
    candidates = [a_candidate("busy", places=4, places_free=1), a_candidate("free", places=4, places_free=4)]
    assert names(options_for(a_need(), candidates, BOUNDS), "busy", "free") == ["free", "busy"]


def test_earlier_supporter_of_this_resident_is_easy_to_find() -> None:
    candidates = [
        a_candidate("new", life_domains=("financien", "wonen")),
        a_candidate("Joost", knows_the_resident=True),
    ]
    options = options_for(a_need(), candidates, BOUNDS)
    assert names(options, "new", "Joost") == ["Joost", "new"]
    assert Criterion.CLICK in options[0].because


def test_who_declined_this_question_comes_last() -> None:
    candidates = [a_candidate("Joost", life_domains=("financien",)), a_candidate("Samira")]
    bounds = replace(BOUNDS, last={a_supporter_id("Joost")})
    assert names(options_for(a_need(), candidates, bounds), "Joost", "Samira") == ["Samira", "Joost"]


def test_own_organisation_comes_first_where_the_network_wants_that() -> None:
    candidates = [
        a_candidate("other", organisation="other", life_domains=("financien",)),
        a_candidate("own", organisation=INFORMAL),
    ]
    bounds = Bounds(serving=SERVING | {("other", Formality.INFORMAL)})
    assert names(options_for(a_need(), candidates, bounds), "own", "other") == ["other", "own"]
    own_first = replace(bounds, own_first=True)
    assert names(options_for(a_need(), candidates, own_first), "own", "other") == ["own", "other"]


def test_every_option_tells_why() -> None:
    candidate = replace(
        a_candidate(languages=("ar",), life_domains=("wonen",), knows_the_resident=True),
        experience=("wonen",),
        experience_shown=True,
    )
    (option,) = options_for(ARABIC, [candidate], replace(BOUNDS, wished=True))
    assert set(option.because) == set(Criterion)
    (plain,) = options_for(a_need(), [a_candidate()], BOUNDS)
    assert plain.because == (Criterion.AVAILABILITY,)


def test_own_experience_counts_when_it_is_shared_and_is_told_only_when_it_may_be() -> None:
    """CON-13: what a supporter lived through is theirs to tell."""
    plain = [a_candidate(f"volunteer {n}", life_domains=()) for n in range(3)]
    shared = replace(a_candidate("Samira", life_domains=()), experience=("financien",))
    first = options_for(a_need(), [*plain, shared], BOUNDS)[0]
    assert first.supporter_id == shared.supporter_id
    assert Criterion.SIMILAR_EXPERIENCE not in first.because
    shown = options_for(a_need(), [*plain, replace(shared, experience_shown=True)], BOUNDS)[0]
    assert Criterion.SIMILAR_EXPERIENCE in shown.because


def test_equals_are_spread_over_supporters() -> None:
    candidates = [a_candidate(f"volunteer {n}") for n in range(12)]
    firsts = {
        options_for(a_need(), candidates, replace(BOUNDS, seed=UUID(int=n)))[0].supporter_id
        for n in range(60)
    }
    assert len(firsts) > 6


def test_nobody_fits_without_candidates() -> None:
    assert options_for(a_need(), [], BOUNDS) == ()


LANGUAGES = st.lists(st.sampled_from(["nl", "ar", "tr", "pl"]), min_size=1, max_size=2, unique=True).map(
    tuple
)
DOMAINS = st.lists(st.sampled_from(["wonen", "financien", "leren"]), max_size=3, unique=True).map(tuple)
candidates_of_all_sorts = st.lists(
    st.builds(
        Candidate,
        supporter_id=st.integers(0, 99).map(lambda n: UUID(int=n)),
        kind=st.sampled_from(Kind),
        organisation=st.sampled_from([INFORMAL, FORMAL]),
        languages=LANGUAGES,
        life_domains=DOMAINS,
        places=st.just(3),
        places_free=st.integers(0, 3),
        active=st.booleans(),
        knows_the_resident=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda candidate: candidate.supporter_id,
)


@given(
    candidates=candidates_of_all_sorts,
    languages=LANGUAGES,
    wanted=st.sampled_from(Wanted),
    order=st.randoms(),
)
@settings(deadline=None)
def test_options_are_few_mixed_fitting_and_the_same_again(
    candidates: list[Candidate], languages: tuple[str, ...], wanted: Wanted, order: object
) -> None:
    need, never = a_need(languages=languages, formality=wanted), {UUID(int=7)}
    bounds = replace(BOUNDS, never=never)
    options = options_for(need, candidates, bounds)
    alone = [each for each in candidates if options_for(need, [each], bounds)]
    assert len(options) == min(MOST_OPTIONS, len(alone))
    assert {option.supporter_id for option in options} <= {each.supporter_id for each in alone} - never
    assert {option.kind.formality for option in options} == {each.kind.formality for each in alone}
    shuffled = list(candidates)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert options_for(need, shuffled, bounds) == options
