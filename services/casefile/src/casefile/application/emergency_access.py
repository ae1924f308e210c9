"""Opening a case in an emergency, and looking back on it (P20).

Who opens it holds nothing of the case, so nothing of the case is loaded here. Whether there is such a case is
found by the digest of network and id or number; the answer is the same when there is none, and also that
is recorded and looked back on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from casefile.application.bars import Bars
from casefile.application.standing import Answer
from casefile.commands.safeguards import OpenInEmergency, ReviewEmergency
from casefile.domain.break_glass import MOST, BreakGlass
from casefile.domain.finding import CASE_IN_NETWORK, NUMBER_IN_NETWORK, in_network
from casefile.networks import Agreements, Networks
from casefile.sealing import Sealing
from chassis.access.access import Access
from chassis.clock import Clock
from chassis.signin import Caller, Principal
from chassis.store.errors import NotFound
from chassis.store.store import Decided, Store
from contracts.network import NotInNetwork

COORDINATOR = "role_coordinator"
_NOWHERE = UUID("0c5b8d1e-2d6c-4b57-8f5e-6f6f0a9a4d11")


@dataclass(frozen=True, slots=True)
class Found:
    """The case that was meant: in which network, and under whose key words about it are sealed."""

    case_id: UUID
    sealed_for: UUID
    version: int
    network: Agreements
    there: bool


class EmergencyAccess:
    """Opened by who is entitled; reviewed by somebody else."""

    def __init__(
        self, store: Store, networks: Networks, sealing: Sealing, clock: Clock, access: Access, bars: Bars
    ) -> None:
        self._store, self._networks, self._sealing = store, networks, sealing
        self._clock, self._access, self.bars = clock, access, bars

    def open(self, caller: Caller, id_or_number: str, asked: OpenInEmergency) -> Answer:
        """Access for an hour at most. Raises NotAllowed (not entitled anywhere), AccessRunsAlready."""
        opening_id = uuid4()

        def decide() -> Decided:
            now = self._clock.now()
            entitled = self._entitled(caller.principal, now)
            self._access.changing(
                caller.asking, "breakGlass", resource="Organisation", entitled=bool(entitled)
            )
            found = self._find(id_or_number, entitled)
            rules = found.network.safeguards.break_glass
            glass_id = BreakGlass.id_of(found.case_id, caller.subject)
            glass = self._store.find(BreakGlass, glass_id) or BreakGlass.begin_for(
                found.case_id, caller.subject, caller.organisation, now
            )
            until, review_by = now + min(rules.lasts, MOST), now + rules.review_within
            glass.open(
                opening_id,
                role=caller.asking.role,
                organisation=caller.organisation,
                reason=asked.reason,
                words=self._sealing.of_resident(found.sealed_for, "break_glass.words", asked.words),
                until=until,
                review_by=review_by,
                reviewing=_reviewing(found.network, caller.organisation, now),
                given=found.there,
                network=found.network.network.id,
                network_version=found.version,
                now=now,
            )
            caller.asking.saw(subjects=[glass.id, found.case_id])
            caller.asking.on_ground_of([("break_glass", opening_id)])
            return Decided(
                [glass],
                {
                    "breakGlassId": str(glass.id),
                    "openingId": str(opening_id),
                    "validUntil": until.isoformat(),
                    "reviewBy": review_by.isoformat(),
                },
            )

        return self._store.once(caller, decide)

    def review(self, caller: Caller, id_or_number: str, glass_id: UUID, asked: ReviewEmergency) -> Answer:
        """Justified or not. Raises NotFound and what ``BreakGlass.review`` raises."""

        def decide() -> Decided:
            now = self._clock.now()
            glass = self._store.get(BreakGlass, glass_id)
            barred = bool(self.bars.among(caller.asking.grantees, [glass.case_id]))
            self._access.changing(
                caller.asking, "reviewBreakGlass", glass_id, resource="BreakGlass", barred=barred
            )
            if not self._is_about(glass, id_or_number, now):
                raise NotFound("case")
            words = None
            if asked.words and glass.sealed_for:
                words = self._sealing.of_resident(glass.sealed_for, "break_glass.review", asked.words)
            glass.review(
                asked.opening_id,
                asked.verdict,
                reviewed_by=caller.subject,
                organisation=caller.organisation,
                role=caller.asking.role,
                words=words,
                now=now,
            )
            answer = {"breakGlassId": str(glass.id), "openingId": str(asked.opening_id)}
            return Decided([glass], answer | {"verdict": asked.verdict})

        return self._store.once(caller, decide)

    def _entitled(self, principal: Principal, now: datetime) -> list[tuple[int, Agreements]]:
        """The networks in which this role of this organisation may open a case; by its configuration."""
        if principal.kind != "staff":
            return []
        found = []
        for version, network in self._networks.all_current(now):
            if principal.role not in network.safeguards.break_glass.roles:
                continue
            try:
                here = network.network.organisation(principal.organisation)
            except NotInNetwork:
                continue
            on = now.date()
            coordinates = principal.role == COORDINATOR
            helps = here.does("receives", on) if coordinates else here.takes_part(on)
            # Who steers or pays for the network never reaches a case, not in an emergency either.
            if helps and not here.does("steers", on):
                found.append((version, network))
        return found

    def _find(self, id_or_number: str, entitled: list[tuple[int, Agreements]]) -> Found:
        """The case in one of these networks; or, by the same steps, one that is not there."""
        case_id = _as_id(id_or_number)
        kind = NUMBER_IN_NETWORK if case_id is None else CASE_IN_NETWORK
        name = id_or_number if case_id is None else str(case_id)
        found: Found | None = None
        for version, network in entitled:
            led = self._store.look_up(kind, in_network(network.network.id, name))
            if led and found is None:
                found = Found(led[0], led[1], version, network, there=True)
        if found:
            return found
        version, network = entitled[0]
        nowhere = case_id or uuid5(_NOWHERE, name)
        return Found(nowhere, uuid5(_NOWHERE, str(nowhere)), version, network, there=False)

    def _is_about(self, glass: BreakGlass, id_or_number: str, now: datetime) -> bool:
        case_id = _as_id(id_or_number)
        if case_id is not None:
            return glass.case_id == case_id
        led = [
            self._store.look_up(NUMBER_IN_NETWORK, in_network(network.network.id, id_or_number))
            for _, network in self._networks.all_current(now)
        ]
        return any(each and each[0] == glass.case_id for each in led)


def _reviewing(network: Agreements, organisation: str, now: datetime) -> tuple[str, ...]:
    """Other organisations whose coordinators may look back: those that receive residents here."""
    return tuple(
        each.id
        for each in network.network.organisations
        if each.id != organisation and each.does("receives", now.date())
    )


def _as_id(id_or_number: str) -> UUID | None:
    try:
        return UUID(id_or_number)
    except ValueError:
        return None
