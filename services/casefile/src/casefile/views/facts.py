"""What of an event may stand in a view in the clear: codes, ids and moments; never what somebody said."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed

_OF_THE_STORE = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def facts_of(event: DomainEvent) -> dict[str, Any]:
    """The fields of an event as JSON, without the store's own and without anything sealed."""
    return _plain(event, _OF_THE_STORE)


def _plain(value: Any, without: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for one in fields(value):
        content = getattr(value, one.name)
        if one.name in without or isinstance(content, Sealed):
            continue
        nested = is_dataclass(content) and not isinstance(content, type)
        kept[one.name] = _plain(content) if nested else to_jsonable_python(content)
    return kept
