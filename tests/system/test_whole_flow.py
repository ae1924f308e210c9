"""From the first request to the pilot-light contact, through all services on the real servers."""

from __future__ import annotations

import re
from collections import Counter
from threading import Event
from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.support.waiting import until
from tests.system.conftest import Played
from tests.system.sampling import parts_alone

from contracts import parse
from contracts.casefile import WaakvlamScheduled, WaakvlamStopped
from contracts.envelope import ContractEvent
from contracts.notifications import WaakvlamCheckDue
from deploy.commands.case import entries_of
from deploy.demo.figures import CENTRAL
from deploy.demo.performing import asking_on
from deploy.demo.rights import rights_shown
from deploy.demo.voices import AUDITOR
from deploy.operating import ON_BUS
from deploy.traces import Step, trees_about

EXPECTED_IN_LONG_ROAD = (
    "RequestReceived RightExplained SupportAccepted Opened PartAdded PutOnList OptionsOffered OptionChosen"
    " MatchProposed MatchAccepted VolunteerMatched SupporterAssigned Logged NoClickReported MatchEnded"
    " IndicationObserved PartEscalated FormalSupporterMatched HandoverOffered HandoverAccepted"
    " HandoverPlanned ThreeWayTalkHeld HandoverCompleted PartDeEscalated PartClosed Closed"
    " WaakvlamPlanned WaakvlamCheckDue CheckFellDue CheckDone Reopened InvolvementAllowed WaakvlamDeclined"
).split()


def told(played: Played, service: str, case_id: str | None = None) -> list[ContractEvent]:
    """What a service published, about one case or all."""
    (found,) = (each for each in ON_BUS if each.name == service)
    with played.operations.connected(found, "worker") as connection:
        rows = connection.execute(
            "select payload from store.outbox"
            " where %(case)s::uuid is null or subject_id = %(case)s order by id",
            {"case": case_id},
        ).fetchall()
    return [parse(bytes(row[0])).data for row in rows]


def test_every_story_reaches_its_end(played: Played) -> None:
    assert [one.fault for one in played.played if one.fault] == []
    assert played.figures.wrong() == []
    states = {case.plot: (case.state, case.closed_for) for case in played.figures.cases}
    assert states["long_road"] == ("closed", "close_one_off")
    assert states["nobody_fits"] == ("closed", "close_own_network")
    assert states["declined"] == ("declined", None)


@pytest.mark.parametrize("name", CENTRAL)
def test_central_event_occurs(played: Played, name: str) -> None:
    assert played.figures.events.get(name, 0) > 0


def test_at_no_moment_is_a_part_without_anybody(played: Played) -> None:
    assert played.sampling.fault is None
    assert played.sampling.alone == []
    assert played.sampling.looks > 100


def test_a_part_without_anybody_would_be_seen() -> None:
    part: dict[str, Any] = {"closedFor": None, "responsible": None, "onList": []}
    assert parts_alone({"parts": [part]}) == [part]
    assert parts_alone({"parts": [part | {"onList": ["new_part"]}]}) == []


def test_each_check_falls_due_exactly_once(played: Played) -> None:
    case_told = told(played, "casefile")
    planned = {event.check_id for event in case_told if isinstance(event, WaakvlamScheduled)}
    stopped = {event.check_id for event in case_told if isinstance(event, WaakvlamStopped)}
    due = Counter(
        event.check_id for event in told(played, "notifications") if isinstance(event, WaakvlamCheckDue)
    )
    assert len(planned) >= 4
    assert due == Counter(planned - stopped)


def test_declined_request_opens_no_case(played: Played) -> None:
    case = played.case("declined")
    kinds = [type(event).__name__ for event in told(played, "intake", case.case_id)]
    assert kinds == ["RequestReceived", "RightExplained", "RequestDeclinedByResident"]
    assert told(played, "casefile", case.case_id) == []


def test_withdrawn_consent_stops_the_handover_and_leaves_the_giver(played: Played) -> None:
    case = played.case("consent_withdrawn")
    kinds = [type(event).__name__ for event in told(played, "casefile", case.case_id)]
    assert "WarmHandoverAccepted" in kinds
    assert "WarmHandoverCancelled" in kinds
    assert "WarmHandoverCompleted" not in kinds


