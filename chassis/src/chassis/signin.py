"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Caller", "Principal"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who signed in: the provider's opaque subject, one organisation, the roles held there. No name, ever."""

    subject: str
    organisation: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a change, under which idempotency key, with which body.

    ``body_hmac`` stands for method, path and body under a secret key: equal requests have equal values, and
    it tells nothing about the body. ``traceparent`` goes along with the events that come of it.
    """

    principal: Principal
    key: str
    body_hmac: bytes = field(repr=False)
    traceparent: str | None = None
