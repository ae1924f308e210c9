"""The list of cases says of each case what happened last, also when another service told it."""

from __future__ import annotations

from datetime import timedelta

from tests.casefile.telling import (
    CASE,
    INFORMAL,
    a_supported_case,
    a_volunteer,
    a_yes,
    asked,
    consents,
    options,
    tell,
)
from tests.support.ids import a_case_id, a_part_id
from tests.support.running import Running


def last(casefile: Running) -> dict[str, str]:
    """What the list says of each case, by number."""
    items = asked(casefile, "/cases")["items"]
    return {item["number"]: item["lastHappened"]["sentence"] for item in items}


def test_list_says_what_happened_last_in_each_case(casefile: Running) -> None:
    for n, name in enumerate(("one", "two")):
        tell(casefile, a_yes(casefile, name, number=f"4741-{n}063"), about=a_case_id(name))
    consents(casefile, INFORMAL, caseId=str(a_case_id("two")))
    casefile.move_clock(timedelta(hours=1))
    tell(casefile, a_volunteer("Anouk", a_part_id("two")), about=a_case_id("two"))

    found = last(casefile)

    assert found["4741-0063"].startswith("Op de lijst van ")
    assert found["4741-1063"] != found["4741-0063"]


def test_what_only_tidies_the_list_is_no_news(casefile: Running) -> None:
    """The volunteer takes the part off the list in the same save: that somebody came is the news."""
    a_supported_case(casefile)

    [item] = asked(casefile, "/cases")["items"]
    history = asked(casefile, f"/cases/{CASE}/history")["items"]

    assert history[-1]["kind"] == "TakenOffList"
    assert item["lastHappened"]["kind"] == "SupporterAssigned"


def test_last_of_the_list_is_the_end_of_the_history(casefile: Running) -> None:
    a_supported_case(casefile)
    casefile.move_clock(timedelta(hours=1))
    tell(casefile, options(None))

    [item] = asked(casefile, "/cases")["items"]
    history = asked(casefile, f"/cases/{item['caseId']}/history")["items"]

    end = {name: history[-1][name] for name in ("happenedAt", "source", "kind", "sentence")}
    assert item["lastHappened"] == end
    assert (end["source"], end["kind"]) == ("matching", "OptionsOffered")
