"""What a network decided for itself: switches and intervals (NET-13, NET-18). None of them has a default."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool

from contracts.network.configuration import Between, Configuration, Duration


class Switches(Configuration):
    """Where networks differ and the sources do too; nothing here is settled in code.

    ``waakvlam``: pilot-light contact is offered (WAA-11); an organisation may differ.
    ``advocacy``: standing up for the resident counts as a role of the supporter.
    ``formal_only_tasks``: strictly formal, or also trained volunteers under supervision (MAT-21).
    ``case_manager``: each case has one, or only a case that needs one (REG-05).
    ``matching``: over the whole pool, first within the receiving organisation, or outside this system.
    ``start_after_three_way_talk``: also a first match begins with that talk (WHO-11).
    """

    waakvlam: StrictBool
    advocacy: StrictBool
    formal_only_tasks: Literal["strict", "supervised"]
    case_manager: Literal["always", "when_needed"]
    matching: Literal["pool", "organisation_first", "elsewhere"]
    start_after_three_way_talk: StrictBool


def _rising(choices: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if list(choices) != sorted(set(choices)):
        raise ValueError("should go from short to long, each once")
    return choices


def _whole_days(choices: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(choice % timedelta(days=1) for choice in choices):
        raise ValueError("should be whole days")
    return choices


Soon = Annotated[Duration, Between("PT1M", "P7D")]
Days = Annotated[Duration, Between("PT1H", "P60D")]
Later = Annotated[Duration, Between("P7D", "P1100D")]

IntervalName = Literal[
    "answer_within",
    "receive_within",
    "offer_within",
    "match_answer_within",
    "handover_answer_within",
    "handover_talk_within",
    "waakvlam_done_within",
    "waakvlam_retry_after",
    "consent_reminder_before",
]


class Intervals(Configuration):
    """How long things may take before a coordinator is told. None of them presses a resident (CLR-20).

    ``answer_within``: a service answers a step that another one asked for; silence goes on the work list.
    ``receive_within``: somebody of the receiving organisation looks at a new request; then the next one does.
    ``offer_within``: options are offered for a part that has nobody.
    ``match_answer_within``: resident and supporter both said yes or no to a proposal.
    ``handover_answer_within``: the receiver answered; else the offer times out and the giver stays.
    ``handover_talk_within``: the three-way talk was held after the receiver accepted (WHO-09).
    ``waakvlam_after``: what a resident can choose from, in whole days; there is no usual one (WAA-04).
    ``waakvlam_done_within``: a check that fell due was done; else it counts as missed (WAA-05).
    ``waakvlam_retry_after``: somebody who was not reached is tried again.
    ``consent_reminder_before``: so long before a consent expires the coordinator is reminded to ask (CON-03).
    """

    answer_within: Soon
    receive_within: Days
    offer_within: Days
    match_answer_within: Days
    handover_answer_within: Days
    handover_talk_within: Days
    waakvlam_after: Annotated[
        tuple[Later, ...], Field(min_length=1), AfterValidator(_whole_days), AfterValidator(_rising)
    ]
    waakvlam_done_within: Days
    waakvlam_retry_after: Days
    consent_reminder_before: Days
