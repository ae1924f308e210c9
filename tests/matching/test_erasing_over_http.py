"""A supporter who stops is forgotten: the key destroyed, casefile told, and the list says so (CON-17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.matching.telling import done, registered
from tests.support.ids import a_person_id, an_id
from tests.support.running import As, Running

from chassis.erasure import Certificates, verify
from chassis.settings import read_key
from contracts.casefile import PersonalDataErased
from contracts.matching import SupporterErased, SupporterLeft

STRANGER = As("co_weet_raad")


def row(matching: Running) -> dict[str, object]:
    matching.look()
    (found,) = matching.get("/supporters").json()["items"]
    return dict(found)


def leaves(matching: Running, supporter_id: UUID, *, erased: bool) -> None:
    done(matching, f"/supporters/{supporter_id}/departures", {"erased": erased})


def standing(matching: Running, supporter_id: UUID) -> dict[str, object]:
    answer = matching.get(f"/supporters/{supporter_id}/erasure")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_who_wants_to_be_forgotten_is_and_casefile_is_told_once(matching: Running) -> None:
    joost = registered(matching)
    leaves(matching, joost, erased=True)
    assert row(matching)["name"] == "gewist", "from the decision on nobody sees it"
    matching.sweep()
    matching.arm_again("erase", joost)
    matching.sweep()
    (told,) = matching.told(SupporterErased, joost)
    assert told.supporter_id == joost
    assert [each.erased for each in matching.told(SupporterLeft, joost)] == [True]
    assert row(matching)["erasing"] == "erased"
    assert all(b"Joost" not in each for each in matching.everything_stored())


def test_certificate_is_genuine(matching: Running) -> None:
    joost = registered(matching)
    leaves(matching, joost, erased=True)
    matching.sweep()
    key = read_key(matching.service.base.settings.certificate_key_file)  # type: ignore[attr-defined]
    facts = verify(str(standing(matching, joost)["certificate"]), Certificates(key).public_key)
    assert (facts["person"], facts["capacity"]) == (str(joost), "supporter")


def test_who_only_stops_is_kept_for_the_agreed_term_and_then_proposed(matching: Running) -> None:
    joost = registered(matching)
    leaves(matching, joost, erased=False)
    assert standing(matching, joost)["until"] is not None
    matching.later(timedelta(days=400))
    assert (row(matching)["erasureDue"], row(matching)["name"]) == (True, "Joost")
    leaves(matching, joost, erased=True)
    matching.sweep()
    assert row(matching)["name"] == "gewist"


def test_nobody_else_learns_of_it(matching: Running) -> None:
    joost = registered(matching)
    leaves(matching, joost, erased=True)
    assert matching.get(f"/supporters/{joost}/erasure", by=STRANGER).status_code == 404


@pytest.mark.parametrize("times", [1, 2])
def test_that_somebody_was_erased_is_kept_once(matching: Running, times: int) -> None:
    nour = a_person_id("Nour")
    event = PersonalDataErased(
        erasure_id=an_id("e"), person=nour, capacity="resident", case_ids=(), erased_at=matching.now()
    )
    for _ in range(times):
        matching.hear(event, nour)
    assert [topic for topic in matching.stored() if "Forgotten" in topic] == ["matching:Forgotten.Recorded"]
