"""The tables of a service's views: made from what the service itself says its views are."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import psycopg

from deploy.provision.report import Report


def provision_views(connection: psycopg.Connection[Any], service: str, database: str, report: Report) -> None:
    """Make the tables of the views that this version has; older ones stay until `rebuild` switches."""
    if find_spec(service) is None or find_spec(f"{service}.views") is None:
        return
    views = getattr(import_module(f"{service}.views"), "VIEWS", ())
    if not views:
        return
    provision = import_module("chassis.views").provision
    for table in provision(connection, views) or ():
        report.did(f"database {database}: table {table} made")
