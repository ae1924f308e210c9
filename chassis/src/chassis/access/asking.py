"""One request of somebody who signed in, and its access record in the making (promise P11).

The request's middleware opens a `Handling`; sign-in puts the `Asking` in it; whoever writes in the request's
own transaction (a read, a save) takes ``text()`` along and says ``written()`` after the commit; what then
has no record yet gets it before the answer leaves (`chassis.access.recorded`). Exactly one per answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from uuid import UUID, uuid4

from chassis.access.grantees import grantees_of
from chassis.signin_principal import NO_ORGANISATION, Kind, Principal

__all__ = ["Asking", "Handling", "Trace", "current", "handled", "handling"]

Outcome = str
"""``ok``, ``replayed``, ``malformed``, ``not_found`` (denied or absent), ``refused``, ``erased``, ``limited``
or ``failed``."""


class Clock(Protocol):
    """As much of a clock as a record needs."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a request stands in its trace (W3C)."""

    trace_id: str
    span_id: str
    parent_span_id: str | None = None

    @staticmethod
    def begun() -> Trace:
        """A trace that begins here."""
        return Trace(secrets.token_hex(16), secrets.token_hex(8))


@dataclass(slots=True, kw_only=True)
class Asking:
    """Who asks, in which role, for what; and what is known so far of what they were given.

    ``who`` is a pairwise id: it tells two people of one organisation apart, and nobody outside can tell whom
    it stands for. ``activity`` is the id in the register of processing; ``described`` gives its kind (``C``,
    ``R``, ``U``, ``D``, ``E``, ``S`` or ``X``) and purpose.
    """

    principal: Principal
    who: str
    clock: Clock
    action: str = ""
    activity: str = ""
    kind: str = "R"
    purpose: str = ""
    address_class: str = "unknown"
    described: Callable[[str], tuple[str, str]] = lambda _activity: ("R", "")
    trace: Trace = field(default_factory=Trace.begun)
    id: UUID = field(default_factory=uuid4)
    grantees: tuple[str, ...] = ()
    is_recorded: bool = False
    open_looks: int = 0
    _begun: float = field(default_factory=monotonic)
    _subjects: dict[UUID, None] = field(default_factory=dict)
    _parts: dict[UUID, None] = field(default_factory=dict)
    _persons: dict[UUID, None] = field(default_factory=dict)
    _categories: set[str] = field(default_factory=set)
    _basis: dict[tuple[str, UUID], None] = field(default_factory=dict)
    _decision: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.act_as(self.principal)

    def act_as(self, principal: Principal) -> None:
        """The same person, now in the role that the request names."""
        self.principal = principal
        self.grantees = grantees_of(principal)

    @property
    def subject(self) -> str:
        return self.principal.subject

    @property
    def organisation(self) -> str:
        return self.principal.organisation

    @property
    def role(self) -> str:
        return self.principal.role

    @property
    def roles(self) -> frozenset[str]:
        return self.principal.roles

    @property
    def is_guest(self) -> bool:
        """Whether nobody signed in: somebody shows a code."""
        return self.asker_kind == "staff" and self.organisation == NO_ORGANISATION

    @property
    def asker_kind(self) -> Kind:
        """``staff`` or ``person``."""
        return self.principal.kind

    @property
    def person(self) -> UUID | None:
        return self.principal.person

    @property
    def represents(self) -> UUID | None:
        return self.principal.represents

    def does(self, action: str, activity: str | None = None) -> None:
        """What is asked for: the policies' action, and the activity in the register of processing."""
        self.action = action
        if activity is not None and activity != self.activity:
            self.activity = activity
            self.kind, self.purpose = self.described(activity)

    def saw(
        self,
        *,
        subjects: Iterable[UUID] = (),
        parts: Iterable[UUID] = (),
        persons: Iterable[UUID] = (),
        categories: Iterable[str] = (),
    ) -> None:
        """Whose data, and which, this answer is about."""
        self._subjects |= dict.fromkeys(subjects)
        self._parts |= dict.fromkeys(parts)
        self._persons |= dict.fromkeys(persons)
        self._categories |= set(categories)

    def on_ground_of(self, grounds: Iterable[tuple[str, UUID]]) -> None:
        """Why: the kinds and ids of the grants, or of the consents behind them."""
        self._basis |= dict.fromkeys(grounds)

    def decided(self, decision: Mapping[str, Any]) -> None:
        """What the policies said, as `chassis.access.policies.Decision.entry` has it. The last one counts."""
        self._decision = dict(decision)

    def text(self, outcome: Outcome = "ok") -> str:
        """The access record as it stands now: canonical JSON (RFC 8785), to be written as it is.

        Times are milliseconds since 1970. It holds ids, codes and pseudonyms; never a name or a word that
        somebody wrote.
        """
        ended = self.clock.now()
        begun = ended - timedelta(seconds=monotonic() - self._begun)
        return _canonical(
            {
                "id": str(self.id),
                "recordedAt": _ms(ended),
                "startedAt": _ms(begun),
                "endedAt": _ms(ended),
                "traceId": self.trace.trace_id,
                "spanId": self.trace.span_id,
                "parentSpanId": self.trace.parent_span_id,
                "who": self.who,
                "role": self.role,
                "organisation": self.organisation,
                "onBehalfOf": str(self.represents) if self.represents else None,
                "action": self.action,
                "kind": self.kind,
                "activity": self.activity,
                "subjects": _texts(self._subjects),
                "parts": _texts(self._parts),
                "persons": _texts(self._persons),
                "categories": sorted(self._categories),
                "purpose": self.purpose,
                "basis": [{"kind": kind, "id": str(ground)} for kind, ground in self._basis],
                "decision": "none",
                "policyHash": None,
                "policies": [],
                "inputs": None,
                "status": outcome,
                "addressClass": self.address_class,
                "breakGlass": any(kind == "break_glass" for kind, _ in self._basis),
                **self._decision,
            }
        )

    def written(self) -> None:
        """The record of this answer is committed; no other will be made."""
        self.is_recorded = True


@dataclass(slots=True)
class Handling:
    """A request that is being handled; ``asking`` is there once somebody signed in."""

    asking: Asking | None = None


_handling: ContextVar[Handling | None] = ContextVar("waakvlam_handling", default=None)


def current() -> Asking | None:
    """Who asks, in the request that is being handled here; None in a worker and before sign-in."""
    now_handling = _handling.get()
    return now_handling.asking if now_handling else None


def handled() -> Handling | None:
    """The request that is being handled here, if any."""
    return _handling.get()


@contextmanager
def handling(asking: Asking | None = None) -> Iterator[Handling]:
    """Handle one request: what is asked for inside the block is asked by whoever signs in there."""
    one = Handling(asking)
    token = _handling.set(one)
    try:
        yield one
    finally:
        _handling.reset(token)


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _texts(ids: Iterable[UUID]) -> list[str]:
    return [str(one) for one in ids]
