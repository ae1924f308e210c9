"""Why the store does not do what it was asked."""

from __future__ import annotations

from uuid import UUID


class NotFound(Exception):
    """There is no such thing, or none that the asker may know of: both look alike."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what or "not found")


class NotAllowed(NotFound):
    """The asker may not; answered exactly as absent."""


class NobodyAsks(Exception):
    """A program's fault: the API read or changed something without saying for whom."""


class Conflict(Exception):
    """Another writer was first. Load again and decide again."""


class VersionTaken(Conflict):
    """This version of an aggregate exists already."""


class PositionMoved(Conflict):
    """An inbox position is not where this batch found it: another replica applied the message."""


class KeyTaken(Conflict):
    """The idempotency key was used meanwhile; read the answer back."""


class KeyReused(Exception):
    """The idempotency key belongs to another body (promise P3): answered with 409."""


class Unavailable(Exception):
    """The infrastructure (database, key ring) cannot answer now. Counts against no message (promise P7)."""


class UnknownVersion(Exception):
    """A stored event is newer than this program: deploy readers before writers (promise P21)."""

    def __init__(self, topic: str, version: int) -> None:
        super().__init__(f"{topic} version {version} was written by a newer program")


class Unreadable(Exception):
    """A stored event does not have the shape of its class: corruption is loud (promise P22)."""

    def __init__(self, topic: str, originator_id: UUID, originator_version: int) -> None:
        super().__init__(f"{topic}, {originator_id} version {originator_version}")
