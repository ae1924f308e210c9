"""`waakvlam erase` and `waakvlam erasures`: the operator's form, and what the erasure log says."""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx2
import typer

from chassis.erasure import ErasureLog
from chassis.erasure.log import CopyAway
from deploy.commands.options import DATA, Data, Json, addresses, answers, aside
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.issuer import mint
from deploy.operating import Operations

Person = Annotated[uuid.UUID, typer.Argument(help="Id of the person, as the list of people shows it.")]
Organisation = Annotated[
    str, typer.Option(help="The organisation on whose list the person's case stands, and which decided.")
]
Capacity = Annotated[str, typer.Option(help="resident or carer; a supporter is erased when they leave.")]
AskedBy = Annotated[str, typer.Option(help="resident, representative or organisation.")]
Ground = Annotated[
    str,
    typer.Option(
        help="no_longer_needed, consent_withdrawn, objection, unlawful, legal_duty or term_over (AVG 17)."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def erase(
    person: Person,
    organisation: Organisation,
    capacity: Capacity = "resident",
    asked_by: AskedBy = "resident",
    ground: Ground = "consent_withdrawn",
    yes: Yes = False,
    data: Data = DATA,
) -> None:
    """Erase a person in one capacity, for ever, unless the retention table says later or no.

    Only with the made-up sign-in of this machine; elsewhere a coordinator does it in the case.

    Example:
      ./waakvlam erase 5f0c2f0e-6a55-4c3a-9d0b-3f3f0b1f7a11 --organisation smwo
    """
    operations = Operations(data, addresses())
    if not yes and not (sys.stdin.isatty() and typer.confirm("Nobody can undo this. Erase?", err=True)):
        raise Finished(Exit.USAGE, "nothing was erased; give --yes to be sure")
    asked = {"capacity": capacity, "askedBy": asked_by, "ground": ground}
    answer = _post(operations, f"/v1/people/{person}/erasures", asked, organisation)
    answers.print(_in_words(answer), markup=False)


def erasures(data: Data = DATA, as_json: Json = False) -> None:
    """Show what was erased, by the log that lies outside the databases, and what is wrong with it.

    Works also while nothing runs. A line that was changed is filled in from a copy where there is one.

    Example:
      ./waakvlam erasures
    """
    folder = DataFolder(data)
    if not folder.erasure_log.parent.is_dir():
        raise Finished(Exit.USAGE, f"{folder.path} is no data folder with a list of erasures")
    try:
        listed = ErasureLog(folder.erasure_log, [folder.erasure_copy]).listed()
    except CopyAway as away:
        raise Finished(Exit.WRONG, str(away)) from None
    if as_json:
        found = [json.loads(entry.line()) for entry in listed.entries]
        told = {"entries": found, "faults": list(listed.faults), "complete": listed.complete}
        answers.print(json.dumps(told, indent=2), markup=False)
    else:
        for entry in listed.entries:
            when = f"{entry.erased_at:%Y-%m-%d %H:%M:%S} UTC"
            answers.print(f"{entry.number:>6}  {when}  {entry.capacity:<9}  {entry.person}", markup=False)
        answers.print(f"{len(listed.entries)} erasures", markup=False)
    for fault in listed.faults:
        aside.print(fault, markup=False)
    if not listed.complete:
        raise Finished(Exit.WRONG, "the list is not complete: put a whole copy in its place")


def _in_words(answer: dict[str, Any]) -> str:
    match answer["state"]:
        case "decided" | "erased":
            return f"decided; done within seconds, certificate at erasure {answer['erasureId']}"
        case "delayed":
            return f"not before {answer['until'] or 'the case is closed'}: {answer['reason']}"
        case _:
            return f"not erased: {answer['reason']}"


def _post(operations: Operations, path: str, body: dict[str, Any], organisation: str) -> dict[str, Any]:
    address = operations.running.address("casefile")
    if address is None:
        raise Finished(Exit.NOT_RUNNING, "casefile does not run")
    token = mint(
        operations.folder.secrets,
        subject="operator",
        organisation=organisation,
        roles=["role_coordinator"],
        now=datetime.now(UTC),
    )
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    try:
        with httpx2.Client(timeout=10.0, trust_env=False) as client:
            answer = client.post(f"{address}{path}", json=body, headers=headers)
    except httpx2.HTTPError as fault:
        raise Finished(Exit.WRONG, f"casefile does not answer ({type(fault).__name__})") from None
    if answer.status_code == 404:
        raise Finished(Exit.WRONG, "there is no such person in a case of that organisation")
    told = answer.json()
    if answer.status_code != 201:
        raise Finished(Exit.WRONG, f"{told.get('title', answer.status_code)}: {told.get('detail', '')}")
    return dict(told)
