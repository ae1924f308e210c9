"""What others hear of an erasure: that it was done (AVG 19)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from casefile.domain.erasure import Erasure
from chassis.aggregates import DomainEvent
from contracts import casefile as told
from contracts.envelope import ContractEvent
from contracts.sealed import Capacity


def _completed(fact: Erasure.Completed, erasure: Erasure) -> ContractEvent:
    return _erased(erasure, fact.gone.erased_at)


def _done_elsewhere(fact: Erasure.DoneElsewhere, erasure: Erasure) -> ContractEvent:
    return _erased(erasure, fact.erased_at)


def _erased(erasure: Erasure, erased_at: Any) -> ContractEvent:
    return told.PersonalDataErased(
        erasure_id=erasure.id,
        person=erasure.person,
        capacity=cast("Capacity", erasure.capacity),
        case_ids=erasure.cases,
        erased_at=erased_at,
    )


DOORS: dict[type[DomainEvent], Callable[[Any, Any], ContractEvent]] = {
    Erasure.Completed: _completed,
    Erasure.DoneElsewhere: _done_elsewhere,
}
