"""Reads JSON that another process wrote, without believing anything about it."""

from __future__ import annotations

import json
from typing import Any

MAX_DEPTH = 32


class NotStrictJson(Exception):
    """Says what is wrong with a text that should be JSON; never quotes it."""


class _KeyTwice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwice
    return found


def _no_constant(_: str) -> Any:
    raise ValueError


_decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def read_object(raw: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8, each key once, at most ``MAX_DEPTH`` deep. Raises NotStrictJson."""
    fault = ""
    read: Any = None
    try:
        text = raw.decode("utf-8")
        read = _decoder.decode(text)
    except UnicodeDecodeError as error:
        fault = f"is not UTF-8 at byte {error.start}"
    except json.JSONDecodeError as error:
        fault = f"is not JSON at character {error.pos}"
    except _KeyTwice:
        fault = "has a key twice in one object"
    except RecursionError:
        fault = f"is more than {MAX_DEPTH} levels deep"
    except ValueError:
        fault = "has a number that JSON does not know"
    if fault:
        raise NotStrictJson(fault)
    if not isinstance(read, dict):
        raise NotStrictJson("is not a JSON object")
    # As many brackets as levels are needed to be too deep, so most messages need no walk.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _too_deep(read):
        raise NotStrictJson(f"is more than {MAX_DEPTH} levels deep")
    return read


def _too_deep(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            inner = each.values() if isinstance(each, dict) else each
            below += [v for v in inner if isinstance(v, dict | list)]
        if not below:
            return False
        level = below
    return True
