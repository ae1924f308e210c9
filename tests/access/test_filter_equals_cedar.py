"""The rows of a list are those that Cedar lets be read one by one, whatever grants and bars there are.

Grants are written as guards write them, by role; then the list is asked over HTTP and each row is decided by
itself on what ``store.hold`` says. A list of one's own organisation (requests, searches, checks) is narrower
on purpose for everybody else: they get no row that Cedar would not let them read, and need not get all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.access.askers import Asker
from tests.access.conftest import BUILT, a_running
from tests.access.state import Case, State
from tests.access.table import rows
from tests.support.stack import PostgresForTests

from chassis.access.look import held
from chassis.access.policies import Asker as PolicyAsker
from chassis.access.policies import Policies, Resource
from chassis.access.scope import Scope


@dataclass(frozen=True)
class Listing:
    """A list, and how one of its rows is read by itself: its subject and part among the ids of a case."""

    path: str
    row_id: str
    action: str
    resource: str
    subject: str
    part: str | None = None


LISTS = {
    "casefile": Listing("/cases", "case_id", "readCase", "Case", "case_id"),
    "intake": Listing("/requests", "request_id", "readRequest", "Request", "request_id"),
    "matching": Listing("/searches", "search_id", "seeSearch", "Search", "case_id", "part_id"),
    "notifications": Listing("/checks", "check_id", "seeCheck", "Check", "case_id", "check_id"),
}
KINDS = {
    "role_coordinator": ("participation", "consent"),
    "role_supporter": ("participation", "consent"),
    "role_auditor": ("audit", "consent"),
    "role_resident": ("own",),
    "role_representative": ("own",),
}
"""By which grants each role may hold something; nobody else ever holds any."""
GIVES = {"casefile": {"participation", "consent", "audit", "own"}, "matching": {"participation", "own"}}
"""Kinds that the guards of a service give; of the others participation."""


@pytest.fixture(scope="module", params=LISTS)
def listed(
    request: pytest.FixtureRequest, postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, State, list[Case]]]:
    """A service with three cases, of which the list tells; grants come and go."""
    service = request.param
    with a_running(service, postgres, tmp_path_factory.mktemp(service)) as running:
        state = BUILT[service][2](running)
        cases = [state.case, state.a_case(), state.a_case()]
        running.look()
        yield service, state, cases


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(data=st.data())
def test_rows_of_a_list_are_those_that_cedar_lets_be_read(
    listed: tuple[str, State, list[Case]], data: st.DataObject
) -> None:
    service, state, cases = listed
    listing = LISTS[service]
    askers = [each for each in state.case.relations.askers() if each.role in KINDS]
    asker = data.draw(st.sampled_from(askers), label="asker")
    with psycopg.connect(state.running.database.url("admin"), autocommit=True) as conn:
        conn.execute("delete from store.access_grant")
        conn.execute("delete from store.access_bar")
        for case in cases:
            _give(conn, service, listing, asker, case, data)
        allowed = {case.ids[listing.row_id] for case in cases if _may_read(conn, service, asker, case)}
    answer = state.running.get(f"{listing.path}?limit=100", by=asker.signs_in)
    name = listing.row_id.split("_")[0] + "Id"
    shown = {UUID(item[name]) for item in answer.json().get("items", [])}
    (row,) = [row for row in rows(service) if row.name == f"GET /v1{listing.path}"]
    assert shown <= allowed, "a list shows what Cedar does not let be read"
    if service == "casefile" or (row.expected(asker) == "in" and asker.relation in ("home", "own")):
        assert shown == allowed, "a list leaves out what Cedar lets be read"


def _give(
    conn: psycopg.Connection[Any],
    service: str,
    listing: Listing,
    asker: Asker,
    case: Case,
    data: st.DataObject,
) -> None:
    subject, part = case.ids[listing.subject], case.ids[listing.part] if listing.part else None
    kinds = [kind for kind in KINDS[asker.role] if kind in GIVES.get(service, {"participation"})]
    # A request has no parts, so intake gives no grant of one.
    parts = (None,) if service == "intake" else (None, part, uuid4())
    for kind in kinds:
        for part_id in data.draw(st.sets(st.sampled_from(parts), max_size=2), label=kind):
            if kind == "own" and part_id is not None:
                continue
            over, term = data.draw(st.booleans()), data.draw(st.sampled_from(("-1 day", "1 day", None)))
            conn.execute(
                "insert into store.access_grant (grant_id, subject_id, part_id, grantee, kind, consent_id,"
                " categories, valid_from, valid_until, over) values (%s, %s, %s, %s, %s, null, array['*'],"
                " clock.now() - interval '2 days', clock.now() + %s::interval, %s)",
                (uuid4(), subject, part_id, _grantees(asker)[0], kind, term, over),
            )
    if data.draw(st.booleans(), label="barred"):
        conn.execute(
            "insert into store.access_bar values (%s, %s, 'tie', clock.now(), %s)",
            (subject, _grantees(asker)[-1], data.draw(st.booleans())),
        )


def _may_read(conn: psycopg.Connection[Any], service: str, asker: Asker, case: Case) -> bool:
    listing = LISTS[service]
    subject, part = case.ids[listing.subject], case.ids[listing.part] if listing.part else None
    query = (
        "select subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id"
        " from store.hold(%s::text[], %s::uuid[])"
    )
    found = conn.execute(query, (list(_grantees(asker)), [subject])).fetchall()
    scope = Scope(subject, tuple(map(held, found)), part)
    assert asker.signs_in is not None
    staff = {"organisation": asker.signs_in.organisation or "", "role": asker.role}
    who = PolicyAsker("Person", "one", {"role": asker.role})
    if asker.signs_in.person is None:
        who = PolicyAsker("Staff", "one", staff)
    resource = Resource(listing.resource, str(subject))
    return Policies.of(service).decide(who, listing.action, resource, scope.context({})).allowed


def _grantees(asker: Asker) -> tuple[str, ...]:
    """As ``grantees_of`` has them; the first is by which that role is let in."""
    who = asker.signs_in
    assert who is not None
    if who.person is not None:
        return (f"person:{who.person}:for:{who.represents}" if who.represents else f"person:{who.person}",)
    own, all_of = f"{asker.role}:{who.subject}", f"{asker.role}@{who.organisation}"
    names = (own, all_of) if asker.role == "role_supporter" else (all_of, own)
    return (*names, f"staff:{who.subject}")
