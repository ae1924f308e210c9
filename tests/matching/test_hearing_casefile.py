"""Every subscriber of matching: done, refused, redelivered, concurrent (style rule 5)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from tests.matching.telling import (
    CASE,
    ESCALATION,
    FORMAL,
    PART,
    SEARCH,
    a_cancelled_handover,
    a_closed_case,
    a_closed_part,
    a_completed_handover,
    a_de_escalation,
    a_declined_handover,
    a_narrowed_consent,
    a_part_added,
    a_refused_assignment,
    a_silent_handover,
    an_assignment,
    an_escalation,
    done,
    matched,
    offered,
    party_is_in,
    party_is_out,
    places_free,
    proposed,
    registered,
    running_match,
    stage,
    tell,
)
from tests.support.ids import a_case_id, a_part_id, an_id
from tests.support.running import Running

from contracts.envelope import ContractEvent
from contracts.matching import FormalSupporterMatched, MatchEnded, OptionsOffered, UnmetNeedRecorded
from matching.domain.names import match_id_of, search_id_of

MATCH = match_id_of(SEARCH, 1)
Before = Callable[[Running], object]


def nothing(matching: Running) -> None:
    """The service has heard of nobody."""


def two_supporters(matching: Running) -> None:
    for name in ("Joost", "Mirjam"):
        registered(matching, name)


def a_match(matching: Running) -> None:
    joost = registered(matching, "Joost")
    tell(matching, a_part_added())
    assert matched(matching, joost) == MATCH


def a_confirmed_match(matching: Running) -> None:
    a_match(matching)
    tell(matching, an_assignment(MATCH))


def a_match_in_handover(matching: Running) -> None:
    a_match(matching)
    tell(matching, an_assignment(MATCH, after_handover=True))


def a_party_left_out(matching: Running) -> None:
    tell(matching, a_part_added(), party_is_out())


@dataclass(frozen=True)
class Subscriber:
    """A message, what was before it, and the facts that it makes."""

    event: Callable[[Running], ContractEvent]
    before: Before
    facts: tuple[str, ...]


OPENED = ("CaseSearches.SearchAdded", "Search.Opened")
FIRST = ("CaseSearches.Begun", *OPENED)
ENDED = {"Search.MatchEnded", "Supporter.PlaceFreed"}
SUBSCRIBERS = {
    "CasePartAdded": Subscriber(lambda _: a_part_added(), nothing, FIRST),
    "Escalated": Subscriber(lambda _: an_escalation(), two_supporters, (*FIRST, "Search.OptionsOffered")),
    "Escalated without anybody": Subscriber(
        lambda _: an_escalation(), nothing, (*FIRST, "Search.NobodyFound")
    ),
    "DeEscalated": Subscriber(lambda _: a_de_escalation(), two_supporters, (*FIRST, "Search.OptionsOffered")),
    "SupporterAssigned": Subscriber(lambda _: an_assignment(MATCH), a_match, ("Search.MatchConfirmed",)),
    "AssignmentRefused": Subscriber(lambda _: a_refused_assignment(MATCH), a_match, tuple(sorted(ENDED))),
    "WarmHandoverCompleted": Subscriber(
        lambda matching: a_completed_handover(matching, MATCH),
        a_match_in_handover,
        ("Search.HandoverCompleted",),
    ),
    "WarmHandoverDeclined": Subscriber(
        lambda _: a_declined_handover(MATCH), a_match_in_handover, tuple(sorted(ENDED))
    ),
    "WarmHandoverCancelled": Subscriber(
        lambda _: a_cancelled_handover(MATCH), a_match_in_handover, tuple(sorted(ENDED))
    ),
    "WarmHandoverTimedOut": Subscriber(
        lambda _: a_silent_handover(MATCH), a_match_in_handover, tuple(sorted(ENDED))
    ),
    "InvolvementEnded": Subscriber(
        lambda _: party_is_out(MATCH),
        a_confirmed_match,
        tuple(sorted({*ENDED, "CaseSearches.PartyLeftOut"})),
    ),
    "InvolvementNarrowed": Subscriber(
        lambda _: a_narrowed_consent(MATCH), a_confirmed_match, tuple(sorted(ENDED))
    ),
    "InvolvementAllowed": Subscriber(lambda _: party_is_in(), a_party_left_out, ("CaseSearches.PartyLetIn",)),
    "CasePartClosed": Subscriber(
        lambda _: a_closed_part(), a_confirmed_match, tuple(sorted({*ENDED, "Search.Ended"}))
    ),
    "CaseClosed": Subscriber(a_closed_case, a_confirmed_match, tuple(sorted({*ENDED, "Search.Ended"}))),
}


@pytest.fixture(params=SUBSCRIBERS)
def subscriber(request: pytest.FixtureRequest) -> Subscriber:
    return SUBSCRIBERS[request.param]


def made(matching: Running, since: int) -> list[str]:
    return sorted(topic.removeprefix("matching:") for topic in matching.stored()[since:])


def test_done_once_however_it_is_told(matching: Running, subscriber: Subscriber) -> None:
    """Done by four replicas at once, delivered again, and told again under another message."""
    subscriber.before(matching)
    since = len(matching.stored())
    event = subscriber.event(matching)
    message = matching.message(event, CASE)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: matching.deliver("casefile", message), range(4)))
    assert outcomes == [[None]] * 4
    assert made(matching, since) == sorted(subscriber.facts)

    assert matching.deliver("casefile", message, message) == [None, None]
    tell(matching, event)
    assert made(matching, since) == sorted(subscriber.facts)


LATE = (
    an_assignment,
    a_refused_assignment,
    a_declined_handover,
    a_cancelled_handover,
    a_silent_handover,
)


def test_refused_when_it_comes_too_late(matching: Running) -> None:
    """The match is over, and that was told: an answer to it changes nothing."""
    a_match(matching)
    done(matching, f"/matches/{MATCH}/no-clicks")
    before = matching.stored()
    tell(matching, *(late(MATCH) for late in LATE), a_completed_handover(matching, MATCH))
    assert matching.stored() == before


def test_match_that_runs_does_not_end_by_a_failed_handover_of_another_part(matching: Running) -> None:
    a_confirmed_match(matching)
    before = matching.stored()
    tell(matching, a_declined_handover(MATCH), a_cancelled_handover(MATCH), a_silent_handover(MATCH))
    assert (matching.stored(), stage(matching)) == (before, "running")


def test_escalation_is_answered_at_once(matching: Running) -> None:
    registered(matching, "Joost")
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added(), an_escalation())

    (answer,) = matching.told(OptionsOffered, CASE)
    assert (answer.answers, answer.part_id) == (ESCALATION, PART)
    assert [option.supporter_id for option in answer.options] == [mirjam]
    match_id = match_id_of(search_id_of(ESCALATION), 1)
    done(matching, f"/searches/{search_id_of(ESCALATION)}/choices", {"supporterId": str(mirjam)})
    for by in ("supporter", "resident"):
        done(matching, f"/matches/{match_id}/acceptances", {"by": by})
    (match,) = matching.told(FormalSupporterMatched, CASE)
    assert (match.answers, match.match_id) == (ESCALATION, match_id)


def test_escalation_without_anybody_is_answered_too(matching: Running) -> None:
    registered(matching, "Joost")
    tell(matching, an_escalation(whole=True))
    (answer,) = matching.told(UnmetNeedRecorded, CASE)
    assert (answer.answers, answer.part_id, answer.formality) == (ESCALATION, None, "formal")


def test_volunteer_stays_beside_the_professional_and_is_easy_to_find_again(matching: Running) -> None:
    """ESC-11, ESC-17: scaling up ends no match; scaling down finds the earlier supporter first, even full."""
    joost, mirjam = registered(matching, "Joost"), registered(matching, "Mirjam")
    tell(matching, a_part_added())
    running_match(matching, joost)
    for _ in range(3):
        registered(matching, "Samira", lifeDomains=["financien", "wonen"])
    tell(matching, an_escalation())
    up = matched_for(matching, mirjam, search_id_of(ESCALATION))
    tell(matching, an_assignment(up, after_handover=True), a_completed_handover(matching, up))

    assert (stage(matching), stage(matching, search_id_of(ESCALATION))) == ("running", "running")
    matching.look()
    tell(matching, a_de_escalation())
    best = matching.told(OptionsOffered, CASE)[-1].options[0]
    assert (best.supporter_id, "mat_click" in best.because) == (joost, True)


def test_nobody_is_looked_for_when_the_resident_knows_to_whom_it_goes_back(matching: Running) -> None:
    two_supporters(matching)
    tell(matching, a_part_added(), a_de_escalation(receiver=an_id("supporter", "known")))
    assert matching.told(OptionsOffered, CASE) == []


def matched_for(matching: Running, supporter_id: UUID, search_id: UUID) -> UUID:
    answer = done(matching, f"/searches/{search_id}/choices", {"supporterId": str(supporter_id)})
    for by in ("resident", "supporter"):
        done(matching, f"/matches/{answer['matchId']}/acceptances", {"by": by})
    return UUID(answer["matchId"])


def test_failed_handover_goes_back_to_choice(matching: Running) -> None:
    a_match_in_handover(matching)
    tell(matching, a_declined_handover(MATCH))
    assert [told.reason for told in matching.told(MatchEnded)] == ["handover_declined"]
    assert stage(matching) == "open"
    assert len(offered(matching)) == 1, "the place is free again"


def test_closed_part_lets_go_of_a_proposal_too(matching: Running) -> None:
    joost = registered(matching, "Joost")
    tell(matching, a_part_added())
    match_id = proposed(matching, joost)
    tell(matching, a_closed_part())
    answer = matching.post(f"/matches/{match_id}/acceptances", {"by": "resident"})
    assert (answer.status_code, answer.json()["title"]) == (409, "ProposalIsOver")
    assert stage(matching) == "ended"
    assert matching.deadlines() == []


def test_whole_case_search_ends_with_the_case(matching: Running) -> None:
    registered(matching, "Mirjam")
    tell(matching, a_part_added(), an_escalation(whole=True), a_closed_part())
    assert (stage(matching), stage(matching, search_id_of(ESCALATION))) == ("ended", "offered")
    tell(matching, a_closed_case(matching))
    assert stage(matching, search_id_of(ESCALATION)) == "ended"


def test_withdrawn_consent_frees_the_place_of_a_running_match_at_once(matching: Running) -> None:
    """CON-04: also a match that runs, and the search is open again for choice."""
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added())
    match_id = running_match(matching, mirjam)
    matching.look()
    assert places_free(matching, mirjam) == 0
    tell(matching, party_is_out(match_id, party=FORMAL))
    matching.look()
    assert places_free(matching, mirjam) == 1
    assert [ended.reason for ended in matching.told(MatchEnded)] == ["consent_ended"]
    assert stage(matching) == "open"
    assert mirjam not in offered(matching), "nobody of that organisation is offered"
    tell(matching, party_is_in(FORMAL))
    assert mirjam in offered(matching)


def test_withdrawn_consent_takes_back_what_was_proposed_to_that_party(matching: Running) -> None:
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added())
    match_id = proposed(matching, mirjam)
    tell(matching, party_is_out(party=FORMAL))
    answer = matching.post(f"/matches/{match_id}/acceptances", {"by": "resident"})
    assert (answer.status_code, answer.json()["title"]) == (409, "ProposalIsOver")


def test_an_option_of_that_party_can_be_chosen_no_more(matching: Running) -> None:
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added())
    assert mirjam in offered(matching)
    tell(matching, party_is_out(party=FORMAL))
    answer = matching.post(f"/searches/{SEARCH}/choices", {"supporterId": str(mirjam)})
    assert (answer.status_code, answer.json()["title"]) == (409, "ConsentMissing")


@pytest.mark.parametrize("reason", ["expired", "asked_anew", "recorded_in_error"])
def test_a_consent_that_is_over_and_not_refused_may_be_asked_again(matching: Running, reason: str) -> None:
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added())
    match_id = running_match(matching, mirjam)
    matching.look()
    tell(matching, party_is_out(match_id, party=FORMAL, reason=reason))
    assert stage(matching) == "open"
    matching.look()
    assert mirjam in offered(matching)


def test_consent_for_something_else_is_nothing_to_matching(matching: Running) -> None:
    a_confirmed_match(matching)
    before = matching.stored()
    tell(matching, party_is_out(MATCH, purpose="cp_represent"))
    assert matching.stored() == before


def test_somebody_of_another_party_keeps_their_match(matching: Running) -> None:
    a_confirmed_match(matching)
    tell(matching, party_is_out(party="elsewhere"))
    assert stage(matching) == "running"


def test_closing_a_case_without_searches_is_nothing_to_matching(matching: Running) -> None:
    tell(matching, a_closed_part(), a_closed_case(matching))
    assert matching.stored() == []


def test_many_cases_in_one_delivery_share_a_supporter(matching: Running) -> None:
    """They all free a place of the same supporter: the batch conflicts, and each is done alone."""
    joost = registered(matching, "Joost", places=5)
    cases = [a_case_id(f"case {number}") for number in range(5)]
    for number, case in enumerate(cases):
        tell(matching, a_part_added(f"part {number}"), about=case)
        matched(matching, joost, search_id_of(a_part_id(f"part {number}")))
        matching.look()
    messages = [matching.message(a_closed_case(matching), case) for case in cases]
    assert matching.deliver("casefile", *messages) == [None] * 5
    assert matching.stored().count("matching:Supporter.PlaceFreed") == 5
