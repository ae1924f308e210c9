"""What crosses a border between services, and nothing else: events, their envelope, code lists.

Importing anything of this package makes every event of ``contracts.registry`` known to ``parse``.
"""

from __future__ import annotations

from contracts.envelope import (
    ContractEvent,
    Envelope,
    Head,
    TooLarge,
    UnknownType,
    UnknownVersion,
    Unparsable,
    envelope_text,
    parse,
    peek,
    with_sequence,
)
from contracts.registry import BY_TYPE, CENTRAL, EVENTS, HEARD_BY, OWNED

__all__ = [
    "BY_TYPE",
    "CENTRAL",
    "EVENTS",
    "HEARD_BY",
    "OWNED",
    "ContractEvent",
    "Envelope",
    "Head",
    "TooLarge",
    "UnknownType",
    "UnknownVersion",
    "Unparsable",
    "envelope_text",
    "parse",
    "peek",
    "with_sequence",
]
