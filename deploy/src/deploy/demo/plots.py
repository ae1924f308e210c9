"""The ways in which a request can go; each plays a case to its end, and waits where time has to pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from deploy.demo import at_casefile, at_consent, at_intake, at_matching, moves
from deploy.demo.at_matching import informal
from deploy.demo.case_in_play import CaseInPlay
from deploy.demo.moves import TALK_DAY, Waits, begin, contacts, end, find

Plot = Callable[[CaseInPlay], Waits]


def declined(case: CaseInPlay) -> Waits:
    """The resident hears of the right to support and says no."""
    at_intake.receive(case)
    at_intake.explain(case)
    at_intake.decline(case)
    yield timedelta(0)


def helped(case: CaseInPlay) -> Waits:
    """Somebody helps with every part until it is done."""
    begin(case)
    moves.help_with_all(case, "ck_home_visit", "ck_phone")
    yield from end(case)


def supporter_says_no(case: CaseInPlay) -> Waits:
    """The first one who is asked has no time; the next one has."""
    begin(case)
    find(case, case.parts[0], says_no_first=True)
    contacts(case, case.parts[0], "ck_home_visit", "ck_administration")
    yield from end(case)


def no_click(case: CaseInPlay) -> Waits:
    """The first one does not click; nobody asks why, and somebody else is found."""
    begin(case)
    _no_click_then_another(case, case.parts[0])
    yield from end(case)


def supporter_pauses(case: CaseInPlay) -> Waits:
    """The supporter takes a break: the part stands on the list at once, and somebody else takes over."""
    begin(case)
    part_id = case.parts[0]
    first = find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit")
    with case.doing("the supporter takes a break"):
        at_matching.pause(case, first)
        at_casefile.until_on_list(case, part_id, "supporter_paused")
    with case.doing("somebody else is wanted meanwhile"):
        at_matching.end_match(case, first)
        at_casefile.until_on_list(case, part_id, "match_ended")
    find(case, part_id, informal)
    contacts(case, part_id, "ck_join_conversation", "ck_after_talk")
    yield TALK_DAY
    with case.doing("the first supporter is back"):
        at_matching.resume(case, first)
    yield from end(case)


def supporter_leaves(case: CaseInPlay) -> Waits:
    """The supporter stops: the part stands on the list at once, and somebody else is found."""
    begin(case)
    part_id = case.parts[0]
    first = find(case, part_id, informal)
    contacts(case, part_id, "ck_phone")
    with case.doing("the supporter stops"):
        at_matching.leave(case, first)
        at_casefile.until_part(
            case, part_id, "its place on the list", lambda part: part["onList"] and not part["responsible"]
        )
    find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit", "ck_application")
    yield from end(case)


def resident_stops(case: CaseInPlay) -> Waits:
    """The resident wants no more help; no reason is asked (CLO-06)."""
    begin(case)
    moves.help_with_all(case, "ck_not_reached")
    yield from end(case, by=case.resident)


def nobody_fits(case: CaseInPlay) -> Waits:
    """Nobody speaks the language: an unmet need; the own network takes it up."""
    begin(case)
    with case.doing("nobody is found"):
        search = at_matching.search_for(case, case.parts[0])
        if at_matching.offer(case, search["searchId"]):
            raise case.not_done("somebody was offered after all")
        at_casefile.until_on_list(case, case.parts[0], "nobody_fits")
    yield from end(case)


def advice_asked(case: CaseInPlay) -> Waits:
    """The supporter asks a formal one along for advice; responsibility stays (ESC-07)."""
    begin(case)
    part_id = case.parts[0]
    find(case, part_id)
    contacts(case, part_id, "ck_administration")
    adviser = moves.find_formal(case, part_id, moves.scale_up(case, part_id))
    with case.doing("the formal supporter comes along"):
        at_casefile.until_part(
            case, part_id, "the companion", lambda part: adviser.supporter_id in part["companions"]
        )
    contacts(case, part_id, "ck_application")
    yield from end(case)


def scaled_up(case: CaseInPlay) -> Waits:
    """The last part becomes too much: a formal supporter takes it over, warmly."""
    begin(case)
    moves.help_with_all(case, "ck_home_visit")
    yield from moves.hand_over_to_formal(case, case.parts[-1])
    yield from end(case)


def scaled_up_whole(case: CaseInPlay) -> Waits:
    """Everything becomes too much at once: one formal supporter takes over the whole."""
    begin(case)
    chosen = find(case, case.parts[0], informal)
    for part_id in case.parts[1:]:
        find(case, part_id, lambda option: option["supporterId"] == chosen.supporter_id)
    contacts(case, case.parts[0], "ck_kitchen_table")
    receiver = moves.find_formal(case, None, moves.scale_up(case, None))
    handover = moves.offered_handover(case, case.parts[0])
    moves.accept_and_plan(case, handover, receiver)
    yield TALK_DAY
    moves.talk(case, case.parts, handover, receiver)
    contacts(case, case.parts[0], "ck_application")
    yield from end(case)


def scaled_down(case: CaseInPlay) -> Waits:
    """Up to a formal supporter, and back to the one who stayed around (ESC-11)."""
    begin(case)
    part_id = case.parts[0]
    find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit")
    yield from _up_and_down(case, part_id)
    yield from end(case)


def resident_declines_handover(case: CaseInPlay) -> Waits:
    """The resident does not trust the receiver; another one is chosen (WHO-07)."""
    yield from _handover_declined_by(case, "resident")


def receiver_declines_handover(case: CaseInPlay) -> Waits:
    """The receiver cannot take it after all; another one is chosen."""
    yield from _handover_declined_by(case, "receiver")


def handover_silent(case: CaseInPlay) -> Waits:
    """The receiver never answers: it times out, and another one is chosen (WHO-09)."""
    begin(case)
    part_id = case.parts[0]
    find(case, part_id, informal)
    decision = moves.scale_up(case, part_id)
    moves.find_formal(case, part_id, decision)
    silent = moves.offered_handover(case, part_id)
    yield TALK_DAY
    with case.doing("the handover times out"):
        at_casefile.until_on_list(case, part_id, "handover_timed_out")
    _another_receiver(case, part_id, decision, silent)
    contacts(case, part_id, "ck_letter")
    yield from end(case)


def consent_withdrawn(case: CaseInPlay) -> Waits:
    """Halfway through a handover the resident withdraws consent: it stops, and the giver goes on (CON-04)."""
    begin(case)
    part_id = case.parts[0]
    find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit")
    receiver = moves.find_formal(case, part_id, moves.scale_up(case, part_id))
    handover = moves.offered_handover(case, part_id)
    moves.accept_and_plan(case, handover, receiver)
    with case.doing("consent is withdrawn"):
        at_consent.withdraw_consent(case, receiver.organisation)
        at_casefile.sees_nothing(case, receiver)
        at_casefile.until_on_list(case, part_id, "handover_cancelled")
        at_casefile.until_responsible(case, part_id, case.served_by[part_id])
    contacts(case, part_id, "ck_phone")
    yield from end(case)


def long_road(case: CaseInPlay) -> Waits:
    """No click, another one, up, down, closed, a pilot-light contact after which the case opens again."""
    begin(case)
    letters, home = case.parts
    _no_click_then_another(case, letters)
    find(case, home, informal)
    contacts(case, home, "ck_kitchen_table")
    yield from _up_and_down(case, home)
    yield from end(case)
    with case.doing("the case opens again"):
        case.parts = [at_casefile.reopen(case)]
        case.consents.clear()  # all are asked anew
        at_consent.give_consent(case, case.organisation)
        at_casefile.until_on_list(case, case.parts[0], "reopened")
    find(case, case.parts[0], informal)
    contacts(case, case.parts[0], "ck_letter")
    with case.doing("the case closes once more"):
        at_casefile.close(case, "close_one_off", {"agreed": False})
    moves.closed(case)


def _no_click_then_another(case: CaseInPlay, part_id: str) -> None:
    first = find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit")
    with case.doing("there is no click"):
        at_matching.report_no_click(case, first)
        at_casefile.until_on_list(case, part_id, "match_ended")
    second = find(case, part_id, informal)
    if second.supporter_id == first.supporter_id:
        raise case.not_done("the one without click was proposed again")
    contacts(case, part_id, "ck_home_visit", "ck_administration")


def _up_and_down(case: CaseInPlay, part_id: str) -> Waits:
    giver = case.served_by[part_id]
    yield from moves.hand_over_to_formal(case, part_id)
    upwards = case.served_by[part_id]
    with case.doing("it is scaled down"):
        at_casefile.de_escalate(case, part_id, ("FI01", "FI03", "FI05"), giver)
    handover = moves.offered_handover(case, part_id)
    with case.doing("the earlier supporter takes it back"):
        at_casefile.accept_handover(case, handover, giver)
    moves.talk(case, [part_id], handover, giver)
    if upwards.formality == giver.formality:
        raise case.not_done("it was not scaled down")
    contacts(case, part_id, "ck_phone")


def _handover_declined_by(case: CaseInPlay, by: str) -> Waits:
    begin(case)
    part_id = case.parts[0]
    find(case, part_id, informal)
    contacts(case, part_id, "ck_home_visit")
    decision = moves.scale_up(case, part_id)
    refused = moves.find_formal(case, part_id, decision)
    handover = moves.offered_handover(case, part_id)
    with case.doing(f"the {by} declines the handover"):
        at_casefile.decline_handover(case, handover, by, refused)
        at_casefile.until_on_list(case, part_id, "handover_declined")
    yield TALK_DAY
    _another_receiver(case, part_id, decision, handover)
    contacts(case, part_id, "ck_application")
    yield from end(case)


def _another_receiver(case: CaseInPlay, part_id: str, decision: str, earlier: str) -> None:
    receiver = moves.find_formal(case, part_id, decision)
    handover = moves.offered_handover(case, part_id, besides=earlier)
    moves.accept_and_plan(case, handover, receiver)
    moves.talk(case, [part_id], handover, receiver)


PLOTS: dict[str, Plot] = {
    plot.__name__: plot
    for plot in (
        declined,
        helped,
        supporter_says_no,
        no_click,
        supporter_pauses,
        supporter_leaves,
        resident_stops,
        nobody_fits,
        advice_asked,
        scaled_up,
        scaled_up_whole,
        scaled_down,
        resident_declines_handover,
        receiver_declines_handover,
        handover_silent,
        consent_withdrawn,
        long_road,
    )
}
