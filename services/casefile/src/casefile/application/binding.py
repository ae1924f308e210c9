"""A resident binds a provider of their own choice, such as DigiD behind a broker: then it is a door too.

What the provider calls them is kept as a digest under a secret key, and told to nobody.
"""

from __future__ import annotations

from uuid import UUID

from casefile.application.handing_out import is_self
from casefile.domain.resident_sign_in import ResidentSignIn
from casefile.domain.sign_in_errors import BoundAlready, NotSetUp, SignInFailed
from chassis.access.access import Access
from chassis.clock import Clock
from chassis.codes import Codes
from chassis.signin import Caller, NotSignedIn, Verifier
from chassis.store.store import Decided, Store

PROVIDER = "resident-provider"


class Binding:
    """``provider`` checks its tokens; None where no provider for residents is set."""

    def __init__(
        self, store: Store, access: Access, codes: Codes, clock: Clock, provider: Verifier | None
    ) -> None:
        self._access = access
        self._store, self._codes, self._clock, self._provider = store, codes, clock, provider

    def bind(self, caller: Caller, person: UUID, token: str) -> dict[str, str]:
        """The person signs in through the provider from now on, as whom this token says. For themselves only.

        Raises NotSetUp, BoundAlready (also to another person), SignInFailed for a token that is not good.
        """
        themselves = is_self(caller.principal, person)
        self._access.changing(caller.asking, "bindProvider", resource="Organisation", themselves=themselves)
        issuer, identity = self._read(token)

        def decide() -> Decided:
            sign_in = self._store.find(ResidentSignIn, ResidentSignIn.id_of(person))
            if sign_in is None:
                raise NotSetUp
            led = self._store.look_up(PROVIDER, identity)
            if led is not None and led[1] != sign_in.id:
                raise BoundAlready
            sign_in.bind(issuer, identity.hex(), self._clock.now())
            return Decided([sign_in], {"personId": str(person)})

        return self._store.once(caller, decide)

    def identity(self, token: str) -> bytes:
        """The digest of who this token is for. Raises SignInFailed for one that is not good."""
        return self._read(token)[1]

    def _read(self, token: str) -> tuple[str, bytes]:
        if self._provider is None:
            raise SignInFailed
        try:
            issuer, subject = self._provider.identity(token)
        except NotSignedIn:
            raise SignInFailed from None
        return issuer, self._codes.exact_digest(PROVIDER, f"{issuer}\x00{subject}")
