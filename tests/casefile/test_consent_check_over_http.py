"""A professional at the table asks with a code: yes or no, and nothing that tells anything else (CON-02)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from httpx2 import Response
from tests.casefile.safeguarding import records
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    FIRST,
    NOUR,
    SECOND,
    Body,
    a_supported_case,
    as_supporter,
    asked,
    consents,
    done,
    leaves,
    post,
    refused,
    withdraws,
)
from tests.support.ids import a_supporter_id
from tests.support.running import Running

CODES = f"/cases/{CASE}/consent-check-codes"
ANOUK = str(a_supporter_id("Anouk"))
FOR_UWV: Body = {"supporterId": ANOUK, "partId": str(FIRST), "authority": "uwv"}


def a_code(casefile: Running, body: Body = FOR_UWV) -> str:
    a_supported_case(casefile)
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    return str(done(casefile, CODES, body, **as_supporter("Anouk"))["code"])


def check(casefile: Running, code: str) -> Response:
    """Nobody signs in."""
    return casefile.client.post("/v1/consent-checks", json={"code": code})


def said(casefile: Running, code: str) -> str:
    answer = check(casefile, code)
    assert answer.status_code == 200, answer.text
    told: Body = answer.json()
    assert set(told) == {"consent", "reminder"}
    return str(told["consent"])


def test_yes_with_a_reminder_of_presence_and_nothing_else(casefile: Running) -> None:
    code = a_code(casefile)
    answer = check(casefile, code)
    assert answer.json()["consent"] == "yes"
    assert {each["channel"]: each["presence"] for each in answer.json()["reminder"]} == {
        "phone": "present",
        "meeting": "present",
        "conference_call": "present",
        "video_call": "present",
        "letter": "text_approved",
        "email": "text_approved",
        "factual_call": "none",
    }
    assert said(casefile, code.lower().replace("-", " ")) == "yes", "as people say it"


def test_unknown_expired_withdrawn_and_left_look_the_same(casefile: Running) -> None:
    a_supported_case(casefile)
    consent = consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    code = str(done(casefile, CODES, FOR_UWV)["code"])
    unknown = check(casefile, "0123-4567-89AB-CDEF")
    withdraws(casefile, consent)
    withdrawn = check(casefile, code)
    assert withdrawn.json()["consent"] == "no"
    assert (withdrawn.status_code, withdrawn.json()) == (unknown.status_code, unknown.json())
    same = {name: withdrawn.headers[name] for name in withdrawn.headers if name != "date"}
    assert same == {name: unknown.headers[name] for name in unknown.headers if name != "date"}
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    assert said(casefile, code) == "no", "a new consent wants a new code"
    again = str(done(casefile, CODES, FOR_UWV)["code"])
    assert said(casefile, again) == "yes"
    casefile.move_clock(timedelta(days=32))
    assert check(casefile, again).json() == unknown.json()


def test_a_supporter_who_left_speaks_for_nobody(casefile: Running) -> None:
    code = a_code(casefile)
    leaves(casefile, "Anouk")
    assert said(casefile, code) == "no"


def test_every_check_is_recorded_with_whom_it_was_about_also_a_no(casefile: Running) -> None:
    code = a_code(casefile)
    said(casefile, code)
    said(casefile, "0123-4567-89AB-CDEF")
    yes, no = records(casefile, "checkConsent")
    assert (yes["organisation"], yes["persons"], yes["inputs"]["context"]["answer"]) == (
        "uwv",
        [str(NOUR)],
        "yes",
    )
    assert str(CASE) in yes["subjects"]
    assert (no["organisation"], no["persons"], no["inputs"]["context"]["answer"]) == ("-", [], "no")
    assert code not in str(records(casefile, "checkConsent"))


def test_a_code_is_shown_again_only_to_who_sends_the_same_command_and_kept_nowhere(casefile: Running) -> None:
    a_supported_case(casefile)
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    first = done(casefile, CODES, FOR_UWV, key="once")
    assert done(casefile, CODES, FOR_UWV, key="once") == first
    other = done(casefile, CODES, FOR_UWV)
    assert other["code"] != first["code"]
    assert len(first["code"].replace("-", "")) == 16
    casefile.look()
    bare = first["code"].replace("-", "").encode()
    stored = casefile.everything_stored()
    assert not [row for row in stored if first["code"].encode() in row or bare in row]
    assert "code" not in str(asked(casefile, "/commands/once")["answer"].keys())


def test_a_code_is_given_only_where_there_is_something_to_confirm(casefile: Running) -> None:
    a_supported_case(casefile)
    assert refused(casefile, CODES, FOR_UWV) == "NothingToCheck"
    consents(casefile, "uwv", FIRST, purpose="cp_represent", kind="authority")
    assert refused(casefile, CODES, FOR_UWV | {"authority": "svb"}) == "NothingToCheck"
    assert refused(casefile, CODES, FOR_UWV | {"partId": str(SECOND)}) == "NotServedByThem"
    assert refused(casefile, CODES, FOR_UWV | {"supporterId": str(uuid4())}) == "NotServedByThem"
    assert refused(casefile, CODES, FOR_UWV | {"partId": str(uuid4())}) == "PartUnknown"
    about = {"supporterId": ANOUK, "topic": "wonen", "authority": "uwv"}
    assert refused(casefile, CODES, about) == "PartUnknown"


def test_the_resident_gives_a_code_and_a_stranger_does_not(casefile: Running) -> None:
    a_supported_case(casefile)
    consents(casefile, "uwv", purpose="cp_represent", kind="authority")
    headers = casefile.provider.person_headers(NOUR) | {"Idempotency-Key": "mine"}
    mine = casefile.client.post(f"/v1{CODES}", json=FOR_UWV, headers=headers)
    assert mine.status_code == 201
    assert said(casefile, mine.json()["code"]) == "yes"
    stranger = casefile.provider.person_headers(uuid4()) | {"Idempotency-Key": "theirs"}
    denied = casefile.client.post(f"/v1{CODES}", json=FOR_UWV, headers=stranger)
    assert denied.status_code == 404
    assert post(casefile, CODES, FOR_UWV, by="emergis").status_code == 404
    assert post(casefile, CODES, FOR_UWV, role="role_administrator").status_code == 404


def test_garbage_at_the_border(casefile: Running) -> None:
    a_supported_case(casefile)
    for garbage in (
        {"supporterId": ANOUK, "authority": "uwv"},
        FOR_UWV | {"topic": "wonen"},
        FOR_UWV | {"authority": "Het UWV!"},
        FOR_UWV | {"supporterId": "Anouk"},
    ):
        assert post(casefile, CODES, garbage).status_code == 400
    for nonsense in ({}, {"code": ""}, {"code": "x" * 201}, {"code": 7}, {"code": "A", "case": str(CASE)}):
        assert casefile.client.post("/v1/consent-checks", json=nonsense).status_code == 400
    for odd in ("x", "🙂🙂🙂", "' or 1=1 --", "\u202e1234"):
        assert said(casefile, odd) == "no"


def test_guessing_is_slowed_down_the_same_for_every_code(casefile: Running) -> None:
    code = a_code(casefile)
    answers = [check(casefile, code) for _ in range(11)]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    unknown = [check(casefile, "ZZZZ-ZZZZ-ZZZZ-ZZZZ") for _ in range(11)]
    assert [each.status_code for each in unknown] == [200] * 10 + [429]
    assert answers[-1].json() == unknown[-1].json()
    casefile.move_clock(timedelta(minutes=11))
    assert said(casefile, code) == "yes"


def test_the_history_tells_every_check_and_its_answer_page_by_page(casefile: Running) -> None:
    code = a_code(casefile)
    assert said(casefile, code) == "yes"
    leaves(casefile, "Anouk")
    assert said(casefile, code) == "no"
    told: list[Body] = []
    path = f"/cases/{CASE}/history?limit=3"
    while path:
        page = asked(casefile, path)
        told += page["items"]
        path = ((page["_links"].get("next") or {}).get("href") or "").removeprefix("/v1")
    checks = [each for each in told if each["kind"] == "ConsentChecked"]
    assert [each["facts"]["answer"] for each in checks] == ["yes", "no"]
    assert "uwv vroeg na of er toestemming is. Het antwoord was ja" in checks[0]["sentence"]
    whole = asked(casefile, f"/cases/{CASE}/history?limit=100")["items"]
    assert [each["sentence"] for each in whole] == [each["sentence"] for each in told]


def test_the_history_tells_that_a_code_was_given_and_to_whom(casefile: Running) -> None:
    a_code(casefile)
    history = asked(casefile, f"/cases/{CASE}/history?limit=100", by=COORDINATION)
    (given,) = [each for each in history["items"] if each["kind"] == "ConsentCheckCodeGiven"]
    assert "uwv kan navragen" in given["sentence"]
    assert "digest" not in given["facts"]
