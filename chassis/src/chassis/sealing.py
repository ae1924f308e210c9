"""Personal values, sealed: stub."""

from __future__ import annotations

from contracts.sealed import Capacity, Sealed

__all__ = ["Capacity", "Erased", "Sealed"]


class Erased(Exception):
    """The data key was destroyed: nobody can read this value again."""
