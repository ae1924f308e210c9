"""What people send to intake in these tests. Everybody is invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.support.running import Running

Body = dict[str, Any]


def a_referral(**changed: Any) -> Body:
    """A GP refers Nour by phone."""
    return {
        "network": "almere",
        "municipality": "almere",
        "door": "referrer",
        "source": "ref_huisarts",
        "requester": {"relation": "professional", "name": "Marloes", "phone": "036-5550000"},
        "resident": {"name": "Nour", "phone": "06 55500001"},
        "question": "Ik snap de brieven niet",
        "languages": ["ar", "nl"],
        **changed,
    }


def an_explanation(**changed: Any) -> Body:
    return {
        "explainedByRole": "role_coordinator",
        "way": "ck_phone",
        "toldFreeOfCharge": True,
        "toldVoluntary": True,
        **changed,
    }


def a_yes(intake: Running, **changed: Any) -> Body:
    """Nour says yes to the text that was read aloud, and to two parts."""
    text = intake.get("/consent-texts?network=almere&purpose=cp_support&language=ar").json()
    return {
        "consent": {
            "textId": text["textId"],
            "textSha256": text["textSha256"],
            "way": "cw_spoken",
            "recordedByRole": "role_coordinator",
        },
        "parts": [
            {
                "question": "Hulp bij de brieven van de belasting",
                "doneWhen": "Alle brieven zijn beantwoord",
                "lifeDomains": ["financien"],
                "formality": "informal",
            },
            {
                "question": "Hulp in huis regelen",
                "doneWhen": "Er komt elke week iemand",
                "lifeDomains": ["wonen", "gezondheid"],
            },
        ],
        **changed,
    }


def received(intake: Running, **changed: Any) -> UUID:
    """A request that came in; its id."""
    answer = intake.post("/requests", a_referral(**changed))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["requestId"])


def explained(intake: Running, **changed: Any) -> UUID:
    """A request whose resident heard of the right to support."""
    request_id = received(intake, **changed)
    answer = intake.post(f"/requests/{request_id}/explanations", an_explanation())
    assert answer.status_code == 201, answer.text
    return request_id


def accepted(intake: Running, **changed: Any) -> UUID:
    """A request whose resident said yes."""
    request_id = explained(intake, **changed)
    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake))
    assert answer.status_code == 201, answer.text
    return request_id


def moment(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text)
