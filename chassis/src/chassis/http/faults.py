"""What is wrong with a request, all of it together, in words that repeat nothing of it.

Reasons come from this module, or from a validator of ours that raises `pydantic_core.PydanticCustomError`
with a constant sentence and no context. The text of a plain ``ValueError`` is not shown: it may quote the
value. Names of fields are shown only when they are ours; a name that the asker made up is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from chassis.http.problems import Fault

__all__ = ["faults_of"]

MAX_FAULTS = 100
_REASONS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is missing",
    "extra_forbidden": "has a field that is not known here",
    "json_invalid": "is not valid JSON",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "dataclass_type": "must be an object",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "string_type": "must be a text",
    "string_unicode": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "datetime_type": "must be a time such as 2030-01-31T12:00:00Z",
    "datetime_parsing": "must be a time such as 2030-01-31T12:00:00Z",
    "datetime_from_date_parsing": "must be a time such as 2030-01-31T12:00:00Z",
    "timezone_aware": "must be a time with its offset, such as 2030-01-31T12:00:00Z",
    "date_type": "must be a date such as 2030-01-31",
    "date_parsing": "must be a date such as 2030-01-31",
    "date_from_datetime_parsing": "must be a date such as 2030-01-31",
    "string_pattern_mismatch": "does not have the right form",
    "none_required": "must be empty",
    "enum": lambda ctx: f"must be one of {ctx['expected']}",
    "literal_error": lambda ctx: f"must be one of {ctx['expected']}",
    "string_too_short": lambda ctx: f"must have at least {ctx['min_length']} characters",
    "string_too_long": lambda ctx: f"must have at most {ctx['max_length']} characters",
    "too_short": lambda ctx: f"must have at least {ctx['min_length']} elements",
    "too_long": lambda ctx: f"must have at most {ctx['max_length']} elements",
    "greater_than": lambda ctx: f"must be more than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']}",
    "less_than": lambda ctx: f"must be less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']}",
}
_LIBRARY_KINDS = frozenset(get_args(ErrorType))


def faults_of(errors: Sequence[Mapping[str, Any]], known_names: frozenset[str]) -> list[Fault]:
    """Faults from validation errors; ``known_names`` are the field names that may be shown."""
    faults = []
    for error in errors[:MAX_FAULTS]:
        kind, location = error["type"], list(error["loc"])
        if kind == "extra_forbidden":
            location.pop()
        if kind == "json_invalid":
            location = ["body"]
        faults.append({**_place(location, known_names), "reason": _reason(error)})
    return faults


def _place(location: Sequence[str | int], known_names: frozenset[str]) -> Fault:
    where = str(location[0]) if location else "body"
    path = [str(part) if isinstance(part, int) or part in known_names else "*" for part in location[1:]]
    if where == "body":
        return {"in": where, "pointer": "#" + "".join("/" + part for part in path)}
    return {"in": where, "field": path[0] if path else "*"}


def _reason(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    reason = _REASONS.get(kind)
    if isinstance(reason, str):
        return reason
    if reason is not None:
        return reason(context)
    if kind not in _LIBRARY_KINDS and not context:
        return str(error["msg"])
    return "is not valid"
