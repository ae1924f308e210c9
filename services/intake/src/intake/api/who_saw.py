"""Who saw somebody's data here, told in the words of the networks."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter

from chassis.http import accesses_router
from chassis.service import Foundation
from chassis.store.errors import NotFound
from contracts.processing import PlainWords


def who_saw(base: Foundation) -> APIRouter:
    """The route; organisations have the names that their networks give them now."""

    def words() -> PlainWords:
        now = base.clock.now()
        names: dict[str, str] = {}
        for network in base.reference.networks():
            with suppress(NotFound):
                body = base.reference.current(network, now).body
                names |= {each["id"]: each["name"] for each in body["organisations"]}
        return PlainWords(names)

    return accesses_router(base.access, words)
