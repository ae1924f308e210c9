"""Speaking needs consent and presence, writing an approved text, a factual call neither (CON-01)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.clock import START
from tests.support.examples.casefile import ANOUK, CASE, FIRST
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import an_id

from casefile.domain.errors import ContactLoggedOtherwise
from casefile.domain.presence import Channel, ChannelAsks, Represented, check_representation
from casefile.domain.safeguard_errors import (
    FactualCallNamesNobody,
    RepresentingNeedsConsent,
    ResidentMustBePresent,
    TextMustBeApproved,
)
from casefile.domain.support_log import SupportLog
from chassis.aggregates import Refused

SPEAKING = ChannelAsks(consent=True, presence="present", names_resident=True)
WRITING = ChannelAsks(consent=True, presence="text_approved", names_resident=True)
FACTUAL = ChannelAsks(consent=False, presence="none", names_resident=False)
CONSENT = an_id("consent", "uwv")


def done(channel: Channel = "phone", **changed: Any) -> Represented:
    facts: dict[str, Any] = {
        "authority": "uwv",
        "channel": channel,
        "resident_present": True,
        "text_approved": False,
        "named_resident": True,
        "consent_id": CONSENT,
    }
    return Represented(**(facts | changed))


@pytest.mark.parametrize(
    ("asks", "what", "refusal"),
    [
        (SPEAKING, done(consent_id=None), RepresentingNeedsConsent),
        (SPEAKING, done(resident_present=False), ResidentMustBePresent),
        (SPEAKING, done("conference_call", resident_present=False), ResidentMustBePresent),
        (SPEAKING, done(resident_present=False, text_approved=True), ResidentMustBePresent),
        (WRITING, done("letter"), TextMustBeApproved),
        (WRITING, done("email", consent_id=None, text_approved=True), RepresentingNeedsConsent),
        (FACTUAL, done("factual_call"), FactualCallNamesNobody),
    ],
)
def test_what_a_channel_asks_is_refused_with_a_sentence(
    asks: ChannelAsks, what: Represented, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal) as refused:
        check_representation(what, asks)
    assert refused.value.detail


def test_what_was_done_as_it_should_be_is_kept() -> None:
    assert check_representation(done(), SPEAKING) == done()
    letter = done("letter", resident_present=False, text_approved=True)
    assert check_representation(letter, WRITING) == letter


def test_a_factual_call_needs_nothing_and_represents_nobody() -> None:
    call = done("factual_call", resident_present=False, named_resident=False, consent_id=None)
    assert check_representation(call, FACTUAL) is None


def log(represented: Represented | None = None) -> SupportLog:
    return SupportLog.log(
        CASE,
        FIRST,
        an_id("contact"),
        kind="ck_on_behalf",
        supporter_id=ANOUK.supporter_id,
        happened_at=START,
        note=None,
        now=START,
        represented=represented,
    )


def confirm(entry: SupportLog, authority: str | None) -> None:
    entry.confirm_same(
        part_id=FIRST,
        kind="ck_on_behalf",
        supporter_id=ANOUK.supporter_id,
        happened_at=START,
        authority=authority,
    )


def test_representing_stands_in_the_log_beside_the_contact() -> None:
    entry = (
        given_nothing()
        .when(lambda: log(done()))
        .then(SupportLog.Logged, fact(SupportLog.RepresentedInPresence, represented=done(), part_id=FIRST))
    )
    given(entry).when(lambda one: confirm(one, "uwv")).then_nothing()
    given(entry).when(lambda one: confirm(one, "svb")).then_refused(ContactLoggedOtherwise)


def test_an_ordinary_contact_represents_nobody() -> None:
    given_nothing().when(log).then(SupportLog.Logged)
    given(log()).when(lambda one: confirm(one, "uwv")).then_refused(ContactLoggedOtherwise)
