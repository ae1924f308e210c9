"""Whether an organisation may be told something now, and the record of it in the same transaction.

`hold` keeps a withdrawal waiting until the transaction ends: one that was committed before is seen, and one
that comes now is committed after the message has left (promise P18).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from chassis.access.asking import Asking, Clock
from chassis.access.policies import Asker, Decision, Policies, Resource
from chassis.access.scope import ALL, Held, Scope
from chassis.sharing.book import Conn, organisations_of
from chassis.sharing.telling import About
from chassis.signin_principal import Principal

ACTION, KIND, PURPOSE = "shareWithPartner", "X", "sharing"
# What an organisation may be told by; that somebody of it audits the case too is no reason.
GROUNDS = ("participation", "consent")
_HOLD = (
    "select subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id"
    " from store.hold(%s::text[], %s::uuid[])"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an organisation may be told of a message: these parts (empty: the whole), on these grounds."""

    allowed: bool
    parts: tuple[UUID, ...]
    grounds: tuple[Held, ...]
    decision: Decision


class Gate:
    """Decides under the service's policy ``shareWithPartner``; what no policy allows is not told."""

    def __init__(self, service: str, policies: Callable[[], Policies], clock: Clock) -> None:
        self._service, self._load, self._clock = service, policies, clock

    @cached_property
    def _policies(self) -> Policies:
        return self._load()

    def hold(self, conn: Conn, subject_id: UUID) -> dict[str, tuple[Held, ...]]:
        """What each organisation holds of the subject; nobody changes it until this transaction ends."""
        self._held(conn, [], subject_id)
        return {
            organisation: self._held(conn, grantees, subject_id)
            for organisation, grantees in organisations_of(conn, subject_id).items()
        }

    def _held(self, conn: Conn, grantees: Sequence[str], subject_id: UUID) -> tuple[Held, ...]:
        rows = conn.execute(_HOLD, (list(grantees), [subject_id]), prepare=True).fetchall()
        return tuple(
            Held(subject, part, grantee, kind, consent, frozenset(categories), until, grant)
            for subject, part, grantee, kind, consent, categories, until, grant in rows
        )

    def decide(self, organisation: str, subject_id: UUID, held: Sequence[Held], about: About) -> Verdict:
        """May this organisation be told? Of several parts: of which."""
        counting = tuple(one for one in held if not one.categories.isdisjoint((ALL, about.category)))
        asker = Asker("Partner", organisation, {"organisation": organisation})
        parts: list[UUID] = []
        grounds: dict[Held, None] = {}
        said: Decision | None = None
        for part in about.parts or (None,):
            scope = Scope(subject_id, counting, part)
            resource = Resource(self._policies.resource_of(ACTION), str(part or subject_id))
            decision = self._policies.decide(
                asker, ACTION, resource, scope.context({"category": about.category})
            )
            if decision.allowed:
                parts += [part] if part else []
                grounds |= dict.fromkeys(one for one in counting if one.covers(part) and one.kind in GROUNDS)
            if said is None or (decision.allowed and not said.allowed):
                said = decision
        assert said is not None  # noqa: S101 - there is at least one question
        return Verdict(said.allowed, tuple(parts), tuple(grounds), said)

    def record(
        self,
        conn: Conn,
        organisation: str,
        subject_id: UUID,
        about: About,
        verdict: Verdict,
    ) -> None:
        """Who is told what, why, or that it was stopped: an access record in this transaction (P11, P23)."""
        asking = Asking(
            principal=Principal("feed", organisation),
            who=f"{self._service}:feed",
            clock=self._clock,
            action=ACTION,
            activity=f"{self._service}.share-with-partner",
            kind=KIND,
            purpose=PURPOSE,
            address_class="bus",
        )
        asking.saw(subjects=[subject_id], parts=verdict.parts or about.parts, persons=about.persons)
        asking.saw(categories=[about.category])
        asking.on_ground_of(held.ground for held in verdict.grounds)
        asking.decided(verdict.decision.entry())
        text = asking.text("ok" if verdict.allowed else "not_found")
        conn.execute("select store.record_access(%s)", (text,), prepare=True)
