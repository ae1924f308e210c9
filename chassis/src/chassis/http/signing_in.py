"""From a request's token to its `Asking`: who asks, as which pseudonym, for which activity."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from chassis.access.asking import Asking, Clock, Trace, handled
from chassis.http.routes import RouteTable
from chassis.signin import NotSignedIn, Principal, Verifier
from chassis.signin_principal import NO_ORGANISATION
from chassis.telemetry import current_traceparent
from contracts.processing import OTHER, Register

__all__ = ["Askings"]

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Askings:
    """Makes the `Asking` of a request. ``key`` makes pseudonyms: one per person and organisation."""

    service: str
    verifier: Verifier
    clock: Clock
    key: bytes
    register: Register
    routes: RouteTable
    is_signed_in: Callable[[str, str], bool]

    def of(self, scope: Scope) -> Asking:
        """Who asks. Raises NotSignedIn."""
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn("no-token")
        return self._asking(self.verifier.verify(token.strip()), scope)

    def of_early_answer(self, scope: Scope) -> Asking | None:
        """Who asks what was answered before sign-in, on an address that wants it; None for nobody."""
        if not self.is_signed_in(scope["method"], scope["path"]):
            return None
        try:
            return self.of(scope)
        except NotSignedIn:
            return None

    def of_guest(self, scope: Scope) -> Asking:
        """Somebody who did not sign in and shows a code: whatever they are told from here on is recorded.

        Count tries first: who tried too often gets no record, since nobody could then be kept from filling
        the ledger.
        """
        asking = self._asking(Principal("guest", NO_ORGANISATION), scope)
        if request := handled():
            request.asking = asking
        return asking

    def _asking(self, principal: Principal, scope: Scope) -> Asking:
        operation = self.routes.name(scope["method"], scope["path"]) or ""
        activity = self.register.of_operation(self.service, operation) or self.register.find(OTHER)
        asking = Asking(
            principal=principal,
            who=self._pseudonym(principal),
            clock=self.clock,
            address_class=_address_class(scope.get("client")),
            trace=_trace(Headers(scope=scope).get("traceparent")),
            described=self._described,
        )
        asking.does(_camel(operation), activity.id if activity else OTHER)
        return asking

    def _described(self, activity: str) -> tuple[str, str]:
        found = self.register.find(activity)
        return (found.kind, found.purpose) if found else ("R", "")

    def _pseudonym(self, principal: Principal) -> str:
        key = hmac.digest(self.key, f"who|{principal.organisation}".encode(), "sha256")
        whom = f"{principal.kind}|{principal.issuer}|{principal.subject}".encode()
        return hmac.digest(key, whom, "sha256").hex()[:32]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def _address_class(client: Any) -> str:
    """Where a request came from, and not the address: ``loopback``, ``private``, ``public``, ``unknown``."""
    try:
        address = ip_address(client[0])
    except (TypeError, ValueError, IndexError):
        return "unknown"
    if address.is_loopback:
        return "loopback"
    return "private" if address.is_private else "public"


def _trace(incoming: str | None) -> Trace:
    parent = _TRACEPARENT.fullmatch(incoming or "")
    current = _TRACEPARENT.fullmatch(current_traceparent() or "")
    if current:
        return Trace(current[1], current[2], parent[2] if parent and parent[1] == current[1] else None)
    here = Trace.begun()
    return Trace(parent[1], here.span_id, parent[2]) if parent else here
