"""CONTROLS in the database: ``store.save`` with one of its lines taken out, in a test's own database."""

from __future__ import annotations

import psycopg

LOCK = "perform pg_advisory_xact_lock(7709246531841);"
KEY = "if p_key is not null then"


def save_without_the_lock(url: str) -> None:
    """Writers do not queue: their events become visible in another order than that of their numbers."""
    _replace(url, LOCK, "perform 1;")


def save_that_forgets_keys(url: str) -> None:
    """Commands are applied, and nobody can tell."""
    _replace(url, KEY, "if false then")


def _replace(url: str, line: str, other: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute("select pg_get_functiondef('store.save'::regproc)").fetchone()
        definition = str(row[0]) if row else ""
        if definition.count(line) != 1:
            raise LookupError(f"store.save has no such line (any more): {line}")
        conn.execute(definition.replace(line, other).encode())
