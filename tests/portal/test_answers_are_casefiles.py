"""The recorded answers have exactly the shape of casefile's own; without casefile, nothing to compare."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.portal.answers import (
    a_case,
    a_check,
    a_happening,
    a_page,
    a_part,
    a_standing,
    a_supported_part,
    at,
)

casefile = pytest.importorskip("casefile.api.answers")
http = pytest.importorskip("chassis.http")

CASES = [
    a_case(),
    a_case(parts=[a_supported_part(), a_part("other")], lastHappened=None),
    a_case(state="closed", closedFor="close_one_off", parts=[a_part(closedFor="close_one_off", onList=[])]),
]


def assert_is(model: Any, answer: dict[str, Any]) -> None:
    """Neither more nor less than the model has; read back it is the same."""
    read = model.model_validate_json(json.dumps(answer))
    assert json.loads(read.model_dump_json(by_alias=True)) == answer


@pytest.mark.parametrize("case", CASES)
def test_listed_case(case: dict[str, Any]) -> None:
    assert_is(casefile.ListedCase, case)


@pytest.mark.parametrize("case", CASES)
def test_case_by_itself(case: dict[str, Any]) -> None:
    assert_is(casefile.ShownCase, a_standing(case | {"checks": [a_check(), a_check("missed", everyDays=91)]}))


def test_happening() -> None:
    assert_is(
        casefile.Happening, a_happening("Iets.", happenedAt=at(days=1), facts={"reason": "close_one_off"})
    )


@pytest.mark.parametrize("cursor", [None, "W10"])
def test_pages(cursor: str | None) -> None:
    assert_is(http.PageOf[casefile.ListedCase], a_page([a_case()], cursor=cursor))
    history = a_page([a_happening("Iets.")], cursor=cursor) | {"hidden": True}
    assert_is(casefile.HistoryPage, history)
