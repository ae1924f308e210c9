"""What a worker does about erasing: begin and end terms, carry out what was decided; any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from casefile.application.erasing import recipients, rule_for, tell_cases
from casefile.domain.case import CaseFile
from casefile.domain.erasure import Erasure
from casefile.domain.erasure_terms import Decider, Gone
from casefile.networks import Networks
from chassis.aggregates import Aggregate
from chassis.deadlines import Due
from chassis.erasure import Certificates, Decision, Entry, Eraser, certified
from chassis.inbox.heard import Effects
from chassis.store.store import Store


class CarryingOut:
    """The order that survives a kill: decided and saved, then log, then key, then that it was done."""

    def __init__(self, store: Store, networks: Networks, eraser: Eraser, certificates: Certificates) -> None:
        self._store, self._networks = store, networks
        self._eraser, self._certificates = eraser, certificates

    def begin_terms(self, due: Due) -> Effects:
        """A case closed: by the table each person in it is kept until then. Nothing when it is open again."""
        case = self._store.get(CaseFile, due.subject_id)
        known = self._store.find(Erasure, Erasure.id_of(case.resident, "resident"))
        if case.open or known is None:
            return Effects()
        related = [self._store.get(Erasure, Erasure.id_of(one, "carer")) for one in known.related]
        for erasure in (known, *related):
            rule = rule_for(self._networks, erasure, case, due.now)
            if rule:
                erasure.begin_term(rule, due.now)
        return Effects([each for each in (known, *related) if each.pending()])

    def end_term(self, due: Due) -> Effects:
        """It is on the coordinator's list now; only where the table says so it is decided without asking."""
        erasure = self._store.get(Erasure, due.key)
        cases = self._cases(erasure)
        if any(case.open for case in cases) or not erasure.end_term(due.due_at, due.now):
            return Effects()
        if due.data.get("without_asking") == "yes":
            erasure.decide(
                asked_by="table",
                ground="term_over",
                decider=Decider("", erasure.organisation),
                recipients=recipients(cases),
                now=due.now,
            )
            tell_cases(erasure, cases, due.now)
        else:
            for case in cases:
                case.propose_erasure(due.now)
        return Effects(_changed(erasure, *cases))

    def carry_out(self, due: Due) -> Effects:
        """Raises ErasingWaits: log or key ring is away, and the deadline is tried again."""
        erasure = self._store.get(Erasure, due.key)
        decider, decided_at = erasure.decider, erasure.decided_at
        if erasure.standing != "decided" or decider is None or decided_at is None:
            return Effects()
        gone = self._eraser.erase(erasure.id, erasure.person, erasure.capacity, due.now)
        decision = Decision(
            erasure_id=erasure.id,
            person=erasure.person,
            capacity=erasure.capacity,
            asked_by=str(erasure.asked_by),
            ground=str(erasure.ground),
            role=decider.role,
            organisation=decider.organisation,
            decided_at=decided_at,
            recipients=erasure.recipients,
        )
        entry = gone.entry
        erasure.complete(
            Gone(entry.number, entry.sha256, gone.key_id, entry.erased_at),
            certified(self._certificates, decision, gone),
            due.now,
        )
        return Effects(self._told(erasure, due.now))

    def catch_up(self, entries: Sequence[Entry], now: datetime) -> None:
        """An older database was put back: who was erased since is erased here too, and history says so."""
        for entry in entries:
            erasure = self._store.find(Erasure, Erasure.id_of(entry.person, entry.capacity))
            if erasure is None or erasure.is_decided:
                continue
            erasure.hear_done_elsewhere(entry.erased_at, now)
            cases = self._cases(erasure)
            for case in cases:
                case.answer_erasure(erasure.capacity, "decided", None, now)
                case.person_erased(erasure.capacity, now)
            self._store.save([erasure, *cases])

    def _told(self, erasure: Erasure, now: datetime) -> list[Aggregate]:
        cases = self._cases(erasure)
        for case in cases:
            case.person_erased(erasure.capacity, now)
        return _changed(erasure, *cases)

    def _cases(self, erasure: Erasure) -> list[CaseFile]:
        return [self._store.get(CaseFile, case_id) for case_id in erasure.cases]


def heard_elsewhere(
    store: Store, person: UUID, capacity: str, *, erased_at: datetime, now: datetime
) -> list[Aggregate]:
    """The service that owns somebody's data erased them: everybody is told from here (AVG 19)."""
    erasure = store.find(Erasure, Erasure.id_of(person, capacity)) or Erasure.foresee(
        person, capacity, organisation="-", network="-", cases=(), now=now
    )
    erasure.hear_done_elsewhere(erased_at, now)
    return _changed(erasure)


def _changed(*aggregates: Aggregate) -> list[Aggregate]:
    return [each for each in aggregates if each.pending()]
