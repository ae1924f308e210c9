"""How every command on a case goes: load, let it decide, save once, answer with how the case stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from casefile.application.at_hand import AtHand
from casefile.application.standing import Answer, standing
from casefile.commands import AskedQuestion
from casefile.domain.case import CaseFile
from casefile.domain.part import AskedPart
from casefile.networks import Agreements, Networks
from casefile.sealing import Sealing
from chassis.access.access import Access, Look
from chassis.access.scope import Scope
from chassis.clock import Clock
from chassis.signin import Caller
from chassis.store.store import Decided, Store

__all__ = ["Answer", "Deciding", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision is taken on: the case, the clock's time, what the network agrees on now."""

    case: CaseFile
    now: datetime
    network: Agreements
    at_hand: AtHand


class Deciding:
    """Each command is applied once per idempotency key; version conflicts are decided again (P3)."""

    def __init__(
        self, store: Store, networks: Networks, sealing: Sealing, clock: Clock, access: Access
    ) -> None:
        self.store, self.networks, self.sealing, self.clock = store, networks, sealing, clock
        self.access = access

    def apply(
        self,
        caller: Caller,
        case_id: UUID,
        action: str,
        step: Callable[[Step], dict[str, Any] | None],
        part_id: UUID | None = None,
        *,
        named: bool | None = None,
    ) -> Answer:
        """Let the case decide, if the policies allow ``action`` with it or (``part_id``) with that part.

        ``named``: whether a part is meant, where a policy asks that. The answer tells how the case stands for
        who asked, and what the step adds to that.
        """
        facts = {} if named is None else {"named": named}
        scope = self.access.changing(
            caller.asking, action, case_id, part_id, activity=None, resource="Case", **facts
        )

        def decide() -> Decided:
            at_hand, now = AtHand(self.store), self.clock.now()
            case = at_hand.case(case_id)
            caller.asking.saw(persons=[case.resident])
            added = step(Step(case, now, self.networks.current(case.network, now), at_hand))
            return Decided(at_hand.changed(), standing(case, scope) | (added or {}))

        return self.store.once(caller, decide)

    def seal_part(self, resident: UUID, asked: AskedQuestion) -> AskedPart:
        """A new part, as agreed with the resident (CLR-22)."""
        return AskedPart(
            part_id=uuid4(),
            question=self.sealing.of_resident(resident, "part.question", asked.question),
            done_when=self.sealing.of_resident(resident, "part.done_when", asked.done_when),
            life_domains=tuple(dict.fromkeys(asked.life_domains)),
            formality=asked.formality,
        )

    def case(self, look: Look, case_id: UUID) -> tuple[CaseFile, Scope]:
        """A case of which the look holds a grant, and what may be seen of it. Raises NotFound."""
        scope = look.one(case_id, resource="Case")
        case = self.store.get(CaseFile, case_id, conn=look.conn)
        look.saw(persons=[case.resident])
        return case, scope
