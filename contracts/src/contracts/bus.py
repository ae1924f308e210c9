"""How contract events travel over JetStream: the facts that every reader and the AsyncAPI document share."""

from __future__ import annotations

from typing import Final

STREAM: Final = "CASES"
SUBJECTS: Final = "cases.>"
CONTENT_TYPE: Final = "application/cloudevents+json"
CONTENT_TYPE_HEADER: Final = "Content-Type"
MESSAGE_ID_HEADER: Final = "Nats-Msg-Id"
MAX_BYTES: Final = 64 * 1024
"""The largest message, envelope included."""

KEPT_FOR: Final = "P14D"
"""How long the stream keeps a message; whoever is further behind starts from the source's outbox."""


def subjects_of(service: str) -> str:
    """All subjects of one source; a consumer takes them whole, so that it sees every gap."""
    return f"cases.{service}.>"
