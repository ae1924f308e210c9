"""Whether a body is JSON that can be handed on: before it is parsed, how deep; after, what its texts hold."""

from __future__ import annotations

import json
import re
from typing import Any

from chassis.http.problems import Fault

__all__ = ["MAX_DEPTH", "body_faults", "is_clean"]

MAX_DEPTH = 32
MAX_DIGITS = 40
# A text, also one that never ends: what remains are brackets that count.
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_UNFIT = re.compile("[\0\ud800-\udfff]")
_BRACKET = re.compile(rb"[\[\]{}]")


class _Unfit(Exception):
    pass


def body_faults(body: bytes) -> list[Fault]:
    """What is wrong with a JSON body: encoding, depth, syntax, names used twice, NUL, lone surrogates."""
    reason = _reason(body)
    return [{"in": "body", "pointer": "#", "reason": reason}] if reason else []


def is_clean(text: str) -> bool:
    """Whether a text can be stored: PostgreSQL takes no NUL, and UTF-8 has no lone surrogates."""
    return _UNFIT.search(text) is None


def _reason(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8"
    if too_deep(body):
        return f"is nested deeper than {MAX_DEPTH} levels"
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
    except _Unfit as unfit:
        return str(unfit)
    except ValueError:
        return "is not valid JSON"
    # Raw control characters are no JSON and raw surrogates no UTF-8: only escapes can bring them in.
    if b"\\u" in body and not _clean(value):
        return "has a text with a NUL character or half of a surrogate pair"
    return None


def too_deep(body: bytes, limit: int = MAX_DEPTH) -> bool:
    """Whether brackets nest deeper than the limit, found without parsing."""
    if body.count(b"[") + body.count(b"{") <= limit:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limit:
            return True
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _Unfit("has an object that names a field twice")
    return result


def _constant(_: str) -> None:
    raise _Unfit("has a number that JSON does not know")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Unfit("has a number that is too large")
    return int(digits)


def _clean(value: Any) -> bool:
    if isinstance(value, str):
        return is_clean(value)
    if isinstance(value, dict):
        return all(is_clean(name) and _clean(member) for name, member in value.items())
    return not isinstance(value, list) or all(map(_clean, value))
