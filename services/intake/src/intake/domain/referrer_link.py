"""How a referrer without an account asks what became of a referral: by a secret link, and only what the
resident lets them know (CON-10, CLO-10, FBK-06).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from intake.domain.request import State

_LINKS = UUID("f2a9a5a1-3a0b-5c5e-8f0e-6f7b1f0f3c55")
REFERRER_LINK = "referrer-link"
LENGTH = 26
"""Characters of the link's secret: 130 bits, so that nobody guesses one, also without a limit."""

Told = Literal["received", "supportAgreed", "supportEnded"]
"""Without consent, for ever ``received``: that the resident said no is nobody's to know either."""


def holder(link_id: UUID) -> str:
    """Whoever shows the link; no principal ever carries this string."""
    return f"link:{link_id}"


class ReferrerLink(Aggregate):
    """Made when a professional refers somebody; the link itself is known to who holds it only.

    A referrer has no grant but by the resident's consent, for as long as that is in force.
    """

    TOPIC: ClassVar[str] = "intake:ReferrerLink"

    request_id: UUID
    valid_until: datetime
    consents: dict[UUID, datetime | None]
    ended: bool

    class Made(Created):
        """The link goes to the referrer, once, in the answer to the referral."""

        TOPIC: ClassVar[str] = "intake:ReferrerLink.Made"
        request_id: UUID
        link: str
        valid_until: datetime

    class TellingAllowed(DomainEvent):
        """The resident agrees that the referrer hears the outcome, perhaps until a moment."""

        TOPIC: ClassVar[str] = "intake:ReferrerLink.TellingAllowed"
        consent_id: UUID
        allowed_until: datetime | None

    class TellingEnded(DomainEvent):
        """The resident agrees no longer, or never did."""

        TOPIC: ClassVar[str] = "intake:ReferrerLink.TellingEnded"
        consent_id: UUID

    class SupportEnded(DomainEvent):
        """The case was closed; why is not for the referrer."""

        TOPIC: ClassVar[str] = "intake:ReferrerLink.SupportEnded"

    class SupportWentOn(DomainEvent):
        """The case was opened again."""

        TOPIC: ClassVar[str] = "intake:ReferrerLink.SupportWentOn"

    @event(Made)
    def __init__(self, request_id: UUID, valid_until: datetime) -> None:
        self.request_id, self.valid_until = request_id, valid_until
        self.consents, self.ended = {}, False

    @property
    def subject_id(self) -> UUID:
        """The request, and the case that it may become."""
        return self.request_id

    @staticmethod
    def id_of(request_id: UUID) -> UUID:
        """The link of a request."""
        return uuid5(_LINKS, request_id.hex)

    @classmethod
    def make(cls, request_id: UUID, *, link: str, valid_until: datetime, now: datetime) -> ReferrerLink:
        """``link``: its digest under a secret key, in hexadecimal."""
        return cls.begin(
            cls.id_of(request_id),
            cls.Made,
            now=now,
            request_id=request_id,
            link=link,
            valid_until=valid_until,
        )

    def allow_telling(self, consent_id: UUID, allowed_until: datetime | None, now: datetime) -> None:
        """Heard again, nothing changes; with another term, the term does."""
        if self.consents.get(consent_id, now) != allowed_until or consent_id not in self.consents:
            self.happened(self.TellingAllowed, now=now, consent_id=consent_id, allowed_until=allowed_until)

    def end_telling(self, consent_id: UUID, now: datetime) -> None:
        """Nothing, when this consent allowed nothing."""
        if consent_id in self.consents:
            self.happened(self.TellingEnded, now=now, consent_id=consent_id)

    def hear_of_case(self, *, closed: bool, now: datetime) -> None:
        """Whether the support is over; heard again, nothing changes."""
        if closed != self.ended:
            self.happened(self.SupportEnded if closed else self.SupportWentOn, now=now)

    def status(self, state: State, now: datetime) -> Told:
        """What the referrer may know at that moment, of a request in that state."""
        allowed = any(until is None or now < until for until in self.consents.values())
        if not allowed or now >= self.valid_until or state is not State.ACCEPTED:
            return "received"
        return "supportEnded" if self.ended else "supportAgreed"

    @event(TellingAllowed)
    def _telling_allowed(self, consent_id: UUID, allowed_until: datetime | None) -> None:
        self.consents = {**self.consents, consent_id: allowed_until}

    @event(TellingEnded)
    def _telling_ended(self, consent_id: UUID) -> None:
        self.consents = {known: until for known, until in self.consents.items() if known != consent_id}

    @event(SupportEnded)
    def _support_ended(self) -> None:
        self.ended = True

    @event(SupportWentOn)
    def _support_went_on(self) -> None:
        self.ended = False
