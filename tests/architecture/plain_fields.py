"""What a stored or sent type is made of, down to every place where somebody's words could stand.

`words_in` walks a type and gives the path of each place that can hold any text: plain `str`, `bytes`, `Any`.
Ids, moments, numbers, enumerations, literals, sealed values and texts of a form that no name or sentence has
are no such places.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from contracts.sealed import Sealed

SAFE = (AwareDatetime, UUID, datetime, date, time, timedelta, Enum, bool, int, float, type(None), Sealed)
WORDS = (
    "Nour",
    "nour el khatib",
    "Nour el Khatib",
    "06 12345678",
    "0612345678",
    "n@voorbeeld.nl",
    "Zij belt.",
)
"""A text that may hold none of these may hold no name, phone number, address or sentence."""


def words_in(annotation: Any, path: str, seen: frozenset[type] = frozenset()) -> Iterator[str]:
    """The paths, such as ``Opened.reason`` or ``Opened.parts[].note``, of what can hold words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, TypeVar):
        yield from words_in(annotation.__bound__ or Any, path, seen)
    elif origin is Annotated:
        if not _has_a_form(arguments[1:]):
            yield from words_in(arguments[0], path, seen)
    elif origin is ClassVar or origin is Literal:
        return
    elif origin in (Union, types.UnionType):
        for each in arguments:
            yield from words_in(each, path, seen)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from words_in(arguments[0], f"{path}{{key}}", seen)
        yield from words_in(arguments[1], f"{path}{{}}", seen)
    elif isinstance(origin, type) and issubclass(origin, tuple | list | set | frozenset | typing.Sequence):
        for each in dict.fromkeys(arguments):
            if each is not Ellipsis:
                yield from words_in(each, f"{path}[]", seen)
    elif isinstance(annotation, type) and issubclass(annotation, SAFE):
        return
    elif isinstance(annotation, type) and annotation not in seen and (fields := _fields(annotation)):
        for name, each in fields.items():
            yield from words_in(each, f"{path}.{name}", seen | {annotation})
    elif isinstance(annotation, type) and annotation in seen:
        return
    else:
        yield path


def of_class(kind: type) -> set[str]:
    """The places in a class, each path beginning with the class's name."""
    return set(words_in(kind, kind.__name__))


def _fields(kind: type) -> dict[str, Any]:
    if issubclass(kind, BaseModel):
        kind.model_rebuild()
        return {name: _with_metadata(field) for name, field in kind.model_fields.items()}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return typing.get_type_hints(kind, include_extras=True)
    return {}


def _with_metadata(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _has_a_form(metadata: tuple[Any, ...]) -> bool:
    """Whether a pattern keeps names and sentences out."""
    patterns = []
    for each in metadata:
        if isinstance(each, StringConstraints):
            patterns.append(each.pattern)
        else:
            patterns.append(getattr(each, "pattern", None))
    found = [pattern for pattern in patterns if pattern is not None]
    return any(not any(re.search(pattern, text) for text in WORDS) for pattern in found)
