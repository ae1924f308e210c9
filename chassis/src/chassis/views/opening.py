"""Views that open sealed values while they are filled, to make tokens of them (``chassis.search``).

Such a view is a constant like any other: its table is made without keys. Whoever fills it, the follower or a
rebuild, binds it first to the key ring and the search key. What no longer opens gets no tokens, so that a
rebuild after an erasure gives the rows that are there.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from chassis.sealing import Sealed, Sealer
from chassis.search import Tokens
from chassis.views.view import View

__all__ = ["NotBound", "Opening", "OpeningView", "bound"]


class NotBound(RuntimeError):
    """A bug: a view that opens values is filled without the means to."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The means: the key ring's keys, and the key of the tokens."""

    sealer: Sealer
    tokens: Tokens

    def texts(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """The texts in order, with one round trip; None for what is absent, erased or broken (logged).

        Raises ``Unavailable``: the view then stands still and is filled later.
        """
        there = [value for value in values if value is not None]
        texts = iter(self.sealer.open_each(there))
        return [None if value is None else next(texts) for value in values]


class OpeningView(View):
    """A view that opens sealed values; ``opening`` is there once it is bound."""

    _bound_to: Opening | None = None

    @property
    def opening(self) -> Opening:
        """Raises `NotBound`."""
        if self._bound_to is None:
            raise NotBound(self.name)
        return self._bound_to

    def bind(self, opening: Opening) -> Self:
        """The same view, with the means to open what it is filled with."""
        found = copy.copy(self)
        found._bound_to = opening
        return found


def bound(views: Sequence[View], opening: Opening) -> tuple[View, ...]:
    """These views, each that opens values bound."""
    return tuple(view.bind(opening) if isinstance(view, OpeningView) else view for view in views)
