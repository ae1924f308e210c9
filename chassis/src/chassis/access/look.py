"""One read under a decision: what may be seen is held, what was seen is recorded, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from chassis.access.asking import Asking
from chassis.access.policies import Asker, Fact, Policies, Resource
from chassis.access.scope import Held, Scope
from chassis.store.errors import NotAllowed, NotFound, Unavailable
from chassis.store.reach import Reach, in_reach

__all__ = [
    "HOLD",
    "NOBODY",
    "RECORD",
    "Look",
    "NotDecided",
    "asker_of",
    "decide",
    "held",
    "not_written",
    "nothing",
]

log = logging.getLogger(__name__)
R = TypeVar("R")
NOBODY = UUID(int=0)
ORGANISATION = "Organisation"
HOLD = (
    "select subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id"
    " from store.hold(%s::text[], %s::uuid[])"
)
HOLD_PERSON = (
    "select subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id"
    " from store.hold_person(%s::text[], %s)"
)
_LOOK = "select store.look(%s::text[])"
RECORD = "select store.record_access(%s)"


class NotDecided(RuntimeError):
    """A bug: data were asked for without a decision, or twice for one answer."""


class Look:
    """One read: what it may see, what it saw. Made by `Access.reading`.

    Take nothing else from the pool while it is open: give ``look.conn`` to whatever reads.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], asking: Asking, policies: Policies, action: str
    ) -> None:
        self._conn, self._asking, self._policies, self._action = conn, asking, policies, action
        self._begun = self._looks = self._is_allowed = self._is_denied = self.is_finished = False
        self._reach: Reach | None = None

    @property
    def conn(self) -> psycopg.Connection[Any]:
        """The transaction: row security knows for whom it reads."""
        self._say_for_whom()
        return self._conn

    @property
    def reach(self) -> Reach:
        """What these grantees may see when it is little: for the query of a list. Asked once."""
        if self._reach is None:
            self._reach = in_reach(self.conn)
        return self._reach

    def one(
        self, subject_id: UUID, part_id: UUID | None = None, *, resource: str | None = None, **facts: Fact
    ) -> Scope:
        """Hold one subject and decide. Raises NotFound when it may not be seen: as if it were not there."""
        scope = self._hold([subject_id])[0]
        scope = Scope(subject_id, scope.held, part_id)
        self._decide(scope, resource, facts)
        return scope

    def person(self, person_id: UUID, *, resource: str | None = None, **facts: Fact) -> Scope:
        """Hold all that is about one person and decide. Raises NotFound as `one` does."""
        self._begin()
        self._looks = True
        cursor = self._conn.execute(HOLD_PERSON, (list(self._asking.grantees), person_id), prepare=True)
        scope = Scope(person_id, tuple(map(held, cursor.fetchall())))
        self._decide(scope, resource, facts)
        self._asking.saw(persons=[person_id])
        return scope

    def listing(self, *, resource: str | None = ORGANISATION, **facts: Fact) -> None:
        """Whether this list may be asked for at all; row security then keeps the rows. Raises NotFound."""
        self._decide(nothing(), resource, facts)

    def rows(
        self, fetch: Callable[[psycopg.Connection[Any]], Sequence[R]], subject: Callable[[R], UUID]
    ) -> list[tuple[R, Scope]]:
        """Rows under row security, each with what may be seen of it.

        ``fetch`` runs one query; it runs a second time when the subjects that it found are held, so that
        nothing is shown that was withdrawn in between.
        """
        self._must_be_allowed()
        subjects = list(dict.fromkeys(map(subject, fetch(self.conn))))
        if not subjects:
            return []
        cursor = self._ask_to_hold(subjects)
        again = fetch(self._conn)
        scopes = self._scopes(subjects, cursor)
        kept = [(row, scopes[subject(row)]) for row in again if subject(row) in scopes]
        shown = {scope.subject_id: scope for _, scope in kept}
        self._asking.saw(subjects=shown)
        self._asking.on_ground_of(ground for scope in shown.values() for ground in scope.grounds())
        return kept

    def hold(self, subjects: Iterable[UUID]) -> dict[UUID, Scope]:
        """Hold more subjects; those of which something may be seen. Read their rows after this."""
        self._must_be_allowed()
        scopes = {scope.subject_id: scope for scope in self._hold(list(subjects)) if scope.held}
        self._asking.saw(subjects=scopes)
        self._asking.on_ground_of(ground for scope in scopes.values() for ground in scope.grounds())
        return scopes

    def saw(
        self,
        *,
        subjects: Iterable[UUID] = (),
        parts: Iterable[UUID] = (),
        persons: Iterable[UUID] = (),
        categories: Iterable[str] = (),
    ) -> None:
        """Whose data, and of which categories, the answer holds."""
        self._asking.saw(subjects=subjects, parts=parts, persons=persons, categories=categories)

    def finish(self) -> None:
        """Say what to record and commit; both are done, or nothing is shown, when the pipeline ends."""
        self._must_be_allowed()
        self.is_finished = True
        self._conn.execute(RECORD, (self._asking.text(),), prepare=True)
        if self._begun:
            self._conn.execute("commit")

    def _decide(self, scope: Scope, resource: str | None, facts: dict[str, Fact]) -> None:
        self._is_allowed = False
        try:
            decide(self._policies, self._asking, self._action, scope, resource, facts)
        except NotAllowed:
            self._is_denied = True
            raise
        self._is_allowed = True

    def _must_be_allowed(self) -> None:
        if self._is_denied:
            raise NotFound
        if not self._is_allowed:
            raise NotDecided("data were read without a decision")

    def _begin(self) -> None:
        if not self._begun:
            self._conn.execute("begin")
            self._begun = True

    def _say_for_whom(self) -> None:
        if not self._looks:
            self._begin()
            self._conn.execute(_LOOK, (list(self._asking.grantees),), prepare=True)
            self._looks = True

    def _ask_to_hold(self, subjects: list[UUID]) -> psycopg.Cursor[Any]:
        """Also says for whom is read from here on."""
        self._begin()
        self._looks = True
        return self._conn.execute(HOLD, (list(self._asking.grantees), subjects), prepare=True)

    def _hold(self, subjects: list[UUID]) -> list[Scope]:
        scopes = self._scopes(subjects, self._ask_to_hold(subjects))
        return [scopes.get(one, Scope(one, ())) for one in subjects]

    def _scopes(self, subjects: list[UUID], cursor: psycopg.Cursor[Any]) -> dict[UUID, Scope]:
        found: dict[UUID, list[Held]] = {}
        for row in map(held, cursor.fetchall()):
            found.setdefault(row.subject_id, []).append(row)
        return {one: Scope(one, tuple(found[one])) for one in subjects if one in found}


