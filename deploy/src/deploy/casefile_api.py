"""Asking the running casefile over its public API, as an auditor of this machine's made-up provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2

from casefile.views.cases import find_case
from contracts import number
from deploy.exits import Exit, Finished
from deploy.issuer import mint
from deploy.operating import Operations, service_named


@dataclass(frozen=True, slots=True)
class CaseHere:
    """A case of this machine, and on whose list it stands."""

    case_id: UUID
    organisation: str


def case_here(operations: Operations, name: str) -> CaseHere:
    """The case of that number or id, from its service's database: who operates the machine may know where a
    case stands, which says whose auditor may see it. Raises Finished when there is none, in words.
    """
    with operations.connected(service_named("casefile"), "worker") as connection:
        row = find_case(connection, _named(name))
    if row is None:
        raise Finished(Exit.WRONG, "there is no such case")
    return CaseHere(row.case_id, row.organisation)


def auditor_token(operations: Operations, organisation: str) -> str:
    """A short-lived token for the person at this keyboard; only for the embedded demo provider."""
    return mint(
        operations.folder.secrets,
        subject="operator",
        organisation=organisation,
        roles=["role_auditor"],
        now=datetime.now(UTC),
    )


def ask(operations: Operations, path: str, organisation: str) -> Any:
    """The answer to a question of that organisation's auditor. Raises Finished when there is none."""
    address = operations.running.address("casefile")
    if address is None:
        raise Finished(Exit.NOT_RUNNING, "casefile does not run")
    headers = {"Authorization": f"Bearer {auditor_token(operations, organisation)}"}
    try:
        with httpx2.Client(timeout=10.0, trust_env=False) as client:
            answer = client.get(f"{address}{path}", headers=headers)
    except httpx2.HTTPError as fault:
        raise Finished(Exit.WRONG, f"casefile does not answer ({type(fault).__name__})") from None
    if answer.status_code == 404:
        raise Finished(Exit.WRONG, "there is no such case")
    if answer.status_code != 200:
        raise Finished(Exit.WRONG, f"casefile answers {answer.status_code}")
    return answer.json()


def _named(name: str) -> UUID | str:
    for known in (UUID, number.parse):
        try:
            return known(name)
        except ValueError:
            continue
    raise Finished(Exit.WRONG, "there is no such case")