def test_resident_reads_who_saw_their_data_and_who_was_denied_after_the_withdrawal(played: Played) -> None:
    with asking_on(played.operations, played.stack.urls, Event()) as asking:
        rights = rights_shown(asking, played.figures.cases)
    assert rights is not None
    assert rights.number == played.case("consent_withdrawn").number
    assert rights.withdrawal is not None
    assert {"shown", "denied"} <= {one["outcome"] for one in rights.seen}
    denied = [one for one in rights.seen if one["outcome"] == "denied"]
    assert "role_supporter" in {one["role"]["id"] for one in denied}, "who was to take over"
    assert any(line.endswith("denied.") for line in rights.lines())
    assert any("kreeg niets te zien" in line for line in rights.lines())


def test_one_trace_from_the_yes_to_the_last_service(played: Played) -> None:
    case = played.case("long_road")

    def tree() -> Step | None:
        roots = trees_about(played.stack.folder.traces, case.case_id)
        of_yes = [root for root in roots if root.name.endswith("/acceptances") and root.service == "intake"]
        return next((root for root in of_yes if {"casefile", "matching"} <= services_in(root)), None)

    root = until(tree)
    assert root is not None
    assert root.name == "POST /v1/requests/{request_id}/acceptances"
    assert {step.trace_id for step in everything_in(root)} == {root.trace_id}
    assert services_in(root) >= {"intake", "casefile", "matching", "notifications"}


def everything_in(step: Step) -> list[Step]:
    """A span and all that followed from it."""
    return [step, *(below for each in step.following for below in everything_in(each))]


def services_in(step: Step) -> set[str]:
    """The services that took part in a trace."""
    return {each.service for each in everything_in(step)}


def test_history_is_complete(played: Played) -> None:
    case = played.case("long_road")
    entries = entries_of(played.operations, case.number)
    kinds = [entry["kind"] for entry in entries]
    assert set(EXPECTED_IN_LONG_ROAD) - set(kinds) == set()
    heard = [entry for entry in entries if entry["source"] != "casefile"]
    others = [
        event
        for name in ("intake", "matching", "notifications")
        for event in told(played, name, case.case_id)
    ]
    assert Counter(entry["kind"] for entry in heard) == Counter(type(event).__name__ for event in others)
    assert [entry["happenedAt"] for entry in entries] == sorted(entry["happenedAt"] for entry in entries)


def test_history_is_plain_dutch(played: Played) -> None:
    for one in played.played:
        if one.case.story.plot == "declined":
            continue
        for entry in entries_of(played.operations, one.case.case_id):
            sentence = entry["sentence"]
            assert re.fullmatch(r"[A-ZÉ“].*[.”]", sentence), entry
            assert not re.search(r"[a-z]_[a-z]|[a-z][A-Z]|[{}]|None", sentence.replace("CliP", "")), entry
            assert entry["kind"] not in sentence.split(), entry


def test_every_event_is_accounted_for(played: Played) -> None:
    assert [one.consumer for one in played.figures.balance if not one.settled] == []
    assert sum(one.published for one in played.figures.balance) > 300


def test_the_portal_shows_every_case_of_its_organisation_and_no_other(played: Played) -> None:
    opened = [one.case for one in played.played if one.case.story.plot != "declined"]
    numbers = {case.number for case in opened if case.organisation == AUDITOR.organisation}
    others = {case.number for case in opened} - numbers
    assert numbers
    assert others
    with httpx2.Client(base_url=played.stack.urls["portal"], timeout=10.0, trust_env=False) as client:
        page = client.get("/zaken")
        assert page.status_code == 200
        assert {number for number in numbers if number in page.text} == numbers
        assert {number for number in others if number in page.text} == set()
        assert "Geschiedenis" in client.get(f"/zaken/{min(numbers)}").text
        assert client.get(f"/zaken/{min(others)}").status_code == 404


def test_numbers_are_short_and_ids_are_shared(played: Played) -> None:
    for one in played.played:
        assert re.fullmatch(r"\d{4}-\d{4}", one.case.number)
        assert UUID(one.case.case_id)
