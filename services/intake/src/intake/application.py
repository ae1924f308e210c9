"""Loads, lets decide, saves: one short method per command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.access.access import Access, Look
from chassis.aggregates import Aggregate
from chassis.clock import Clock
from chassis.codes import Codes
from chassis.signin import Caller
from chassis.store.store import Decided, Store
from intake.commands import AcceptSupport, ExplainRight, GivenConsent, ReceiveRequest
from intake.domain.agreement import ConsentProof
from intake.domain.number_taken import NumberTaken
from intake.domain.people import Relation
from intake.domain.referrer_link import LENGTH, REFERRER_LINK, ReferrerLink
from intake.domain.request import Request
from intake.domain.route import Route, Source
from intake.networks import NetworkNow, Networks
from intake.sealing import Sealing

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes referrers' links. The secret of one is stored nowhere, and the same when asked again (P3)."""

    codes: Codes
    valid_for: timedelta

    def secret(self, request_id: UUID) -> str:
        """What the referrer gets."""
        return self.codes.derived(REFERRER_LINK, request_id, LENGTH)

    def make(self, request_id: UUID, now: datetime) -> ReferrerLink:
        """What is kept of it."""
        link = self.codes.digest(REFERRER_LINK, self.secret(request_id)).hex()
        return ReferrerLink.make(request_id, link=link, valid_until=now + self.valid_for, now=now)


class Intake:
    """What people can do with a request. Each command is applied once per idempotency key (promise P3)."""

    def __init__(
        self,
        store: Store,
        networks: Networks,
        sealing: Sealing,
        clock: Clock,
        draw_number: Callable[[], str],
        links: Links,
        access: Access,
    ) -> None:
        self._links, self._access = links, access
        self._store, self._networks = store, networks
        self._sealing, self._clock, self._draw_number = sealing, clock, draw_number

    def receive_request(self, caller: Caller, asked: ReceiveRequest) -> Answer:
        """Take a request in (INT-01 to INT-06). Raises UnknownHere and what ``Request.receive`` raises.

        When the drawn number is taken the save conflicts, and another one is drawn. A professional gets a
        link with which they may ask later what became of it (CON-10).
        """

        def decide() -> Decided:
            self._access.changing(caller.asking, "receiveRequest")
            now = self._clock.now()
            here = self._networks.now(asked.network, now)
            route = Route(
                network=asked.network,
                network_version=here.version,
                municipality=asked.municipality,
                door=asked.door,
                organisation=here.receiving_organisation(asked.municipality, asked.door),
                entered_by=caller.organisation,
            )
            resident, requester = self._sealing.people(asked)
            note = self._sealing.of_resident(resident.person, "source.note", asked.source_note)
            request = Request.receive(
                uuid4(),
                number=self._draw_number(),
                route=route,
                source=Source(code=asked.source, note=note),
                resident=resident,
                requester=requester,
                question=self._sealing.of_resident(resident.person, "question", asked.question),
                languages=asked.languages,
                received_at=asked.received_at or now,
                now=now,
            )
            made: list[Aggregate] = [request, NumberTaken.take(request.number, request.id, now)]
            if requester.relation is Relation.PROFESSIONAL:
                made.append(self._links.make(request.id, now))
            return Decided(made, _standing(request) | {"hasLink": len(made) > 2})

        answer = self._store.once(caller, decide)
        has_link = answer.pop("hasLink")
        return answer | {"referralToken": self._links.secret(UUID(answer["requestId"])) if has_link else None}

    def explain_right(self, caller: Caller, request_id: UUID, asked: ExplainRight) -> Answer:
        """The right was explained (INT-07, INT-23). Raises what ``Request.explain_right`` raises."""

        def decide() -> Decided:
            now, request = self._clock.now(), self._request_for(caller, "explainRight", request_id)
            request.explain_right(
                explained_at=asked.explained_at or now,
                by_role=asked.explained_by_role,
                by_organisation=caller.organisation,
                way=asked.way,
                told_free_of_charge=asked.told_free_of_charge,
                told_voluntary=asked.told_voluntary,
                now=now,
            )
            return Decided([request], _standing(request))

        return self._store.once(caller, decide)

    def accept_support(self, caller: Caller, request_id: UUID, asked: AcceptSupport) -> Answer:
        """The resident says yes (INT-08, INT-13). Raises UnknownHere and what ``Request.accept`` raises."""

        def decide() -> Decided:
            now, request = self._clock.now(), self._request_for(caller, "recordAnswer", request_id)
            here = self._networks.now(request.route.network, now)
            person = request.resident.person
            consent = _proof(asked.consent, here, now)
            parts = [self._sealing.part(person, part) for part in asked.parts]
            request.accept(
                consent=consent,
                parts=parts,
                languages=asked.languages,
                name=self._sealing.of_resident(person, "name", asked.resident.name),
                phone=self._sealing.of_resident(person, "phone", asked.resident.phone),
                safe_contact=self._sealing.safe_contact(person, asked.resident.safe_contact),
                network_version=here.version,
                answer_by=now + here.network.interval("answer_within"),
                now=now,
            )
            answer = _standing(request) | {
                "caseId": str(request.id),
                "consentId": str(consent.consent_id),
                "partIds": [str(part.part_id) for part in parts],
            }
            return Decided([request], answer)

        return self._store.once(caller, decide)

    def decline_support(self, caller: Caller, request_id: UUID) -> Answer:
        """The resident says no (INT-08). Raises what ``Request.decline`` raises."""

        def decide() -> Decided:
            request = self._request_for(caller, "recordAnswer", request_id)
            request.decline(now=self._clock.now())
            return Decided([request], _standing(request))

        return self._store.once(caller, decide)

    def request(self, look: Look, request_id: UUID) -> Request:
        """A request of which the look holds a grant. Raises NotFound for any other."""
        look.one(request_id)
        return self._store.get(Request, request_id, conn=look.conn)

    def _request_for(self, caller: Caller, action: str, request_id: UUID) -> Request:
        self._access.changing(caller.asking, action, request_id)
        return self._store.get(Request, request_id)


def _proof(consent: GivenConsent, here: NetworkNow, now: datetime) -> ConsentProof:
    text = here.consent_text_shown(consent.text_id, consent.text_sha256)
    return ConsentProof(
        consent_id=uuid4(),
        purpose=text.purpose,
        way=consent.way,
        text_id=text.id,
        text_sha256=text.sha256,
        text_language=text.language,
        given_at=consent.given_at or now,
        recorded_by_role=consent.recorded_by_role,
    )


def _standing(request: Request) -> Answer:
    return {
        "requestId": str(request.id),
        "number": request.number,
        "organisation": request.route.organisation,
        "state": request.state.value,
    }
