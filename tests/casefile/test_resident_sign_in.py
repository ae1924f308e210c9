"""The door for residents: a code once, a PIN of their own, and the same answer to whoever does not get in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from tests.casefile.resident import PIN, a_name_with_pin, a_paper, as_person, at_the_door, in_door, session
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    ELSEWHERE,
    INFORMAL,
    NOUR,
    a_supported_case,
    as_supporter,
    done,
    post,
    refused,
)
from tests.support.ids import a_person_id
from tests.support.running import Running

from casefile.application import resident_sign_in
from chassis.signin import NotSignedIn

WRONG = "739158"


@pytest.fixture(autouse=True)
def a_case(casefile: Running) -> None:
    a_supported_case(casefile)


# Getting in.


def test_code_is_used_once_to_choose_a_pin_and_the_name_stays(casefile: Running) -> None:
    paper = a_paper(casefile)

    token = in_door(casefile, code=paper["code"], newPin=PIN)

    who = casefile.service.base.verifier.verify(token)
    assert (who.kind, who.person, who.organisation, who.role) == ("person", NOUR, "-", "role_resident")
    assert who.represents is None
    assert at_the_door(casefile, code=paper["code"], newPin=PIN) == "SignInFailed"
    assert in_door(casefile, signInName=paper["signInName"], pin=PIN)
    assert at_the_door(casefile, signInName=paper["signInName"], pin=WRONG) == "SignInFailed"


def test_code_may_be_typed_in_any_way(casefile: Running) -> None:
    paper = a_paper(casefile)

    assert in_door(casefile, code=f" {paper['code'].lower().replace('-', ' ')} ", newPin=PIN)
    assert in_door(casefile, signInName=paper["signInName"].replace("-", "").lower(), pin=PIN)


def test_name_without_its_code_used_opens_nothing(casefile: Running) -> None:
    paper = a_paper(casefile)

    assert at_the_door(casefile, signInName=paper["signInName"], pin=PIN) == "SignInFailed"
    assert at_the_door(casefile, code=paper["signInName"], newPin=PIN) == "SignInFailed"


def test_code_works_once_however_many_use_it_at_the_same_time(casefile: Running) -> None:
    code = a_paper(casefile)["code"]
    # The framework reads the body's shape at the first request, and is not made for two first ones.
    at_the_door(casefile, code="0000-0000-0000", newPin=PIN)
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda pin: session(casefile, code=code, newPin=pin), ["482915", "582915"] * 4)
        )

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]


@pytest.mark.parametrize(("handed", "hours"), [("in_person", 24), ("letter", 24 * 14)])
def test_code_has_its_time(casefile: Running, handed: str, hours: int) -> None:
    paper = a_paper(casefile, handed=handed)
    casefile.move_clock(timedelta(hours=hours))

    assert at_the_door(casefile, code=paper["code"], newPin=PIN) == "SignInFailed"


def test_new_paper_ends_the_code_before_it_and_the_name_before_it_once_it_is_used(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    second, third = a_paper(casefile), a_paper(casefile)

    assert at_the_door(casefile, code=second["code"], newPin=PIN) == "SignInFailed"
    assert in_door(casefile, signInName=name, pin=PIN)
    in_door(casefile, code=third["code"], newPin="915482")
    assert at_the_door(casefile, signInName=name, pin=PIN) == "SignInFailed"
    assert in_door(casefile, signInName=third["signInName"], pin="915482")


@pytest.mark.parametrize(
    "pin",
    ["123456", "654321", "000000", "111222", "121212", "123123", "198412", "120584", "840512", "147258"],
)
def test_pin_that_is_easy_to_guess_is_refused_and_the_code_stays(casefile: Running, pin: str) -> None:
    code = a_paper(casefile)["code"]

    answer = session(casefile, code=code, newPin=pin)

    assert answer.json()["title"] == "PinTooEasy"
    assert "geboortedatum" in answer.json()["detail"]
    assert session(casefile, code="0000-0000-0000", newPin=pin).json() == answer.json()
    assert in_door(casefile, code=code, newPin=PIN)


# Guessing.


def test_whoever_does_not_get_in_is_told_the_same(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    unknown = session(casefile, signInName="ZZZZ-ZZZZ", pin=PIN)

    def strip(answer: object) -> object:
        return {k: v for k, v in answer.items() if k != "traceId"} if isinstance(answer, dict) else answer

    for answer in (
        session(casefile, signInName=name, pin=WRONG),
        session(casefile, code="0000-0000-0000", newPin=PIN),
        session(casefile, providerToken="a.b.c"),
        session(casefile, signInName=name, pin=PIN, representing=str(a_person_id("Sam"))),
    ):
        assert answer.status_code == unknown.status_code == 409
        assert strip(answer.json()) == strip(unknown.json())
        assert set(answer.headers) == set(unknown.headers)


def test_wait_grows_with_every_wrong_pin_and_then_only_a_new_code_helps(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    for wait in (0, 0, 1, 5, 15, 60, 240):
        assert at_the_door(casefile, signInName=name, pin=WRONG) == "SignInFailed"
        if wait:
            assert at_the_door(casefile, signInName=name, pin=PIN) == "SignInFailed"
            casefile.move_clock(timedelta(minutes=wait))
    # One more, and the right PIN opens nothing, ever.
    casefile.move_clock(timedelta(minutes=16))
    assert at_the_door(casefile, signInName=name, pin=WRONG) == "SignInFailed"
    casefile.move_clock(timedelta(days=30))
    assert at_the_door(casefile, signInName=name, pin=PIN) == "SignInFailed"

    paper = a_paper(casefile)
    in_door(casefile, code=paper["code"], newPin=PIN)
    assert in_door(casefile, signInName=paper["signInName"], pin=PIN)


def test_right_pin_lets_the_count_begin_anew(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    for _ in range(3):
        at_the_door(casefile, signInName=name, pin=WRONG)
        at_the_door(casefile, signInName=name, pin=WRONG)
        assert in_door(casefile, signInName=name, pin=PIN)
        casefile.move_clock(timedelta(minutes=16))


def test_many_guesses_at_once_are_all_counted(casefile: Running) -> None:
    """Ten at a time gain nothing: each wrong one is saved before it is answered."""
    name = a_name_with_pin(casefile)
    guesses = [f"73915{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda pin: session(casefile, signInName=name, pin=pin), guesses))

    assert {answer.status_code for answer in answers} == {409}
    # At the third the wait began: nothing more was looked at, also not the right one.
    assert events_of(casefile, "ResidentSignIn.WrongPin") == 3
    assert at_the_door(casefile, signInName=name, pin=PIN) == "SignInFailed"


def test_flood_of_guesses_is_told_to_wait_for_known_and_unknown_alike(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    for one in (name, "ZZZZ-ZZZZ"):
        answers = [session(casefile, signInName=one, pin=WRONG) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [*[409] * 10, *[429] * 2]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 15 * 60


def test_flood_of_codes_from_one_address_is_told_to_wait(
    casefile: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident_sign_in, "PER_ADDRESS", 6)
    answers = [session(casefile, code=f"0000-0000-{n:04}", newPin=PIN) for n in range(9)]

    assert [answer.status_code for answer in answers] == [*[409] * 6, *[429] * 3]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"code": "0000"},
        {"code": "0000", "pin": PIN},
        {"code": "0000", "newPin": PIN, "signInName": "x", "pin": PIN},
        {"signInName": "x", "pin": "48291"},
        {"signInName": "x", "pin": "48291x"},
        {"signInName": "x", "pin": "٤٨٢٩١٥"},
        {"signInName": "x", "pin": 482915},
        {"signInName": "x", "pin": None},
        {"code": "x" * 61, "newPin": PIN},
        {"providerToken": "x" * 8193},
        {"code": "0000", "newPin": PIN, "representing": "Sam"},
    ],
)
def test_malformed_is_said_and_counts_for_nothing(casefile: Running, asked: dict[str, object]) -> None:
    answer = session(casefile, **asked)

    assert answer.status_code == 400
    assert "48291" not in answer.text


# Handing out and taking back.


def test_supporter_who_serves_a_part_hands_out_too(casefile: Running) -> None:
    asked = {"caseId": str(CASE), "handed": "in_person"}
    path = f"/people/{NOUR}/sign-in-codes"

    assert done(casefile, path, asked, **as_supporter("Anouk"))["code"]
    for who in (
        as_supporter("Bram"),
        {"by": ELSEWHERE},
        {"by": INFORMAL},
        {"by": COORDINATION, "role": "role_auditor"},
        {"by": COORDINATION, "role": "role_volunteer_manager"},
    ):
        assert post(casefile, path, asked, **who).status_code == 404


def test_only_the_resident_of_the_case_is_handed_a_code(casefile: Running) -> None:
    asked = {"caseId": str(CASE), "handed": "letter"}

    assert refused(casefile, f"/people/{a_person_id('Sam')}/sign-in-codes", asked) == "NotTheirCase"


def test_same_command_gives_the_same_paper(casefile: Running) -> None:
    first, again = a_paper(casefile, key="once"), a_paper(casefile, key="once")

    assert first == again
    assert in_door(casefile, code=first["code"], newPin=PIN)


def test_revoked_is_revoked_whatever_was_handed_out(casefile: Running) -> None:
    name = a_name_with_pin(casefile)
    paper = a_paper(casefile)
    path = f"/people/{NOUR}/sign-in-revocations"

    done(casefile, path, {"caseId": str(CASE)})

    assert at_the_door(casefile, signInName=name, pin=PIN) == "SignInFailed"
    assert at_the_door(casefile, code=paper["code"], newPin=PIN) == "SignInFailed"
    assert refused(casefile, path, {"caseId": str(CASE)}) == "NotSetUp"
    assert post(casefile, path, {"caseId": str(CASE)}, by=ELSEWHERE).status_code == 404
    assert post(casefile, path, {}).status_code == 404


def test_person_revokes_their_own_and_nobody_elses(casefile: Running) -> None:
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)

    other = as_person(casefile, "POST", f"/people/{a_person_id('Sam')}/sign-in-revocations", token, json={})
    assert other.status_code == 404
    assert (
        as_person(casefile, "POST", f"/people/{NOUR}/sign-in-revocations", token, json={}).status_code == 201
    )


def test_person_hands_out_no_codes(casefile: Running) -> None:
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)
    asked = {"caseId": str(CASE), "handed": "in_person"}

    answer = as_person(casefile, "POST", f"/people/{NOUR}/sign-in-codes", token, json=asked)
    assert answer.status_code == 404


# What is kept.


def test_session_ends_after_half_an_hour(casefile: Running) -> None:
    answer = session(casefile, code=a_paper(casefile)["code"], newPin=PIN)

    assert answer.json()["expiresIn"] == 1800
    with pytest.raises(NotSignedIn):
        casefile.service.base.verifier.verify(answer.json()["accessToken"][:-8] + "AAAAAAAA")


def test_no_code_name_or_pin_is_stored_anywhere(casefile: Running) -> None:
    paper = a_paper(casefile)
    in_door(casefile, code=paper["code"], newPin=PIN)
    in_door(casefile, signInName=paper["signInName"], pin=PIN)

    with psycopg.connect(casefile.database.url("admin")) as conn:
        tables = conn.execute(
            "select schemaname, tablename from pg_tables where schemaname not in"
            " ('pg_catalog', 'information_schema')"
        ).fetchall()
        whole = "\n".join(
            str(row)
            for schema, table in tables
            for row in conn.execute(f'select t::text from "{schema}"."{table}" t')
        )
    assert len(whole) > 1000
    for secret in (paper["code"], paper["signInName"]):
        assert secret not in whole
        assert secret.replace("-", "") not in whole
    assert events_of(casefile, "ResidentSignIn.SignedIn") == 1
    assert f'"{PIN}"' not in whole


def events_of(casefile: Running, topic: str) -> int:
    """How many events of that kind there are."""
    with psycopg.connect(casefile.database.url("admin")) as conn:
        found = conn.execute("select count(*) from store.event where topic = %s", (f"casefile:{topic}",))
        return int(found.fetchone()[0])  # type: ignore[index]  # count always gives a row


def test_ids_are_uuids(casefile: Running) -> None:
    assert UUID(a_paper(casefile)["issueId"])
