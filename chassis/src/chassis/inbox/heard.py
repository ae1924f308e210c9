"""What a service does when it hears a message: the vocabulary of its ``subscriptions.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from chassis.aggregates import Aggregate
from contracts.envelope import ContractEvent, Envelope

E = TypeVar("E", bound=ContractEvent)


@dataclass(frozen=True, slots=True)
class Heard(Generic[E]):
    """A message that parsed: the event, its envelope, and the clock's time."""

    event: E
    envelope: Envelope[E]
    now: datetime


@dataclass(frozen=True, slots=True)
class Effects:
    """The aggregates that changed because of a message; saved in one transaction with its position.

    Nothing at all is a valid effect only for a duplicate or for what a service just takes notice of: a step
    that was asked for is answered, also with a refusal (design §3.8).
    """

    aggregates: Sequence[Aggregate] = ()


Handler = Callable[[Heard[Any]], Effects]
Subscriptions = Mapping[type[ContractEvent], Handler]
