"""Logging that the resident was spoken or written for, as the network's channels ask it (CON-01)."""

from __future__ import annotations

from typing import Any

from tests.casefile.telling import (
    CASE,
    PART_PATH,
    Body,
    a_supported_case,
    as_supporter,
    asked,
    consents,
    done,
    post,
    refused,
    withdraws,
)
from tests.support.ids import a_supporter_id, an_id
from tests.support.running import Running

from contracts.casefile import RepresentedInPresence, SupportLogged

CONTACTS = f"{PART_PATH}/contacts"


def a_contact(name: str = "contact", **representing: Any) -> Body:
    spoken: Body = {"authority": "uwv", "channel": "phone", "residentPresent": True}
    return {
        "contactId": str(an_id(name)),
        "kind": "ck_on_behalf",
        "supporterId": str(a_supporter_id("Anouk")),
        "happenedAt": "2026-01-05T10:00:00Z",
        "representing": spoken | representing,
    }


def test_speaking_needs_consent_and_presence_also_in_a_conference_call(casefile: Running) -> None:
    a_supported_case(casefile)
    who = as_supporter("Anouk")
    assert refused(casefile, CONTACTS, a_contact(), **who) == "RepresentingNeedsConsent"
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    for channel in ("phone", "meeting", "conference_call", "video_call"):
        absent = a_contact(channel=channel, residentPresent=False)
        assert refused(casefile, CONTACTS, absent, **who) == "ResidentMustBePresent"
    assert refused(casefile, CONTACTS, a_contact(authority="svb"), **who) == "RepresentingNeedsConsent"
    done(casefile, CONTACTS, a_contact(), **who)
    (told,) = casefile.told(RepresentedInPresence)
    assert (told.channel, told.resident_present) == ("phone", True)
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    assert "namens de inwoner gebeld met uwv; de inwoner was erbij" in str(history)


def test_writing_needs_a_text_that_the_resident_approved(casefile: Running) -> None:
    a_supported_case(casefile)
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    letter: Body = {"channel": "letter", "residentPresent": False}
    assert refused(casefile, CONTACTS, a_contact(**letter)) == "TextMustBeApproved"
    done(casefile, CONTACTS, a_contact(**letter, textApproved=True))
    assert casefile.told(RepresentedInPresence)[0].text_approved is True


def test_a_factual_call_names_nobody_and_needs_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    call: Body = {"channel": "factual_call", "residentPresent": False}
    assert refused(casefile, CONTACTS, a_contact(**call)) == "FactualCallNamesNobody"
    done(casefile, CONTACTS, a_contact(**call, namedResident=False))
    done(casefile, CONTACTS, a_contact(**call, namedResident=False))
    assert casefile.told(RepresentedInPresence) == []
    assert len(casefile.told(SupportLogged)) == 1


def test_withdrawn_consent_ends_it_and_pressing_twice_is_once(casefile: Running) -> None:
    a_supported_case(casefile)
    consent = consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    done(casefile, CONTACTS, a_contact())
    done(casefile, CONTACTS, a_contact())
    assert len(casefile.told(RepresentedInPresence)) == 1
    assert refused(casefile, CONTACTS, a_contact(authority="svb")) in (
        "ContactLoggedOtherwise",
        "RepresentingNeedsConsent",
    )
    withdraws(casefile, consent)
    assert refused(casefile, CONTACTS, a_contact("later")) == "RepresentingNeedsConsent"


def test_garbage_and_strangers_log_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    wrongs: tuple[Body, ...] = (
        {"channel": "pigeon"},
        {"authority": "Het UWV"},
        {"residentPresent": "ja"},
        {"more": 1},
    )
    for wrong in wrongs:
        assert post(casefile, CONTACTS, a_contact(**wrong)).status_code == 400
    assert post(casefile, CONTACTS, a_contact(), by="emergis").status_code == 404
    assert casefile.told(SupportLogged) == []
