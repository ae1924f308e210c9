"""From an event to the text of its message."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from contracts.bus import MAX_BYTES
from contracts.event import ContractEvent
from contracts.values import SOURCE_PATTERN, TRACEPARENT_PATTERN

_source = re.compile(SOURCE_PATTERN)
_traceparent = re.compile(TRACEPARENT_PATTERN)
_ROOM_FOR_SEQUENCE = len(',"sequence":"999999999999999999"')


class TooLarge(ValueError):
    """An event that would not fit in a message of 64 KiB; said before it is saved."""


def envelope_text(
    event: ContractEvent,
    *,
    id: UUID,
    subject: UUID,
    time: datetime,
    source_urn: str,
    traceparent: str | None = None,
) -> str:
    """The message as JSON text, still without ``sequence``: the store gives the position while it saves.

    It ends in ``}``, which :func:`with_sequence` (or the store) replaces by ``,"sequence":"N"}``. ``time``
    must be aware; a ``traceparent`` that is not well formed is left out. Raises TooLarge above 64 KiB and
    ValueError for a ``source_urn`` that is not a URN of the event's owner.
    """
    if time.tzinfo is None:
        raise ValueError("time must be aware")
    _require_owner(source_urn, event.SOURCE)
    trace = f'"traceparent":"{traceparent}",' if traceparent and _traceparent.fullmatch(traceparent) else ""
    at = time.astimezone(UTC).isoformat().removesuffix("+00:00")
    text = (
        f'{{"specversion":"1.0","id":"{id}","source":"{source_urn}","type":"{event.TYPE}",'
        f'"subject":"{subject}","time":"{at}Z","datacontenttype":"application/json",{trace}'
        f'"data":{event.model_dump_json()}}}'
    )
    size = len(text.encode()) + _ROOM_FOR_SEQUENCE
    if size > MAX_BYTES:
        raise TooLarge(f"{type(event).__name__} would take {size} of the {MAX_BYTES} bytes allowed")
    return text


def with_sequence(text: str, position: int) -> str:
    """The whole message: ``envelope_text`` with its place (from 1) among the case's messages."""
    return f'{text[:-1]},"sequence":"{position}"}}'


@lru_cache(maxsize=64)
def _require_owner(source_urn: str, owner: str) -> None:
    if not _source.fullmatch(source_urn) or source_urn.rpartition(":")[2] != owner:
        raise ValueError(f"the source of an event of {owner} is urn:nld:kvknr:<8 digits>:systeem:{owner}")
