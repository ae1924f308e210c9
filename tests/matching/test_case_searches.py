"""What is kept of a case as a whole (MAT-04, MAT-09)."""

from __future__ import annotations

from tests.support.clock import START
from tests.support.examples.matching import a_case
from tests.support.given_when_then import fact, given
from tests.support.ids import a_part_id, a_supporter_id, an_id

from matching.domain.case import CaseSearches


def test_case_has_as_many_searches_as_it_has_questions() -> None:
    case = a_case()
    case.add_search(an_id("search 1"), a_part_id("first"), now=START)
    case.add_search(an_id("search 2"), a_part_id("second"), now=START)
    case.add_search(an_id("search 3"), a_part_id("first"), now=START)
    case.add_search(an_id("search 4"), None, now=START)
    assert case.of_part(a_part_id("first")) == (an_id("search 1"), an_id("search 3"))
    given(case).when(lambda c: c.add_search(an_id("search 4"), None, now=START)).then_nothing()


def test_no_click_is_kept_once_and_without_a_reason() -> None:
    case = (
        given(a_case())
        .when(lambda c: c.keep_no_click(a_supporter_id("Joost"), now=START))
        .then(fact(CaseSearches.NoClickKept, supporter_id=a_supporter_id("Joost")))
    )
    given(case).when(lambda c: c.keep_no_click(a_supporter_id("Joost"), now=START)).then_nothing()
