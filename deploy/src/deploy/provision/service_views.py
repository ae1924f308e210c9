"""The tables of a service's views: made from what the service itself says its views are."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import psycopg

from chassis.views.building import provision
from deploy.parties import Service
from deploy.provision.report import Report


def provision_views(
    connection: psycopg.Connection[Any], service: Service, database: str, report: Report
) -> None:
    """Make the tables of the views that this version has; older ones stay until `rebuild` switches.

    The connection acts as the owner of the service's tables.
    """
    if find_spec(service.name) is None or find_spec(f"{service.name}.views") is None:
        return
    views = getattr(import_module(f"{service.name}.views"), "VIEWS", ())
    if views:
        for line in provision(connection, views, api=service.api, worker=service.worker):
            report.did(f"database {database}: {line} made")
