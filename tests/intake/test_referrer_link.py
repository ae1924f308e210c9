"""A referrer asks by a link what became of a referral, and hears what the resident agrees to (CON-10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from httpx2 import Response
from tests.intake.bodies import a_referral, a_yes, an_explanation
from tests.support.ids import a_person_id, an_id
from tests.support.running import Running

from contracts.casefile import (
    CaseClosed,
    CaseReopened,
    ConsentExpired,
    ConsentGiven,
    ConsentNarrowed,
    ConsentRecordedInError,
    ConsentWithdrawn,
)
from contracts.casefile.consent import Party
from intake.api import referrals

NOUR = a_person_id("Nour")
YES = an_id("consent", "to inform")
Link = tuple[UUID, str]


def referred(intake: Running, **changed: Any) -> Link:
    """The request, and the secret that the GP gets."""
    answer = intake.post("/requests", a_referral(**changed)).json()
    return UUID(answer["requestId"]), answer["referralToken"]


def accepted(intake: Running) -> Link:
    request_id, token = referred(intake)
    intake.post(f"/requests/{request_id}/explanations", an_explanation())
    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake))
    assert answer.status_code == 201, answer.text
    return request_id, token


def ask(intake: Running, token: str) -> Response:
    """Somebody shows the link; nobody is signed in."""
    return intake.client.post("/v1/referral-status", json={"token": token})


def status(intake: Running, token: str) -> str:
    answer = ask(intake, token)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def a_consent(intake: Running, request_id: UUID, **changed: Any) -> ConsentGiven:
    return ConsentGiven(
        **{
            "consent_id": YES,
            "purpose": "cp_inform_referrer",
            "party": Party(kind="referrer", id="ref_huisarts"),
            "case_ids": (request_id,),
            "part_ids": (),
            "data_categories": ("dc_contact",),
            "given_at": intake.now(),
            "valid_until": None,
            "text_id": "inform_referrer",
            "text_sha256": "0" * 64,
            "text_language": "nl",
            "text_version": 1,
            "way": "cw_spoken",
            "recorded_by_role": "role_supporter",
            "by_representative": False,
            **changed,
        }
    )


def the_end(kind: Any, request_id: UUID, **changed: Any) -> Any:
    about = {
        "consent_id": YES,
        "purpose": "cp_inform_referrer",
        "party": Party(kind="referrer", id="ref_huisarts"),
        "case_ids": (request_id,),
    }
    return kind(**(about | changed))


# The link.


def test_professional_gets_a_link_and_nobody_else(intake: Running) -> None:
    _, token = referred(intake)

    assert len(token.replace("-", "")) == 26
    for relation in ("close_person", "resident"):
        requester = {"relation": relation}
        assert referred(intake, requester=requester)[1] is None


def test_same_command_gives_the_same_link_and_every_referral_another(intake: Running) -> None:
    first = intake.post("/requests", a_referral(), key="once").json()

    assert intake.post("/requests", a_referral(), key="once").json() == first
    assert referred(intake)[1] != first["referralToken"]


def test_link_is_stored_nowhere(intake: Running) -> None:
    _, token = referred(intake)
    status(intake, token)

    with psycopg.connect(intake.database.url("admin")) as conn:
        tables = conn.execute("select tablename from pg_tables where schemaname = 'store'").fetchall()
        whole = "".join(
            str(row) for (name,) in tables for row in conn.execute(f"select t::text from store.{name} t")
        )
    assert len(whole) > 1000
    assert token not in whole
    assert token.replace("-", "") not in whole


# What it tells.


def test_without_consent_it_was_received_and_that_is_all(intake: Running) -> None:
    request_id, token = referred(intake)
    seen = [ask(intake, token).json()]
    intake.post(f"/requests/{request_id}/explanations", an_explanation())
    seen.append(ask(intake, token).json())
    intake.post(f"/requests/{request_id}/declines")
    seen.append(ask(intake, token).json())
    _, other = accepted(intake)
    seen.append(ask(intake, other).json())
    seen.append(ask(intake, "0000-0000").json())

    assert seen == [{"status": "received"}] * 5


def test_with_consent_it_tells_that_support_goes_on_and_ended(intake: Running) -> None:
    request_id, token = accepted(intake)

    intake.hear(a_consent(intake, request_id), NOUR)
    assert status(intake, token) == "supportAgreed"
    assert status(intake, token.lower().replace("-", " ")) == "supportAgreed"

    intake.hear(CaseClosed(reason="close_agreements", closed_at=intake.now()), request_id)
    assert status(intake, token) == "supportEnded"
    intake.hear(CaseReopened(reopened_at=intake.now()), request_id)
    assert status(intake, token) == "supportAgreed"


@pytest.mark.parametrize("kind", [ConsentWithdrawn, ConsentExpired, ConsentRecordedInError])
def test_when_consent_is_over_it_tells_nothing_again(intake: Running, kind: Any) -> None:
    request_id, token = accepted(intake)
    intake.hear(a_consent(intake, request_id), NOUR)

    intake.hear(the_end(kind, request_id), NOUR)

    assert status(intake, token) == "received"


@pytest.mark.parametrize(
    "changed",
    [
        {"purpose": "cp_support"},
        {"party": Party(kind="organisation", id="ref_huisarts")},
        {"case_ids": ()},
        {"case_ids": (an_id("case", "another"),)},
    ],
)
def test_another_consent_tells_nothing(intake: Running, changed: dict[str, Any]) -> None:
    request_id, token = accepted(intake)

    intake.hear(a_consent(intake, request_id, **changed), NOUR)

    assert status(intake, token) == "received"


def test_withdrawal_of_another_purpose_leaves_this_one(intake: Running) -> None:
    request_id, token = accepted(intake)
    intake.hear(a_consent(intake, request_id), NOUR)

    intake.hear(the_end(ConsentWithdrawn, request_id, purpose="cp_support"), NOUR)
    intake.hear(the_end(ConsentWithdrawn, request_id, consent_id=an_id("other")), NOUR)

    assert status(intake, token) == "supportAgreed"


def test_consent_has_its_term_also_when_it_is_narrowed(intake: Running) -> None:
    request_id, token = accepted(intake)
    intake.hear(a_consent(intake, request_id), NOUR)
    until: datetime = intake.now() + timedelta(days=2)
    narrowed = the_end(
        ConsentNarrowed, request_id, part_ids=(), data_categories=("dc_contact",), valid_until=until
    )

    intake.hear(narrowed, NOUR)
    assert status(intake, token) == "supportAgreed"
    intake.later(timedelta(days=2))
    assert status(intake, token) == "received"


def test_link_has_its_time(intake: Running) -> None:
    request_id, token = accepted(intake)
    intake.hear(a_consent(intake, request_id), NOUR)
    intake.later(timedelta(days=180))

    assert status(intake, token) == "received"


# As a subscriber (done: above).


def test_redelivered_changes_nothing(intake: Running) -> None:
    request_id, _ = accepted(intake)
    message = intake.message(a_consent(intake, request_id), NOUR)
    intake.deliver("casefile", message)
    before = intake.stored()

    intake.deliver("casefile", message)

    assert intake.stored() == before


def test_consents_of_two_people_at_once_are_both_heard(intake: Running) -> None:
    links = [accepted(intake) for _ in range(4)]
    messages = [
        intake.message(a_consent(intake, request_id), a_person_id(str(n)))
        for n, (request_id, _) in enumerate(links)
    ]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda message: intake.deliver("casefile", message), messages))

    assert {status(intake, token) for _, token in links} == {"supportAgreed"}


def test_case_that_nobody_referred_is_no_matter(intake: Running) -> None:
    intake.hear(CaseClosed(reason="close_agreements", closed_at=intake.now()), an_id("case", "elsewhere"))

    assert intake.dead_letters() == []


# Guessing.


def test_flood_is_told_to_wait_for_known_and_unknown_alike(
    intake: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referrals, "PER_LINK", 3)
    _, token = referred(intake)
    for one in (token, "ZZZZ-ZZZZ"):
        answers = [ask(intake, one) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert int(answers[-1].headers["retry-after"]) > 0


def test_guesses_from_one_address_are_counted_together(
    intake: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referrals, "PER_ADDRESS", 5)

    assert [ask(intake, f"0000-{n:04}").status_code for n in range(7)] == [*[200] * 5, 429, 429]


@pytest.mark.parametrize(
    "asked", [{}, {"token": ""}, {"token": 3}, {"token": "x" * 61}, {"token": "x", "y": 1}]
)
def test_malformed_is_said(intake: Running, asked: dict[str, Any]) -> None:
    assert intake.client.post("/v1/referral-status", json=asked).status_code == 400


def test_link_in_an_address_is_no_question(intake: Running) -> None:
    _, token = referred(intake)

    assert intake.client.get(f"/v1/referral-status?token={token}").status_code in (400, 405)
    assert intake.client.post(f"/v1/referral-status?token={token}", json={"token": token}).status_code == 400
