"""Where a request goes that comes in by a door, and where if nobody there takes it (INT-02, INT-03)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from contracts.network.configuration import Configuration, Name, each_once
from contracts.network.organisation import EVERYWHERE, Municipalities
from contracts.values import Slug


class Route(Configuration):
    """For residents of these municipalities: who receives, and who after that, in order."""

    municipalities: Municipalities
    receives: Slug
    fallbacks: Annotated[tuple[Slug, ...], Field(min_length=1), AfterValidator(each_once)]

    @property
    def chain(self) -> tuple[str, ...]:
        """The receiving organisation and its fallbacks, in order."""
        return (self.receives, *self.fallbacks)

    def serves(self, municipality: str) -> bool:
        """Whether this route is for residents of that municipality."""
        return EVERYWHERE in self.municipalities or municipality in self.municipalities


class Door(Configuration):
    """A way in: the website, a phone call, a referrer, a municipality's individual agreement (INT-26)."""

    id: Slug
    label: Name
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]

    def route(self, municipality: str) -> Route | None:
        """The route for that municipality; a checked network has exactly one."""
        return next((route for route in self.routes if route.serves(municipality)), None)
