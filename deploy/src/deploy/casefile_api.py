"""Asking the running casefile over its public API, as an auditor of this machine's made-up provider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2

from deploy.exits import Exit, Finished
from deploy.issuer import mint
from deploy.operating import Operations


def auditor_token(operations: Operations, organisation: str = "waakvlam") -> str:
    """A short-lived token for the person at this keyboard; only for the embedded demo provider."""
    return mint(
        operations.folder.secrets,
        subject="operator",
        organisation=organisation,
        roles=["role_auditor"],
        now=datetime.now(UTC),
    )


def ask(operations: Operations, path: str) -> Any:
    """The answer to a question. Raises Finished when there is none, in words."""
    address = operations.running.address("casefile")
    if address is None:
        raise Finished(Exit.NOT_RUNNING, "casefile does not run")
    headers = {"Authorization": f"Bearer {auditor_token(operations)}"}
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
