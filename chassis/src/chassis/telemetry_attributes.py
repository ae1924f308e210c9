"""What a span or metric may tell: these attributes, of these forms, and nothing else.

Anything unknown or of another form is dropped, not repaired: a trace that lacks a detail is better than one
that holds a person's words. There is no attribute for free text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from uuid import UUID

__all__ = ["ALLOWED", "Attributes", "Value", "attributes", "span_name"]

Value = str | int | float | bool
Attributes = dict[str, Value]
_Form = Callable[[object], Value | None]

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:>*-]{0,119}")
_ROUTE = re.compile(r"/[a-z0-9_/{}.-]{0,199}")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_./{}:>* -]{0,199}")


def _uuid(value: object) -> Value | None:
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError:
        return None


def _whole(value: object) -> Value | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _seconds(value: object) -> Value | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _flag(value: object) -> Value | None:
    return value if isinstance(value, bool) else None


def _matching(pattern: re.Pattern[str]) -> _Form:
    return lambda value: value if isinstance(value, str) and pattern.fullmatch(value) else None


def _method(value: object) -> Value | None:
    return value if isinstance(value, str) and value in _METHODS else None


_code = _matching(_CODE)

ALLOWED: Mapping[str, _Form] = {
    "http.request.method": _method,
    "http.route": _matching(_ROUTE),
    "http.response.status_code": _whole,
    "messaging.system": _code,
    "messaging.destination.name": _code,
    "messaging.batch.message_count": _whole,
    "db.operation.name": _code,
    "error.type": _code,
    "waakvlam.subject": _uuid,
    "waakvlam.event_id": _uuid,
    "waakvlam.event_type": _code,
    "waakvlam.source": _code,
    "waakvlam.consumer": _code,
    "waakvlam.position": _whole,
    "waakvlam.attempt": _whole,
    "waakvlam.age_seconds": _seconds,
    "waakvlam.events": _whole,
    "waakvlam.command": _code,
    "waakvlam.refusal": _code,
    "waakvlam.cause": _code,
    "waakvlam.outcome": _code,
    "waakvlam.view": _code,
    "waakvlam.deadline": _code,
    "waakvlam.repeated": _flag,
}


def attributes(wanted: Mapping[str, object]) -> Attributes:
    """Those of the wanted attributes that are known and have their form."""
    kept: Attributes = {}
    for key, value in wanted.items():
        form = ALLOWED.get(key)
        if form is not None and (fit := form(value)) is not None:
            kept[key] = fit
    return kept


def span_name(wanted: str) -> str:
    """The name when it looks like a template or code, else ``unnamed``."""
    return wanted if _NAME.fullmatch(wanted) else "unnamed"
