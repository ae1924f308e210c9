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


CHECKPOINTS: Final = "public.checkpoints.>"
"""What every organisation may see: the signed checkpoints of the ledgers."""

FEED: Final = "feed"
"""The durable consumer of each organisation's own stream."""


def token_of(organisation: str) -> str:
    """An organisation as one token of a subject.

    Its id may hold dots, which would make ``a.b`` a part of what ``a`` sees; no id holds a tilde.
    """
    return organisation.replace(".", "~")


def subjects_for(organisation: str) -> str:
    """All that one partner organisation is told, and nobody else."""
    return f"org.{token_of(organisation)}.>"


def shared_subject(organisation: str, wire_type: str) -> str:
    """Where an organisation is told of an event of that type: ``org.<organisation>.<event>.v1``."""
    return f"org.{token_of(organisation)}.{wire_type.removeprefix('nl.ondersteuningsvragen.')}"


def stream_for(organisation: str) -> str:
    """The stream that keeps what one organisation was told: one each: its numbers count nobody else."""
    return f"PARTNER-{token_of(organisation)}"
