"""Nour signs in, or somebody tries to, in these tests. Everybody is invented."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from httpx2 import Response
from tests.casefile.telling import CASE, COORDINATION, NOUR, done
from tests.support.running import Running

Body = dict[str, Any]
PIN = "482915"


def a_paper(casefile: Running, person: UUID = NOUR, **more: Any) -> Body:
    """What the coordinator hands out."""
    asked = {"caseId": str(CASE), "handed": more.pop("handed", "in_person")}
    return done(casefile, f"/people/{person}/sign-in-codes", asked, **{"by": COORDINATION, **more})


def session(casefile: Running, **asked: Any) -> Response:
    """Somebody tries to sign in."""
    return casefile.client.post("/v1/resident-sessions", json=asked)


def in_door(casefile: Running, **asked: Any) -> str:
    """The token of somebody who got in."""
    answer = session(casefile, **asked)
    assert answer.status_code == 201, answer.text
    assert answer.json()["tokenType"] == "Bearer"
    return str(answer.json()["accessToken"])


def at_the_door(casefile: Running, **asked: Any) -> str:
    """The name of the refusal."""
    answer = session(casefile, **asked)
    assert answer.status_code == 409, answer.text
    return str(answer.json()["title"])


def a_name_with_pin(casefile: Running, pin: str = PIN) -> str:
    """The sign-in name of Nour, who chose a PIN."""
    paper = a_paper(casefile)
    in_door(casefile, code=paper["code"], newPin=pin)
    return str(paper["signInName"])


def as_person(casefile: Running, method: str, path: str, token: str, **more: Any) -> Response:
    """A request with that token."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{next(casefile.keys)}"}
    return casefile.client.request(method, f"/v1{path}", headers=headers, **more)
