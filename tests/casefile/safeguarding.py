"""Who asks what of emergency access, safety risks, personal ties and consent checks, in tests over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from httpx2 import Response
from tests.casefile.telling import CASE, COORDINATION, FORMAL, INFORMAL, Body, done, post
from tests.support.running import Running

ELSEWHERE = "emergis"
WORDS = "Buren horen geschreeuw, en zij neemt niet op"
IN_DANGER: Body = {"reason": "bg_danger_to_resident", "words": WORDS}
BREAKER = "coordinator-far-away"


def broken(casefile: Running, case: object = CASE, body: Body = IN_DANGER, **who: Any) -> Response:
    """A coordinator of another receiving organisation opens the case in an emergency."""
    return post(casefile, f"/cases/{case}/break-glass", body, **({"by": far(casefile)} | who))


def far(casefile: Running) -> str:
    """Another organisation that receives residents in the network, to which Nour consented to nothing."""
    networks = casefile.service.base.reference
    body = networks.current("oosterschelde", casefile.now()).body
    return next(
        str(each["id"])
        for each in body["organisations"]
        if each["id"] not in (COORDINATION, INFORMAL, FORMAL)
        and any("receives" in role["does"] for role in each["roles"])
    )


def looked(casefile: Running, path: str, *, by: str, role: str, subject: str) -> Response:
    """A question by somebody; the views are up to date."""
    casefile.look()
    headers = casefile.provider.headers(
        **{"https://waakvlam.example/claims/organisation": by}, roles=[role], sub=subject
    )
    return casefile.client.get(f"/v1{path}", headers=headers)


def grants(casefile: Running, subject: UUID, grantee: str) -> list[str]:
    """Kinds of the grants that this grantee holds on a subject now, after bars."""
    query = (
        "select kind from store.access_grant g where subject_id = %s and grantee = %s and not over"
        " and valid_from <= clock.now() and (valid_until is null or valid_until > clock.now())"
        " and not exists (select from store.access_bar b where b.subject_id = g.subject_id"
        " and b.grantee = g.grantee and not b.over) order by 1"
    )
    with psycopg.connect(casefile.database.url("admin")) as conn:
        return [row[0] for row in conn.execute(query, (subject, grantee)).fetchall()]


def held(casefile: Running, subject: UUID, *grantees: str) -> list[str]:
    """Kinds that somebody who carries these strings may use now, as the database says."""
    with psycopg.connect(casefile.database.url("admin")) as conn:
        rows = conn.execute("select kind from store.hold(%s, %s)", (list(grantees), [subject])).fetchall()
    return sorted(row[0] for row in rows)


def records(casefile: Running, action: str) -> list[Body]:
    """The access records of an action, oldest first."""
    with psycopg.connect(casefile.database.url("admin")) as conn:
        rows = conn.execute(
            "select entry::jsonb from store.access_record where action = %s order by number", (action,)
        ).fetchall()
    return [row[0] for row in rows]


def emergency_looks(casefile: Running) -> list[Body]:
    """The access records of looks that emergency access allowed; that it was opened is no look."""
    with psycopg.connect(casefile.database.url("admin")) as conn:
        rows = conn.execute(
            "select entry::jsonb from store.access_record where (entry::jsonb ->> 'breakGlass')::boolean"
            " and action <> 'breakGlass' and decision = 'allow' order by number"
        ).fetchall()
    return [row[0] for row in rows]


def opened(casefile: Running, **who: Any) -> Body:
    """The answer to emergency access that was given."""
    return done(casefile, f"/cases/{CASE}/break-glass", IN_DANGER, **({"by": far(casefile)} | who))
