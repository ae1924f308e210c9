"""Whatever happens in whatever order, over real searches and supporters: places, choice and steps stay right.

The world below does what the commands and subscriptions do; a wrong world at the end shows that each of the
rules would be found broken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.support.clock import START
from tests.support.examples.matching import (
    EXPERT,
    PROFESSIONAL,
    SERVING,
    TERM,
    VOLUNTEER,
    a_case,
    a_need,
    a_supporter,
)
from tests.support.given_when_then import assert_replays
from tests.support.ids import a_case_id, a_part_id, an_id

from chassis.aggregates import Aggregate, Refused
from matching.domain import pairing
from matching.domain.case import CaseSearches
from matching.domain.choosing import CHOOSING, MATCHED, Side, Stage
from matching.domain.names import search_id_of
from matching.domain.need import Wanted
from matching.domain.options import Bounds, Candidate, options_for
from matching.domain.search import Ending, Search
from matching.domain.supporter import Claim, Standing, Supporter

CASES = [a_case_id("Anna"), a_case_id("Bart")]
PARTS = [a_part_id("letters"), a_part_id("home")]
SEARCHES = st.integers(0, 5)
SUPPORTERS = st.integers(0, 3)


class World(RuleBasedStateMachine):
    """Two cases with two parts and their escalations, four supporters with few places."""

    def __init__(self) -> None:
        super().__init__()
        self.supporters = {
            each.id: each
            for each in (
                a_supporter("Joost", places=1),
                a_supporter("Samira", profile=EXPERT, places=1, languages=("nl", "ar")),
                a_supporter("Wim", profile=VOLUNTEER, places=2),
                a_supporter("Mirjam", profile=PROFESSIONAL, places=1),
            )
        }
        self.cases = {case_id: a_case(case_id) for case_id in CASES}
        self.searches: dict[UUID, Search] = {}
        self.full: dict[UUID, int] = {}
        self.said_no_click: set[tuple[UUID, UUID]] = set()
        self.old_matches: list[UUID] = []
        for case, part in ((0, 0), (1, 0), (0, 1)):
            self.open_search(CASES[case], PARTS[part], escalated=False, arabic=False)

    # What happens. Each step is refused as a whole or done as a whole.

    def attempt(self, step: Callable[[], object]) -> bool:
        before = {each.id: each.version for each in self.everything()}
        self.full = {each.id: len(each.cases) for each in self.supporters.values()}
        try:
            step()
        except Refused:
            assert {each.id: each.version for each in self.everything()} == before, "half done"
            return False
        return True

    def everything(self) -> list[Aggregate]:
        return [*self.supporters.values(), *self.cases.values(), *self.searches.values()]

    def a_search(self, nth: int, stages: Collection[Stage] = tuple(Stage)) -> Search | None:
        """One of the searches at these stages; steps that often fit make long stories."""
        known = [search for search in self.searches.values() if search.stage in stages]
        return known[nth % len(known)] if known else None

    def a_supporter(self, nth: int) -> Supporter:
        return list(self.supporters.values())[nth]

    def whose(self, search: Search) -> Supporter | None:
        return self.supporters[search.match.supporter_id] if search.match else None

    @rule(
        case=st.sampled_from(CASES),
        part=st.sampled_from(PARTS),
        escalated=st.booleans(),
        arabic=st.booleans(),
    )
    def search_opens(self, case: UUID, part: UUID, escalated: bool, arabic: bool) -> None:
        self.open_search(case, part, escalated=escalated, arabic=arabic)

    def open_search(self, case: UUID, part: UUID, *, escalated: bool, arabic: bool) -> None:
        answers = an_id("escalation", str(case), str(part)) if escalated else None
        search_id = search_id_of(answers or an_id(str(case), str(part)))
        if search_id in self.searches:
            return
        wanted = Wanted.FORMAL if escalated else Wanted.ANY
        need = a_need(languages=("ar",) if arabic else ("nl",), formality=wanted)
        self.searches[search_id] = Search.open(
            search_id, case_id=case, part_id=part, need=need, answers=answers, now=START
        )
        self.cases[case].add_search(search_id, part, now=START)

    @rule(steps=st.lists(st.tuples(SEARCHES, SUPPORTERS), min_size=1, max_size=12))
    def things_go_well(self, steps: list[tuple[int, int]]) -> None:
        """The step that a search waits for, for one search after another."""
        for nth, which in steps:
            search = self.a_search(nth)
            if not search or search.stage is Stage.ENDED:
                continue
            if search.stage in CHOOSING and not (search.stage is Stage.OFFERED and search.options):
                self.offer(search)
            elif search.stage is Stage.OFFERED:
                self.choose_among(search, which)
            elif search.stage is Stage.PROPOSED and search.match:
                (*_, by) = set(Side) - set(search.match.accepted_by)
                self.answer(search, by)
            elif search.match and search.stage is Stage.AWAITING_ANSWER:
                search.confirm(search.match.match_id, after_handover=bool(search.answers), now=START)
            elif search.match:
                search.complete_handover(search.match.match_id, now=START)
            self.places_are_never_over_capacity()

    @rule(nth=SEARCHES)
    def coordinator_offers(self, nth: int) -> None:
        search = self.a_search(nth, CHOOSING)
        if search:
            self.offer(search)

    def offer(self, search: Search) -> None:
        candidates = [
            Candidate(
                each.id,
                each.profile.kind,
                each.profile.organisation,
                each.languages,
                each.life_domains,
                each.places,
                each.places_free,
                each.standing is Standing.ACTIVE,
                search.case_id in each.cases,
            )
            for each in self.supporters.values()
        ]
        bounds = Bounds(SERVING, never=self.cases[search.case_id].no_clicks, last=search.passed_over)
        options = options_for(search.need, candidates, bounds)
        if self.attempt(lambda: search.offer(options, network_version=1, now=START)):
            offered = {option.supporter_id for option in search.options}
            assert not {(search.case_id, each) for each in offered} & self.said_no_click

    @rule(nth=SEARCHES, which=SUPPORTERS, anybody=st.integers(0, 9))
    def resident_chooses(self, nth: int, which: int, anybody: int) -> None:
        search = self.a_search(nth, {Stage.OFFERED})
        if search:
            if anybody:
                self.choose_among(search, which)
            else:
                self.attempt(lambda: self.choose(search, self.a_supporter(which), self.cases[search.case_id]))

    def choose_among(self, search: Search, which: int) -> None:
        option = search.options[which % len(search.options)]
        supporter, case = self.supporters[option.supporter_id], self.cases[search.case_id]
        self.attempt(lambda: self.choose(search, supporter, case))

    def choose(self, search: Search, supporter: Supporter, case: CaseSearches) -> None:
        pairing.choose(search, supporter, case, term=TERM, now=START)

    @rule(nth=SEARCHES, by=st.sampled_from(Side))
    def one_side_accepts(self, nth: int, by: Side) -> None:
        search = self.a_search(nth, {Stage.PROPOSED})
        if search:
            self.answer(search, by)

    def answer(self, search: Search, by: Side) -> None:
        if search.match:
            supporter, match_id = self.supporters[search.match.supporter_id], search.match.match_id
            self.attempt(lambda: self.accept(search, supporter, match_id, by))

    def accept(self, search: Search, supporter: Supporter, match_id: UUID, by: Side) -> None:
        pairing.accept(search, supporter, match_id, by, term=TERM, now=START)

    @rule(nth=SEARCHES, by=st.sampled_from(Side))
    def one_side_declines(self, nth: int, by: Side) -> None:
        search = self.a_search(nth, {Stage.PROPOSED})
        if search and search.match:
            supporter, match_id = self.supporters[search.match.supporter_id], search.match.match_id
            self.attempt(lambda: pairing.decline(search, supporter, match_id, by, now=START))

    @rule(nth=SEARCHES)
    def no_click(self, nth: int) -> None:
        search = self.a_search(nth, {Stage.PROPOSED, *MATCHED})
        if search and search.match:
            supporter, match_id = self.supporters[search.match.supporter_id], search.match.match_id
            if self.attempt(lambda: self.report_no_click(search, supporter, match_id)):
                self.said_no_click.add((search.case_id, supporter.id))
                self.old_matches.append(match_id)

    def report_no_click(self, search: Search, supporter: Supporter, match_id: UUID) -> None:
        case = self.cases[search.case_id]
        pairing.report_no_click(case, self.searches, supporter, match_id, now=START)

    @rule(nth=SEARCHES, after_handover=st.booleans())
    def case_file_confirms(self, nth: int, after_handover: bool) -> None:
        search = self.a_search(nth, MATCHED)
        if search and search.match:
            search.confirm(search.match.match_id, after_handover=after_handover, now=START)

    @rule(nth=SEARCHES)
    def handover_completes(self, nth: int) -> None:
        search = self.a_search(nth, MATCHED)
        if search and search.match:
            search.complete_handover(search.match.match_id, now=START)

    @rule(nth=SEARCHES)
    def answer_does_not_come(self, nth: int) -> None:
        search = self.a_search(nth, MATCHED)
        if search and search.match:
            search.note_overdue(search.match.match_id, now=TERM.answer_by)

    @rule(nth=SEARCHES, reason=st.sampled_from([Ending.ASSIGNMENT_REFUSED, Ending.HANDOVER_DECLINED]))
    def case_file_refuses(self, nth: int, reason: Ending) -> None:
        search = self.a_search(nth, MATCHED)
        if search and search.match:
            supporter, match_id = self.supporters[search.match.supporter_id], search.match.match_id
            self.old_matches.append(match_id)
            self.attempt(lambda: pairing.end_match(search, supporter, match_id, reason, now=START))

    @rule(nth=SEARCHES, data=st.data())
    def late_answers_come(self, nth: int, data: st.DataObject) -> None:
        search = self.a_search(nth)
        if search and self.old_matches:
            match_id = data.draw(st.sampled_from(self.old_matches))
            if search.match is None or search.match.match_id != match_id:
                before = search.version
                search.confirm(match_id, after_handover=True, now=START)
                search.complete_handover(match_id, now=START)
                assert search.version == before

    @rule(case=st.sampled_from(CASES), part=st.sampled_from(PARTS))
    def part_closes(self, case: UUID, part: UUID) -> None:
        for search_id in self.cases[case].of_part(part):
            search = self.searches[search_id]
            pairing.close(search, self.whose(search), Ending.PART_CLOSED, now=START)
            assert search.stage is Stage.ENDED

    @rule(which=SUPPORTERS)
    def supporter_pauses(self, which: int) -> None:
        supporter = self.a_supporter(which)
        self.attempt(lambda: pairing.pause(supporter, self.searches, now=START))

    @rule(which=SUPPORTERS)
    def supporter_resumes(self, which: int) -> None:
        self.attempt(lambda: self.a_supporter(which).resume(now=START))

    @rule(which=SUPPORTERS, places=st.integers(0, 2))
    def places_change(self, which: int, places: int) -> None:
        self.attempt(lambda: self.a_supporter(which).change_places(places, now=START))

    @rule(erased=st.booleans(), really=st.integers(0, 3))
    def wim_leaves(self, erased: bool, really: int) -> None:
        if not really:
            pairing.leave(self.a_supporter(2), self.searches, erased=erased, now=START)

    # What always holds.

    @invariant()
    def places_are_never_over_capacity(self) -> None:
        for each in self.supporters.values():
            before = self.full.get(each.id, 0)
            assert len(each.cases) <= max(each.places, before), "a place that was not there"

    @invariant()
    def matched_search_holds_a_place_until_it_ends(self) -> None:
        held = {m: claim.search_id for each in self.supporters.values() for m, claim in each.held.items()}
        made = {s.match.match_id: s.id for s in self.searches.values() if s.match and s.stage in MATCHED}
        assert held == made

    @invariant()
    def proposed_search_is_known_to_whom_it_asks(self) -> None:
        asked = {m: claim.search_id for each in self.supporters.values() for m, claim in each.asked.items()}
        proposed = {
            s.match.match_id: s.id for s in self.searches.values() if s.match and s.stage is Stage.PROPOSED
        }
        assert asked == proposed

    @invariant()
    def person_without_click_is_never_proposed_again_in_that_case(self) -> None:
        for search in self.searches.values():
            if search.match and search.stage is Stage.PROPOSED:
                assert (search.case_id, search.match.supporter_id) not in self.said_no_click

    @invariant()
    def somebody_can_always_do_the_next_step(self) -> None:
        for search in self.searches.values():
            assert not stuck(search), f"{search.stage}: nobody can go on"

    @invariant()
    def who_is_away_is_asked_nothing(self) -> None:
        for each in self.supporters.values():
            assert each.standing is Standing.ACTIVE or not each.asked
            assert each.standing is not Standing.LEFT or not each.held

    def teardown(self) -> None:
        for each in self.everything():
            assert_replays(each)


def stuck(search: Search) -> bool:
    """Whether a search stands somewhere without anybody who can take it further."""
    if search.stage in CHOOSING:
        return search.match is not None or (search.stage is Stage.OFFERED) is not bool(search.options)
    if search.stage is Stage.PROPOSED:
        return search.match is None or len(search.match.accepted_by) > 1
    if search.stage is Stage.AWAITING_ANSWER:
        return search.match is None or search.match.answer_by is None
    return (search.match is None) is not (search.stage is Stage.ENDED)


class PlaceNotTaken(World):
    """Wrong: the second yes makes a match without taking a place."""

    def accept(self, search: Search, supporter: Supporter, match_id: UUID, by: Side) -> None:
        search.accept(match_id, by, profile=supporter.profile, term=TERM, now=START)


class PlaceTakenUnseen(World):
    """Wrong: whether there is a place was decided earlier, by something that lags behind."""

    def accept(self, search: Search, supporter: Supporter, match_id: UUID, by: Side) -> None:
        if search.completes(match_id, by):
            claim = supporter.asked[match_id]
            supporter.happened(Supporter.PlaceTaken, now=START, match_id=match_id, claim=claim)
        search.accept(match_id, by, profile=supporter.profile, term=TERM, now=START)


class NoClickForgotten(World):
    """Wrong: no click ends the match, and that is all."""

    def report_no_click(self, search: Search, supporter: Supporter, match_id: UUID) -> None:
        search.report_no_click(match_id, now=START)
        supporter.drop_question(match_id, now=START)
        supporter.free_place(match_id, now=START)


class HalfDone(World):
    """Wrong: the search goes on before the supporter can refuse."""

    def choose(self, search: Search, supporter: Supporter, case: CaseSearches) -> None:
        match_id = search.next_match_id
        search.choose(supporter.id, term=TERM, now=START)
        supporter.ask(match_id, Claim(search.id, search.case_id), now=START)


QUIET: Any = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_world_stays_right() -> None:
    run_state_machine_as_test(
        World,
        settings=settings(
            max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=QUIET
        ),
    )


class TestWrongWorldsAreFound:
    """Negative controls: each broken rule is noticed."""

    wrong: ClassVar = [PlaceNotTaken, PlaceTakenUnseen, NoClickForgotten, HalfDone]

    @pytest.mark.parametrize("world", wrong)
    def test_wrong_world_is_found(self, world: type[World]) -> None:
        with pytest.raises(AssertionError):
            run_state_machine_as_test(
                world,
                settings=settings(
                    max_examples=400,
                    stateful_step_count=30,
                    deadline=None,
                    database=None,
                    phases=(Phase.generate,),
                    derandomize=True,
                    suppress_health_check=QUIET,
                ),
            )