def decide(
    policies: Policies,
    asking: Asking,
    action: str,
    scope: Scope,
    resource: str | None,
    facts: dict[str, Fact],
) -> None:
    """One decision on everything that is known; kept for the record. Raises NotAllowed."""
    kind = policies.resource_of(action, resource)
    about = scope.asked or scope.subject_id
    resource_id = asking.organisation if about == NOBODY else str(about)
    decision = policies.decide(asker_of(asking), action, Resource(kind, resource_id), scope.context(facts))
    asking.decided(decision.entry())
    if scope.subject_id != NOBODY:
        asking.saw(subjects=[scope.subject_id], parts=[scope.asked] if scope.asked else [])
    if not decision.allowed:
        raise NotAllowed
    asking.on_ground_of(scope.grounds())


def asker_of(asking: Asking) -> Asker:
    """Who asks, as policies see it."""
    if asking.asker_kind == "person":
        return Asker("Person", asking.who, {"role": asking.role})
    return Asker("Staff", asking.who, {"organisation": asking.organisation, "role": asking.role})


def nothing() -> Scope:
    """Of no subject, nothing is held."""
    return Scope(NOBODY, ())


def held(row: Sequence[Any]) -> Held:
    """One row of ``store.hold()``."""
    subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id = row
    return Held(subject_id, part_id, grantee, kind, consent_id, frozenset(categories), valid_until, grant_id)


def not_written(fault: psycopg.Error) -> Unavailable:
    """What is raised when a record could not be written."""
    log.error("an access record could not be written (%s): nothing is shown", type(fault).__name__)
    return Unavailable("the access record could not be written")
