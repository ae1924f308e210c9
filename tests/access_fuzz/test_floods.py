"""Floods of guesses: a limit holds for all replicas together, tells nothing, and hinders nobody elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from httpx2 import Response
from tests.access_fuzz.replicas import ELSEWHERE, HERE, Replicas, guesses, replicas
from tests.casefile.resident import PIN, a_name_with_pin
from tests.casefile.telling import CASE, FIRST, NOUR, a_supported_case, as_supporter, consents, done
from tests.intake.bodies import a_referral
from tests.support.ids import a_supporter_id
from tests.support.running import As, running
from tests.support.stack import ServiceDatabase

from casefile.application import consent_checks, resident_sign_in
from casefile.bootstrap import build as build_casefile
from casefile.settings import Settings as CasefileSettings
from intake.api import referrals
from intake.bootstrap import build as build_intake
from intake.settings import Settings as IntakeSettings

Databases = Callable[[str], ServiceDatabase]
Ask = Callable[[str, str], Response]
LIMIT = 6


@pytest.fixture
def casefile(service_database: Databases, tmp_path: Path) -> Iterator[Replicas]:
    with (
        closing(
            running(build_casefile, CasefileSettings, service_database, tmp_path, organisation="smwo")
        ) as first,
        replicas(first, build_casefile) as both,
    ):
        a_supported_case(first)
        yield both


@pytest.fixture
def intake(service_database: Databases, tmp_path: Path) -> Iterator[Replicas]:
    with (
        closing(
            running(build_intake, IntakeSettings, service_database, tmp_path, organisation="oco_almere")
        ) as first,
        replicas(first, build_intake) as both,
    ):
        yield both


def is_flooded(at: Replicas, ask: Ask, right: str, served: int) -> None:
    """What must hold whenever somebody guesses from one address.

    ``ask`` asks with a code from an address; ``right`` is a code that works, answered with ``served``.
    """
    told = [ask(code, HERE) for code in islice(guesses(), LIMIT + 6)]

    assert 429 not in {answer.status_code for answer in told[:LIMIT]}
    assert {answer.status_code for answer in told[LIMIT:]} == {429}, "all replicas count together"
    waits = [int(answer.headers["retry-after"]) for answer in told[LIMIT:]]
    assert all(wait > 0 for wait in waits)
    records = at.records()
    right_too = ask(right, HERE)
    assert right_too.status_code == 429
    assert right_too.content == told[-1].content, "the limit does not tell which code is right"
    assert set(right_too.headers) == set(told[-1].headers)
    assert at.records() == records, "who waits fills no ledger"
    assert ask(right, ELSEWHERE).status_code == served, "somebody elsewhere is served"


def is_swept(at: Replicas, ask: Ask) -> None:
    """Many addresses guess; what is over goes away while others try."""
    for number, code in enumerate(islice(guesses(), 40)):
        ask(code, f"192.0.2.{number}")
    most = at.buckets()
    assert most >= 40
    at.running.move_clock(timedelta(hours=3))
    for code in islice(guesses(), most // 5 + 1):
        ask(code, ELSEWHERE)
    assert at.buckets() <= 2 * (most // 5 + 1) + 2, "only what is open is kept"


# Residents' codes and PINs.


def first_code(at: Replicas) -> Ask:
    return lambda code, address: at.post("/resident-sessions", {"code": code, "newPin": PIN}, address=address)


def name_and_pin(at: Replicas, pin: str = PIN) -> Ask:
    return lambda name, address: at.post(
        "/resident-sessions", {"signInName": name, "pin": pin}, address=address
    )


def test_guesses_of_names(casefile: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    name = a_name_with_pin(casefile.running)
    monkeypatch.setattr(resident_sign_in, "PER_ADDRESS", LIMIT)

    is_flooded(casefile, name_and_pin(casefile), name, 201)


def test_guesses_of_first_codes(casefile: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = done(
        casefile.running, f"/people/{NOUR}/sign-in-codes", {"caseId": str(CASE), "handed": "in_person"}
    )
    monkeypatch.setattr(resident_sign_in, "PER_ADDRESS", LIMIT)

    is_flooded(casefile, first_code(casefile), paper["code"], 201)


def test_guesses_of_one_pin_from_everywhere(casefile: Replicas) -> None:
    """Another address for each guess does not help: the name has its own count, known or not."""
    name = a_name_with_pin(casefile.running)
    for one in (name, "ZZZZ-ZZZZ-ZZZZ-ZZZZ"):
        told = [
            name_and_pin(casefile, f"{number:06}")(one, f"192.0.2.{number}")
            for number in range(resident_sign_in.PER_CODE + 3)
        ]
        assert 201 not in {answer.status_code for answer in told}
        assert [answer.status_code for answer in told[-3:]] == [429] * 3


def test_tries_of_residents_are_swept(casefile: Replicas) -> None:
    is_swept(casefile, first_code(casefile))


# Codes with which a professional asks whether consent exists.


def consent_check(at: Replicas) -> Ask:
    return lambda code, address: at.post("/consent-checks", {"code": code}, address=address)


def a_check_code(at: Replicas) -> str:
    consents(at.running, "uwv", purpose="cp_represent", kind="authority")
    body = {"supporterId": str(a_supporter_id("Anouk")), "partId": str(FIRST), "authority": "uwv"}
    path = f"/cases/{CASE}/consent-check-codes"
    return str(done(at.running, path, body, **as_supporter("Anouk"))["code"])


def test_guesses_of_consent_checks(casefile: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    code = a_check_code(casefile)
    monkeypatch.setattr(consent_checks, "PER_ADDRESS", LIMIT)
    ask = consent_check(casefile)

    is_flooded(casefile, ask, code, 200)
    assert ask(code, ELSEWHERE).json()["consent"] == "yes"


def test_one_address_does_not_use_up_what_everybody_shares(
    casefile: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = a_check_code(casefile)
    monkeypatch.setattr(consent_checks, "PER_ADDRESS", LIMIT)
    monkeypatch.setattr(consent_checks, "OVERALL", 2 * LIMIT)
    ask = consent_check(casefile)
    for guess in islice(guesses(), 4 * LIMIT):
        ask(guess, HERE)

    assert ask(code, ELSEWHERE).json()["consent"] == "yes"


def test_tries_of_consent_checks_are_swept(casefile: Replicas) -> None:
    is_swept(casefile, consent_check(casefile))


# Referrers' links.


def referral_status(at: Replicas) -> Ask:
    return lambda token, address: at.post("/referral-status", {"token": token}, address=address)


def test_guesses_of_links(intake: Replicas, monkeypatch: pytest.MonkeyPatch) -> None:
    token = intake.running.post("/requests", a_referral()).json()["referralToken"]
    monkeypatch.setattr(referrals, "PER_ADDRESS", LIMIT)

    is_flooded(intake, referral_status(intake), token, 200)


def test_tries_of_links_are_swept(intake: Replicas) -> None:
    is_swept(intake, referral_status(intake))


# Keys of commands.


def test_key_of_somebody_else_tells_and_hinders_nothing(intake: Replicas) -> None:
    """Whatever keys another organisation, or a colleague, guesses: as if the command never was."""
    at = intake.running
    first = at.post("/requests", a_referral(), key="guess-7")
    assert first.status_code == 201
    for stranger in (As("smwo"), As("oco_almere", subject="colleague")):
        told = [at.get(f"/commands/guess-{number}", by=stranger) for number in range(12)]
        assert {(answer.status_code, answer.text) for answer in told} == {(200, told[0].text)}
        assert told[0].json()["status"] == "unknown"
    colleague = at.post("/requests", a_referral(), key="guess-7", by=As("oco_almere", subject="colleague"))
    assert colleague.status_code == 201
    assert colleague.json()["requestId"] != first.json()["requestId"]
    assert at.get("/commands/guess-7").json()["answer"]["requestId"] == first.json()["requestId"]
