"""How somebody is reached without harm: noted with the yes, changed, taken back, and sealed all the while."""

from __future__ import annotations

from typing import Any

import pytest
from tests.casefile.naming import SAFE, found, named, names
from tests.casefile.telling import ELSEWHERE, Body, get, post
from tests.support.clock import START, later
from tests.support.examples.casefile import a_sealed
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_case_id, a_person_id
from tests.support.running import Running

from casefile.domain.contact_details import ContactDetails, Details
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored
from contracts.safe_contact import SafeContact, Unreadable

NOUR, CASE = a_person_id("Nour"), a_case_id()
CANARY = "kanarie-4417"


def noted(**changed: Any) -> ContactDetails:
    details = Details(a_sealed(NOUR, "name"), a_sealed(NOUR, "phone"), a_sealed(NOUR, "safe_contact"))
    return ContactDetails.note(NOUR, CASE, details, START)


# The rule.


def test_the_last_details_count() -> None:
    details = noted()
    now = Details(name=a_sealed(NOUR, "other.name"))
    details.change(now, by_role="role_coordinator", now=later(days=1))
    assert details.details == now
    assert details.subject_id == CASE


def test_the_same_again_is_no_fact() -> None:
    details = noted()
    details.change(details.details, by_role="role_coordinator", now=later(days=1))
    assert [type(each).__name__ for each in details.pending()] == ["Noted"]


def test_what_is_stored_loads_as_it_was() -> None:
    details = noted()
    details.change(Details(), by_role="role_resident", now=later(days=1))
    events = [to_event(to_stored(each)) for each in details.pending()]
    assert events == list(details.pending())
    assert state_of(replayed(details, events)) == state_of(details)
    again = from_snapshot(to_snapshot(details))
    assert again is not None
    assert state_of(again) == state_of(details)
    assert [each.TOPIC for each in details.pending()] == [
        "casefile:ContactDetails.Noted",
        "casefile:ContactDetails.Changed",
    ]


def test_what_goes_to_a_shared_address_is_discreet() -> None:
    safe = SafeContact.model_validate(SAFE)
    assert [way.discreet for way in safe.ways] == [False, True]


def test_what_a_newer_version_wrote_is_read_and_nonsense_is_not() -> None:
    text = SafeContact.model_validate(SAFE).text()
    assert SafeContact.read(text[:-1] + ',"later":1}') == SafeContact.model_validate(SAFE)
    with pytest.raises(Unreadable) as refused:
        SafeContact.read(f'{{"ways": "{CANARY}"}}')
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


# Over HTTP.


def details_of(casefile: Running, person: Any, **who: Any) -> Body:
    answer = get(casefile, f"/people/{person}/contact-details", **who)
    assert answer.status_code == 200, answer.text
    told: Body = answer.json()
    return told


def change(casefile: Running, person: Any, body: Body, **who: Any) -> Any:
    given = {"changedByRole": "role_coordinator"} | body
    return post(casefile, f"/people/{person}/contact-details", given, **who)


def test_details_come_with_the_yes(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi", "06 1234 5678", safe=SAFE)
    shown = details_of(casefile, person)
    assert (shown["name"], shown["phone"]) == ("Fatima Elidrissi", "06 1234 5678")
    assert shown["safeContact"]["othersReading"] == SAFE["othersReading"]
    assert [way["shared"] for way in shown["safeContact"]["ways"]] == [False, True]


def test_changed_details_are_shown_and_found_and_the_old_ones_are_not(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi", "06 1234 5678", safe=SAFE)
    body = {"name": "Fatima Bakker", "phone": None, "safeContact": SAFE | {"voicemail": "yes"}}
    answer = change(casefile, person, body)
    assert answer.status_code == 201, answer.text
    assert "Bakker" not in answer.text

    shown = details_of(casefile, person)
    assert (shown["name"], shown["phone"]) == ("Fatima Bakker", None)
    assert shown["safeContact"]["voicemail"] == "yes"
    assert names(found(casefile, "Bakker")) == ["Fatima Bakker"]
    assert found(casefile, "Elidrissi") == []
    assert found(casefile, "5678") == []


def test_what_is_left_out_stays(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi", "06 1234 5678", safe=SAFE)
    assert change(casefile, person, {"phone": "06 8765 4321"}).status_code == 201
    shown = details_of(casefile, person)
    assert (shown["name"], shown["phone"]) == ("Fatima Elidrissi", "06 8765 4321")
    assert shown["safeContact"] is not None


def test_who_takes_no_part_sees_and_changes_nothing(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi")
    strangers = get(casefile, f"/people/{person}/contact-details", by=ELSEWHERE)
    nobody = get(casefile, f"/people/{a_person_id('nobody')}/contact-details")
    assert (strangers.status_code, nobody.status_code) == (404, 404)
    assert strangers.json()["detail"] == nobody.json()["detail"]
    assert change(casefile, person, {"name": "X Y"}, by=ELSEWHERE).status_code in (403, 404)
    assert details_of(casefile, person)["name"] == "Fatima Elidrissi"


def test_after_an_erasure_there_is_nothing_to_show_or_change(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi", safe=SAFE)
    casefile.erase_all_keys()
    shown = details_of(casefile, person)
    assert (shown["name"], shown["safeContact"]) == (None, None)
    assert change(casefile, person, {"name": "Fatima"}).status_code == 410


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": CANARY * 20},
        {"phone": CANARY},
        {"phone": ["06"]},
        {"safeContact": {}},
        {"safeContact": SAFE | {"voicemail": CANARY}},
        {"safeContact": SAFE | {"ways": [{"channel": CANARY, "shared": False}]}},
        {"safeContact": SAFE | {"ways": [{"channel": "phone"}]}},
        {"safeContact": SAFE | {"ways": [{"channel": "email", "address": CANARY, "shared": False}]}},
        {"safeContact": SAFE | {CANARY: 1}},
        {"name": "Fatima", "changedByRole": CANARY},
        {"name": "Fatima", "changedByRole": None},
    ],
)
def test_garbage_is_refused_and_not_repeated(casefile: Running, body: Body) -> None:
    person = named(casefile, "Fatima Elidrissi")
    answer = change(casefile, person, body)
    assert answer.status_code == 400, answer.text
    assert CANARY not in answer.text


def test_nothing_of_it_is_stored_in_the_clear(casefile: Running) -> None:
    person = named(casefile, "Fatima Elidrissi", safe=SAFE)
    change(casefile, person, {"name": CANARY, "safeContact": SAFE | {"note": CANARY}})
    casefile.look()
    stored = casefile.everything_stored()
    for word in (CANARY, "Elidrissi", "woensdag", "broer"):
        assert not [row for row in stored if word.encode() in row]
