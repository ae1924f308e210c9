"""Erasing a person: what people ask, what the retention table answers, who is told (CON-17, AVG 17, 19)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from casefile.application.at_hand import AtHand
from casefile.commands.erasures import AskErasure
from casefile.domain.case import CaseFile
from casefile.domain.erasure import Erasure
from casefile.domain.erasure_terms import Decider, Rule
from casefile.networks import Networks
from chassis.access.access import Access, Look
from chassis.clock import Clock
from chassis.signin import Caller
from chassis.store.errors import NotAllowed, NotFound
from chassis.store.store import Decided, Store
from contracts.network import NotInNetwork

Answer = dict[str, Any]
HERE = ZoneInfo("Europe/Amsterdam")
ACTIVITIES: dict[str, Literal["client_support", "close_person"]] = {
    "resident": "client_support",
    "carer": "close_person",
}
SERVICES = ("intake", "matching", "notifications")
"""Who hears casefile."""


def rule_for(networks: Networks, erasure: Erasure, case: CaseFile | None, now: datetime) -> Rule | None:
    """What the network's table says now; None when it agreed on nothing, or owns no such data here."""
    activity = ACTIVITIES.get(erasure.capacity)
    if activity is None:
        return None
    outcome = case.closed_for if case else None
    on: date = now.astimezone(HERE).date()
    try:
        network = networks.current(erasure.network, now).network
        found = network.retention_rule(activity, outcome, erasure.organisation, on)
    except (NotFound, NotInNetwork):
        return None
    if found is None:
        return None
    until = found.until(case.closed_at) if case and case.closed_at else None
    return Rule(found.when_asked, found.source, found.reason, until, found.when_over == "erase")


def recipients(cases: list[CaseFile]) -> tuple[str, ...]:
    """Services that heard of them, and organisations that take part (AVG 19)."""
    organisations = {organisation for case in cases for organisation in case.organisations()}
    return (*SERVICES, *sorted(organisations))


class Erasing:
    """Asked by the coordination on whose list the person's case stands, as the person told them to."""

    def __init__(self, store: Store, networks: Networks, clock: Clock, access: Access) -> None:
        self._store, self._networks, self._clock = store, networks, clock
        self._access = access

    def ask(self, caller: Caller, person: UUID, asked: AskErasure) -> Answer:
        """Done within seconds, later, or not; the answer says why. Raises NotFound, ErasedAlready."""
        self._access.changing(caller.asking, "erasePerson", person, resource="PersonFile")
        caller.asking.saw(persons=[person])

        def decide() -> Decided:
            now, at_hand = self._clock.now(), AtHand(self._store)
            erasure = self._store.find(Erasure, Erasure.id_of(person, asked.capacity))
            if erasure is None:
                raise NotFound("person")
            cases = [at_hand.case(case_id) for case_id in erasure.cases]
            if erasure.organisation != caller.organisation:
                raise NotAllowed
            erasure.ask(
                asked_by=asked.asked_by,
                ground=asked.ground,
                decider=Decider(caller.principal.role, caller.organisation),
                rule=rule_for(self._networks, erasure, cases[-1] if cases else None, now),
                recipients=recipients(cases),
                now=now,
            )
            tell_cases(erasure, cases, now)
            return Decided([erasure, *at_hand.changed()], standing(erasure))

        return self._store.once(caller, decide)

    def erasure(self, look: Look, person: UUID, erasure_id: UUID) -> Erasure:
        """How it stands. Raises NotFound, also for others."""
        look.one(person, resource="PersonFile")
        look.saw(persons=[person])
        erasure = self._store.get(Erasure, erasure_id, conn=look.conn)
        if erasure.person != person:
            raise NotFound("erasure")
        return erasure


def tell_cases(erasure: Erasure, cases: list[CaseFile], now: datetime) -> None:
    """Each case keeps what was answered; a resident's ends when it is to be done."""
    until = erasure.rule.until if erasure.rule else None
    match erasure.standing:
        case "decided" | "delayed" | "declined" as answer:
            for case in cases:
                case.answer_erasure(erasure.capacity, answer, until, now)
        case _:
            pass


def standing(erasure: Erasure) -> Answer:
    """In codes, ids and moments; the reason is the network's own words."""
    rule = erasure.rule
    return {
        "erasureId": str(erasure.id),
        "personId": str(erasure.person),
        "capacity": erasure.capacity,
        "state": erasure.standing,
        "askedBy": erasure.asked_by,
        "ground": erasure.ground,
        "reason": rule.reason if rule else None,
        "source": rule.source if rule else None,
        "until": _iso(rule.until if rule else erasure.keeps_until),
        "decidedAt": _iso(erasure.decided_at),
        "recipients": list(erasure.recipients),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
