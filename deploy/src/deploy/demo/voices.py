"""On whose behalf something is asked: a coordinator, or a supporter's own organisation; each with a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from deploy.issuer import mint
from deploy.secret_files import Secrets


@dataclass(frozen=True)
class Voice:
    """Somebody who signed in: the provider's subject, one organisation, one role."""

    subject: str
    organisation: str
    role: str


def auditor_of(organisation: str) -> Voice:
    """Somebody who reviews the histories of that organisation."""
    return Voice("auditor", organisation, "role_auditor")


AUDITOR = auditor_of("smwo")
"""The one with whose eyes the portal looks."""


def coordinator_of(organisation: str) -> Voice:
    """The coordinator who does everything at that organisation in the demo."""
    return Voice(f"coordinator-{organisation}", organisation, "role_coordinator")


def supporter_of(organisation: str, supporter_id: str) -> Voice:
    """A supporter; the provider knows them by the id that matching gave."""
    return Voice(supporter_id, organisation, "role_supporter")


class Tokens:
    """Tokens of the made-up provider of a data folder, each made once; threads may share them."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._made: dict[Voice, str] = {}
        self._lock = Lock()

    def of(self, voice: Voice) -> str:
        """The token of this voice."""
        with self._lock:
            if voice not in self._made:
                self._made[voice] = mint(
                    self._secrets,
                    subject=voice.subject,
                    organisation=voice.organisation,
                    roles=[voice.role],
                    now=datetime.now(UTC),
                )
            return self._made[voice]
