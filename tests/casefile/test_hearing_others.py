"""Every subscriber of casefile: done, refused, redelivered, concurrent (style rule 5)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID

import pytest
from tests.casefile.telling import (
    CASE,
    FIRST,
    INFORMAL,
    a_formal_supporter,
    a_planned_check,
    a_request,
    a_supported_case,
    a_volunteer,
    a_yes,
    an_end,
    an_escalated_case,
    an_explanation,
    an_open_case,
    an_overdue_answer,
    an_unmet_need,
    asked,
    check_of,
    completed_handover,
    consents,
    done,
    escalation_of,
    is_back,
    leaves,
    of_part,
    offered_handover,
    options,
    pauses,
    tell,
)
from tests.support.ids import a_case_id, a_match_id, a_part_id, a_supporter_id, an_id
from tests.support.running import Running

from casefile.domain.case import CaseFile, unattended
from chassis.inbox.inbox import Inbox
from contracts import casefile as told
from contracts.envelope import ContractEvent
from contracts.intake import RequestDeclinedByResident
from contracts.matching import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NoClickReported,
    OptionChosen,
    SupporterErased,
    SupporterLeft,
    SupporterPaused,
    SupporterResumed,
)
from contracts.notifications import WaakvlamCheckDue, WaakvlamMissed

ANOUK = a_supporter_id("Anouk")
HEARD = "Chronicle.Heard"


def nothing(casefile: Running) -> None:
    """The service has heard of nobody."""


def a_paused_supporter(casefile: Running) -> None:
    a_supported_case(casefile)
    pauses(casefile, "Anouk")


@dataclass(frozen=True)
class Subscriber:
    """A message, what was before it, and the facts of the case that it makes."""

    event: Callable[[Running], ContractEvent]
    before: Callable[[Running], object]
    facts: tuple[str, ...]
    about: UUID = CASE


SUBSCRIBERS: dict[str, Subscriber] = {
    "RequestReceived": Subscriber(a_request, nothing, ()),
    "RightExplained": Subscriber(an_explanation, nothing, ()),
    "RequestDeclinedByResident": Subscriber(
        lambda c: RequestDeclinedByResident(
            request_id=CASE, declined_at=c.now(), outcome="ro_declined_by_resident"
        ),
        nothing,
        (),
    ),
    "SupportAccepted": Subscriber(
        a_yes, nothing, ("Opened", "InvolvementAllowed", "PartAdded", "PartAdded", "PutOnList")
    ),
    "OptionChosen": Subscriber(
        lambda _: OptionChosen(search_id=an_id("search"), part_id=FIRST, supporter_id=ANOUK),
        a_supported_case,
        (),
    ),
    "MatchProposed": Subscriber(
        lambda _: MatchProposed(
            match_id=a_match_id(), search_id=an_id("search"), part_id=FIRST, supporter_id=ANOUK
        ),
        a_supported_case,
        (),
    ),
    "MatchAccepted": Subscriber(
        lambda _: MatchAccepted(match_id=a_match_id(), part_id=FIRST, by="resident"), a_supported_case, ()
    ),
    "MatchDeclined": Subscriber(
        lambda _: MatchDeclined(match_id=a_match_id(), part_id=FIRST, supporter_id=ANOUK, by="supporter"),
        a_supported_case,
        (),
    ),
    "NoClickReported": Subscriber(
        lambda _: NoClickReported(match_id=a_match_id(), part_id=FIRST), a_supported_case, ()
    ),
    "OptionsOffered": Subscriber(lambda c: options(escalation_of(c)), an_escalated_case, ("AnswerCame",)),
    "UnmetNeedRecorded": Subscriber(
        lambda c: an_unmet_need(escalation_of(c)), an_escalated_case, ("AnswerCame", "PutOnList")
    ),
    "VolunteerMatched": Subscriber(
        lambda _: a_volunteer(),
        an_open_case,
        ("SupporterAssigned", "TakenOffList"),
    ),
    "FormalSupporterMatched": Subscriber(
        lambda c: a_formal_supporter(answers=escalation_of(c)),
        an_escalated_case,
        ("AnswerCame", "HandoverOffered"),
    ),
    "MatchEnded": Subscriber(lambda _: an_end(), a_supported_case, ("PutOnList", "MatchEnded")),
    "AnswerOverdue": Subscriber(lambda _: an_overdue_answer(FIRST), a_supported_case, ("PutOnList",)),
    "SupporterPaused": Subscriber(
        lambda _: SupporterPaused(supporter_id=ANOUK),
        a_supported_case,
        ("PutOnList", "SupporterPaused"),
        ANOUK,
    ),
    "SupporterResumed": Subscriber(
        lambda _: SupporterResumed(supporter_id=ANOUK),
        a_paused_supporter,
        ("SupporterResumed", "TakenOffList"),
        ANOUK,
    ),
    "SupporterLeft": Subscriber(
        lambda _: SupporterLeft(supporter_id=ANOUK, erased=True),
        a_supported_case,
        ("PutOnList", "SupporterLeft"),
        ANOUK,
    ),
    "SupporterErased": Subscriber(
        lambda c: SupporterErased(erasure_id=an_id("erasure"), supporter_id=ANOUK, erased_at=c.now()),
        a_supported_case,
        (),
        ANOUK,
    ),
    "WaakvlamCheckDue": Subscriber(
        lambda c: WaakvlamCheckDue(check_id=check_of(c), due_at=c.now(), responsible=ANOUK),
        a_planned_check,
        ("CheckFellDue", "PutOnList"),
    ),
    "WaakvlamMissed": Subscriber(
        lambda c: WaakvlamMissed(check_id=check_of(c), due_at=c.now()),
        a_planned_check,
        ("CheckMissed", "PutOnList"),
    ),
}


def facts(casefile: Running) -> list[str]:
    return [name.removeprefix("CaseFile.") for name in casefile.facts_of(CASE)]


def test_every_subscriber_is_named_here(casefile: Running) -> None:
    heard = {event.__name__ for heard in casefile.service.subscriptions.values() for event in heard}
    assert heard == set(SUBSCRIBERS)


def at_once(casefile: Running, source: str, *messages: bytes) -> None:
    """Replicas of the consumer, each of which gets one of the messages at the same moment."""
    base, together = casefile.service.base, Barrier(len(messages))
    inboxes = [base.inbox(source, casefile.service.subscriptions[source]) for _ in messages]

    def take(inbox: Inbox, message: bytes) -> None:
        together.wait()
        inbox.take([message])

    with ThreadPoolExecutor(len(messages)) as threads:
        list(threads.map(take, inboxes, messages))


@pytest.mark.parametrize("name", SUBSCRIBERS)
def test_done_concurrent_and_redelivered(casefile: Running, name: str) -> None:
    """Two replicas get it at the same moment, and it comes again: one effect, one entry in the chronicle."""
    subscriber = SUBSCRIBERS[name]
    subscriber.before(casefile)
    before, kept = facts(casefile), casefile.stored().count(f"casefile:{HEARD}")
    event = subscriber.event(casefile)
    message = casefile.message(event, subscriber.about)

    at_once(casefile, event.SOURCE, message, message)
    casefile.deliver(event.SOURCE, message)
    assert facts(casefile)[len(before) :] == list(subscriber.facts)
    assert casefile.stored().count(f"casefile:{HEARD}") == kept + (subscriber.about == CASE)

    everything = casefile.stored()
    assert casefile.deliver(event.SOURCE, message) == [None]
    assert casefile.stored() == everything
    assert casefile.dead_letters() == []


# refused: a match is answered with its reason; everything else has nothing to refuse


def test_a_match_for_a_case_that_is_not_here_is_answered(casefile: Running) -> None:
    elsewhere = a_case_id("elsewhere")
    tell(casefile, a_volunteer(), a_formal_supporter(part=None), about=elsewhere)
    answers = casefile.told(told.AssignmentRefused, elsewhere)
    assert [(answer.reason, answer.part_id) for answer in answers] == [
        ("case_unknown", FIRST),
        ("case_unknown", None),
    ]


def test_a_match_for_an_unknown_or_closed_part_is_answered(casefile: Running) -> None:
    an_open_case(casefile)
    tell(casefile, a_volunteer(part=a_part_id("third")))
    done(casefile, f"/cases/{CASE}/parts/{FIRST}/closings", {"reason": "close_self_again"})
    tell(casefile, a_volunteer("Bram"))
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_self_again"})
    tell(casefile, a_formal_supporter())
    reasons = [answer.reason for answer in casefile.told(told.AssignmentRefused)]
    assert reasons == ["unknown_part", "part_closed", "case_closed"]


def test_a_match_that_crosses_a_running_handover_is_answered(casefile: Running) -> None:
    offered_handover(casefile)
    tell(casefile, a_formal_supporter("Gijs"))
    assert [answer.reason for answer in casefile.told(told.AssignmentRefused)] == ["handover_runs"]


def test_a_match_with_somebody_who_rests_or_left_is_answered(casefile: Running) -> None:
    an_open_case(casefile)
    pauses(casefile, "Anouk")
    leaves(casefile, "Bram")
    tell(casefile, a_volunteer(), a_volunteer("Bram"))
    answers = casefile.told(told.AssignmentRefused)
    assert [answer.reason for answer in answers] == ["supporter_not_available"] * 2
    is_back(casefile, "Anouk")
    tell(casefile, a_volunteer(match_id=a_match_id("again")))
    assert of_part(asked(casefile, f"/cases/{CASE}"))["responsible"] == str(ANOUK)


def test_a_pause_and_a_match_at_once_leave_no_part_without_anybody(casefile: Running) -> None:
    """Whoever is first, the other decides again with it: assigned and on the list, or refused."""
    for attempt in range(5):
        case, part = a_case_id(f"at_once_{attempt}"), a_part_id(f"at_once_{attempt}")
        name = f"Anouk {attempt}"
        tell(casefile, a_yes(casefile, f"at_once_{attempt}", number=f"2741-{attempt}063"), about=case)
        consents(casefile, INFORMAL, caseId=str(case))
        match = casefile.message(
            a_volunteer("Anouk", part, supporter_id=a_supporter_id(name), match_id=a_match_id(name)), case
        )
        pause = casefile.message(SupporterPaused(supporter_id=a_supporter_id(name)), a_supporter_id(name))
        at_once(casefile, "matching", match, pause)
        casefile.deliver("matching", match, pause)
        found = casefile.service.base.worker_store.get(CaseFile, case)
        assert unattended(found) == ()
        assert found.places[part].reasons


def test_a_supporter_who_leaves_is_followed_into_every_case(casefile: Running) -> None:
    cases = [a_case_id(f"case {n}") for n in range(3)]
    for n, case in enumerate(cases):
        part = f"of_case_{n}"
        tell(casefile, a_yes(casefile, part, number=f"3741-{n}063"), about=case)
        consents(casefile, INFORMAL, caseId=str(case))
        tell(casefile, a_volunteer("Anouk", a_part_id(part), match_id=a_match_id(part)), about=case)
    leaves(casefile, "Anouk", erased=True)
    for case in cases:
        part = asked(casefile, f"/cases/{case}")["parts"][0]
        assert (part["responsible"], part["onList"]) == (None, ["supporter_erased"])


def test_a_companion_who_comes_for_advice_moves_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    advice = {"indications": ["IF11"], "reportedByRole": "role_supporter", "residentAgrees": True}
    escalation = done(casefile, f"/cases/{CASE}/parts/{FIRST}/escalations", advice)["escalationId"]
    tell(casefile, a_formal_supporter(answers=UUID(escalation)))
    part = of_part(asked(casefile, f"/cases/{CASE}"))
    assert part["responsible"] == str(ANOUK)
    assert part["companions"] == [str(a_supporter_id("Farida"))]
    assert [event.match_id for event in casefile.told(told.SupporterAssigned)][-1] == a_match_id("Farida")


def test_a_repeated_yes_opens_no_second_case(casefile: Running) -> None:
    tell(casefile, a_yes(casefile), a_yes(casefile))
    assert casefile.stored().count("casefile:CaseFile.Opened") == 1


def test_a_trusted_volunteer_stays_after_the_handover(casefile: Running) -> None:
    completed_handover(casefile)
    tell(casefile, an_end("Farida", "withdrawn"))
    part = of_part(asked(casefile, f"/cases/{CASE}"))
    assert (part["responsible"], part["companions"], part["onList"]) == (None, [str(ANOUK)], ["match_ended"])
