"""Pages by cursor: where the last page ended, never a page number.

A cursor is base64url of a JSON list of ids, numbers and times. It is opaque to clients and holds nothing
personal; it needs no signature, because it only says where to go on and decides nothing about who sees what.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.datastructures import URL

from chassis.http.model import ApiModel
from chassis.http.problems import Malformed

__all__ = ["AsPaging", "Links", "PageOf", "Paging"]

T = TypeVar("T")
DEFAULT_LIMIT, MAX_LIMIT = 25, 100


class Link(ApiModel):
    """Where something is."""

    href: str


class Links(ApiModel):
    """This page and, when there is more, the next."""

    this: Link = Field(alias="self")
    next: Link | None = None


class PageOf(ApiModel, Generic[T]):
    """A page of rows."""

    items: list[T]
    links: Links = Field(alias="_links")


@dataclass(frozen=True, slots=True)
class Paging:
    """What page is asked for."""

    limit: int
    cursor: str | None
    url: URL = field(repr=False)

    def after(self, *kinds: Callable[[Any], Any]) -> tuple[Any, ...] | None:
        """Where the last page ended, each element through its kind (``UUID``, ``int``, …); None at first.

        Raises `Malformed` for a cursor that is not one of ours.
        """
        if self.cursor is None:
            return None
        try:
            text = self.cursor.encode("ascii")
            values = json.loads(base64.b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True))
            if not isinstance(values, list) or len(values) != len(kinds):
                raise ValueError
            return tuple(_element(kind, value) for kind, value in zip(kinds, values, strict=True))
        except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError):
            reason = "is not a cursor of this list; take it from _links.next"
            raise Malformed([{"in": "query", "field": "cursor", "reason": reason}]) from None

    def links(self, next_after: Sequence[object] | None) -> Links:
        """Links to this page and, given where it ended, to the next."""
        here = Link(href=_relative(self.url))
        if next_after is None:
            return Links(this=here)
        text = json.dumps([v if isinstance(v, int) else str(v) for v in next_after], separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
        return Links(this=here, next=Link(href=_relative(self.url.include_query_params(cursor=cursor))))


def _element(kind: Callable[[Any], Any], value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    if kind is str and not isinstance(value, str):
        raise TypeError
    return kind(value)


def _relative(url: URL) -> str:
    return url.path + (f"?{url.query}" if url.query else "")


def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows a page.")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=512, description="From _links.next.")] = None,
) -> Paging:
    """The page that is asked for."""
    return Paging(limit, cursor, request.url)


AsPaging = Annotated[Paging, Depends(paging)]
