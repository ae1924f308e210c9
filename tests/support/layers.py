"""One layer of access at a time: a composition with the others switched off, made in a test and nowhere else.

No setting does this (design §6). Each function takes what a bootstrap would use and gives the same with one
layer open; a test composes the two others open and shows that what is left still holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.stack import ServiceDatabase

from chassis.access.policies import Policies
from deploy.embedded.bus_accounts import BusAccount, BusUser

EVERYTHING = """
@id("open")
@nl("Iedereen mag alles: alleen in een proef waarin deze laag uit staat.")
permit (principal, action, resource);
"""


def policies_off(schema: str) -> Policies:
    """The same questions, and the answer is always yes."""
    return Policies({"open.cedar": EVERYTHING}, schema)


def row_security_off(database: ServiceDatabase) -> str:
    """How to connect as somebody whom neither row security nor the functions' doors bind."""
    return database.url("admin")


def bus_accounts_off(accounts: Sequence[BusAccount]) -> list[BusAccount]:
    """The same users, all in one account, each with every right."""
    users = [BusUser(user.name, (">",), (">",)) for account in accounts for user in account.users]
    return [BusAccount("EVERYBODY", tuple(users))]
