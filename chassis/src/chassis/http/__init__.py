"""HTTP as the Dutch API rules want it: one app factory, its dependencies and the base of every body."""

from __future__ import annotations

from chassis.http.accesses import accesses_router
from chassis.http.app import create_app
from chassis.http.callers import AsCaller, AsReader, caller, reader
from chassis.http.commands import commands_router
from chassis.http.model import ApiModel, NumbersOnly, UtcTime
from chassis.http.paging import AsPaging, Links, PageOf, Paging
from chassis.http.problems import Malformed
from chassis.signin import Caller, Principal

__all__ = [
    "ApiModel",
    "AsCaller",
    "AsPaging",
    "AsReader",
    "Caller",
    "Links",
    "Malformed",
    "NumbersOnly",
    "PageOf",
    "Paging",
    "Principal",
    "UtcTime",
    "accesses_router",
    "caller",
    "commands_router",
    "create_app",
    "reader",
]
