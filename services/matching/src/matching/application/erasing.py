"""Carrying out that a supporter is erased, and what the retention table says about it (CON-17, AVG 17)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.access.access import Look
from chassis.deadlines import Due
from chassis.erasure import Certificates, Decision, Eraser, certified
from chassis.inbox.heard import Effects
from chassis.store.errors import NotFound
from chassis.store.store import Store
from contracts.network import NotInNetwork
from matching.domain.forgetting import Rule
from matching.domain.supporter import Supporter
from matching.networks import Networks

CAPACITY: Literal["supporter"] = "supporter"
TOLD = ("casefile", "intake", "notifications")


def rule_for(networks: Networks, supporter: Supporter, now: datetime) -> Rule | None:
    """What the table says about a supporter who leaves now. None: nothing was agreed."""
    here = networks.now(supporter.network, now)
    try:
        rule = here.network.retention_rule(CAPACITY, None, supporter.profile.organisation, here.on)
    except NotInNetwork:
        return None
    if rule is None:
        return None
    return Rule(rule.when_asked, rule.source, rule.reason, rule.until(now), rule.when_over == "erase")


class Certified:
    """What is shown of an erasure to the organisation that answers for the supporter."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def supporter(self, look: Look, supporter_id: UUID) -> Supporter:
        """Raises NotFound, also for others."""
        look.one(supporter_id, resource="Supporter")
        look.saw(persons=[supporter_id])
        return self._store.get(Supporter, supporter_id, conn=look.conn)


class Erasing:
    """What a worker does when it was decided, or when a term passed."""

    def __init__(self, store: Store, eraser: Eraser, certificates: Certificates) -> None:
        self._store, self._eraser, self._certificates = store, eraser, certificates

    def carry_out(self, due: Due) -> Effects:
        """First the log, then the key, then that it was done; any number of times. Raises ErasingWaits."""
        supporter = self._store.find(Supporter, due.key)
        if supporter is None:
            raise NotFound("supporter")
        if supporter.erasing != "decided":
            return Effects()
        decision = Decision(
            erasure_id=supporter.erasure_id,
            person=supporter.id,
            capacity=CAPACITY,
            asked_by="person" if supporter.decided_role else "table",
            ground="consent_withdrawn" if supporter.decided_role else "term_over",
            role=supporter.decided_role,
            organisation=supporter.decided_organisation,
            decided_at=supporter.decided_at or due.now,
            recipients=TOLD,
        )
        gone = self._eraser.erase(supporter.erasure_id, supporter.id, CAPACITY, due.now)
        certificate = certified(self._certificates, decision, gone)
        supporter.data_erased(gone.entry.erased_at, gone.key_id, certificate, now=due.now)
        return Effects([supporter])

    def end_term(self, due: Due) -> Effects:
        """Their organisation is asked, or the table says that nobody needs to be."""
        supporter = self._store.get(Supporter, due.key)
        if not supporter.end_term(due.due_at, now=due.now):
            return Effects()
        if due.data.get("without_asking") == "yes":
            supporter.leave(erased=True, now=due.now)
            supporter.decide_erasure(role="", organisation=supporter.profile.organisation, now=due.now)
        return Effects([supporter])
