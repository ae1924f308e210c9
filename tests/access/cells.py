"""One line of a matrix against the running service: every answer, every record, and nothing changed unseen.

The order matters. Who is not let in asks first: they change nothing, so all ask about the same case. Then who
is let in; a command that changes who may see what is sent about a case of its own each time.
"""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response
from tests.access.askers import Asker
from tests.access.state import Case, State
from tests.access.table import Row

Body = dict[str, Any]
LET_IN = ("in", "empty", "malformed")


def check_row(state: State, row: Row) -> None:
    """Ask this route as everybody."""
    askers = list(state.case.relations.askers())
    if row.is_open:
        # Nobody is asked who they are, and what is tried too often is refused.
        askers = [askers[0], askers[-1]]
    _none(sorted(row.unknown(askers)))
    wrong: list[str] = []
    expected = {asker: row.expected(asker) for asker in askers}
    _check_shut_out(state, row, [a for a in askers if expected[a] not in LET_IN], expected, wrong)
    _check_let_in(state, row, [a for a in askers if expected[a] in LET_IN], expected, wrong)
    _none(wrong)


def _none(wrong: list[str]) -> None:
    if wrong:
        pytest.fail("\n".join(wrong))


def _check_shut_out(
    state: State, row: Row, askers: list[Asker], expected: dict[Asker, str], wrong: list[str]
) -> None:
    before, number = state.stored(), state.last_record()
    hidden: list[Response] = []
    signed_in: list[Asker] = []
    for asker in askers:
        found, answer = state.answered(row, asker, state.case)
        if found != expected[asker]:
            wrong.append(f"{asker}: {found} instead of {expected[asker]}")
        elif found == "hidden":
            hidden.append(answer)
        if asker.signs_in is not None:
            signed_in.append(asker)
    _none(wrong)
    assert state.stored() == before, "who is not let in changed something"
    records = state.records_since(number)
    assert len(records) == len(signed_in), "not one record per answer"
    for asker, record in zip(signed_in, records, strict=True):
        if not row.stands_on_no_side(asker):
            _check_denial(asker, record, wrong)
    _none(wrong)
    if hidden:
        _check_like_absent(state, row, hidden, signed_in)


def _check_denial(asker: Asker, record: Body, wrong: list[str]) -> None:
    assert asker.signs_in is not None
    told = {name: record[name] for name in ("role", "status", "basis", "persons", "categories")}
    organisation = "-" if asker.signs_in.person else asker.signs_in.organisation
    if told != {"role": asker.role, "status": "not_found", "basis": [], "persons": [], "categories": []}:
        wrong.append(f"{asker}: recorded as {told}")
    if record["organisation"] != organisation:
        wrong.append(f"{asker}: recorded as of {record['organisation']}")
    if record["decision"] == "allow":
        wrong.append(f"{asker}: recorded as allowed by {record['policies']}")


def _check_like_absent(state: State, row: Row, hidden: list[Response], askers: list[Asker]) -> None:
    """Denied looks like absent, whoever asks (P17)."""
    nowhere = state.ask(row, askers[0], state.case.absent())
    assert nowhere.status_code == 404
    bodies = {str(_without_trace(answer)) for answer in (*hidden, nowhere)}
    assert len(bodies) == 1, bodies
    assert len({tuple(sorted(answer.headers)) for answer in (*hidden, nowhere)}) == 1


def _without_trace(answer: Response) -> Body:
    told: Body = answer.json()
    return told | {"traceId": "", "instance": ""}


def _check_let_in(
    state: State, row: Row, askers: list[Asker], expected: dict[Asker, str], wrong: list[str]
) -> None:
    case = state.case if not askers or row.is_open or (row.is_read and not row.empty) else state.a_case()
    if row.empty:
        state.running.look()
    for asker in askers:
        asker = _same_in(case, asker)
        number = state.last_record()
        found, answer = state.answered(row, asker, case)
        if found != row.expected(asker):
            wrong.append(f"{asker}: {found} instead of {row.expected(asker)} ({answer.text[:200]})")
            continue
        records = state.records_since(number)
        if asker.signs_in is not None and not row.is_open:
            _check_admission(asker, row, answer, records, wrong)
        if row.name in state.each_anew:
            case = state.a_case()


def _same_in(case: Case, asker: Asker) -> Asker:
    """The one who stands in the same relation to that case."""
    return next(
        each for each in case.relations.askers() if (each.relation, each.role) == (asker.relation, asker.role)
    )


def _check_admission(asker: Asker, row: Row, answer: Response, records: list[Body], wrong: list[str]) -> None:
    if len(records) != 1:
        wrong.append(f"{asker}: {len(records)} records of one answer")
        return
    (record,) = records
    outcome = {400: "malformed", 409: "refused", 410: "erased"}.get(answer.status_code, "ok")
    if record["status"] != outcome:
        wrong.append(f"{asker}: recorded as {record['status']} and not {outcome}")
    if record["decision"] != "allow" and "signed_in" not in row.let_in:
        wrong.append(f"{asker}: let in without a decision to allow it ({record['decision']})")
