"""Loads, lets decide, and gives back what changed: one short method per thing that was told or came due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.aggregates import Aggregate
from chassis.store.errors import NotFound
from chassis.store.store import Store
from notifications.domain.check import Check, Settlement
from notifications.domain.forgotten import Forgotten
from notifications.domain.matter import Matter
from notifications.networks import Networks

Changed = Sequence[Aggregate]


class Notifications:
    """Keeps the checks of each case. What is returned is saved together with what caused it."""

    def __init__(self, store: Store, networks: Networks) -> None:
        self._store, self._networks = store, networks

    def note_erased(
        self, person: UUID, capacity: str, erasure_id: UUID, erased_at: datetime, now: datetime
    ) -> Changed:
        """Somebody was erased; heard again, nothing changes."""
        if self._store.find(Forgotten, Forgotten.id_of(person, capacity)) is not None:
            return ()
        return [Forgotten.record(person, capacity, erasure_id=erasure_id, erased_at=erased_at, now=now)]

    def note_case(self, case_id: UUID, network: str, now: datetime) -> Changed:
        """Remember a case; told again, nothing changes."""
        if self._store.find(Matter, case_id) is not None:
            return ()
        return [Matter.note(case_id, network=network, now=now)]

    def plan_check(
        self,
        case_id: UUID,
        check_id: UUID,
        *,
        due_at: datetime,
        responsible: UUID | None,
        organisation: str,
        now: datetime,
    ) -> Changed:
        """Keep a check (WAA-04); told again, the first telling stands.

        Raises NotFound for a case that was never told of: its network says how long a check may wait.
        """
        matter = self._store.get(Matter, case_id)
        if check_id in matter.checks:
            return ()
        allowed = self._networks.allowed(matter.network, now)
        matter.add_check(check_id, now=now)
        check = Check.plan(
            check_id,
            case_id=case_id,
            organisation=organisation,
            network=matter.network,
            network_version=allowed.version,
            responsible=responsible,
            due_at=due_at,
            done_within=allowed.done_within,
            now=now,
        )
        return [matter, check]

    def reassign_check(
        self, case_id: UUID, check_id: UUID, responsible: UUID | None, now: datetime
    ) -> Changed:
        """Another supporter, or nobody, looks after it (WAA-09). Raises NotFound."""
        check = self._check(case_id, check_id)
        check.reassign(responsible, now=now)
        return [check]

    def settle_check(self, case_id: UUID, check_id: UUID, settlement: Settlement, now: datetime) -> Changed:
        """Nothing is to be done about it any more; one that was never planned needs no settling (WAA-03)."""
        check = self._store.find(Check, check_id)
        if check is None:
            return ()
        _belongs(check, case_id)
        check.settle(settlement, now=now)
        return [check]

    def settle_all_checks(self, case_id: UUID, settlement: Settlement, now: datetime) -> Changed:
        """The case was overtaken by something else: none of its checks falls due any more (WAA-07)."""
        matter = self._store.find(Matter, case_id)
        if matter is None:
            return ()
        checks = [self._store.get(Check, check_id) for check_id in matter.checks]
        for check in checks:
            check.settle(settlement, now=now)
        return checks

    def let_check_fall_due(self, check_id: UUID, now: datetime) -> Changed:
        """The moment of a check has come (WAA-05)."""
        check = self._store.get(Check, check_id)
        check.fall_due(now=now)
        return [check]

    def let_check_be_missed(self, check_id: UUID, now: datetime) -> Changed:
        """Nobody told in time how a due check went (WAA-05)."""
        check = self._store.get(Check, check_id)
        check.miss(now=now)
        return [check]

    def _check(self, case_id: UUID, check_id: UUID) -> Check:
        check = self._store.get(Check, check_id)
        _belongs(check, case_id)
        return check


def _belongs(check: Check, case_id: UUID) -> None:
    if check.case_id != case_id:
        raise NotFound("check of this case")
