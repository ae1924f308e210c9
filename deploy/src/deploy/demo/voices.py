"""On whose behalf something is asked: staff in one role, or a resident for themselves; each with a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

from deploy.issuer import mint, mint_for_person
from deploy.secret_files import Secrets

LIFETIME = timedelta(hours=8)


@dataclass(frozen=True)
class Voice:
    """Somebody who signed in: the provider's subject, one organisation, one role; or a ``person``."""

    subject: str
    organisation: str
    role: str
    person: UUID | None = None


def auditor_of(organisation: str) -> Voice:
    """Somebody who reviews the histories of that organisation."""
    return Voice("auditor", organisation, "role_auditor")


AUDITOR = auditor_of("smwo")
"""The one with whose eyes the portal looks: at the cases of one organisation."""


def coordinator_of(organisation: str) -> Voice:
    """The coordinator who does everything at that organisation in the demo."""
    return Voice(f"coordinator-{organisation}", organisation, "role_coordinator")


def supporter_of(organisation: str, supporter_id: str) -> Voice:
    """A supporter; the provider knows them by the id that matching gave."""
    return Voice(supporter_id, organisation, "role_supporter")


def resident(person_id: str) -> Voice:
    """A resident, who asks and says things about their own case."""
    return Voice(person_id, "-", "role_resident", UUID(person_id))


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
                self._made[voice] = self._mint(voice)
            return self._made[voice]

    def _mint(self, voice: Voice) -> str:
        now = datetime.now(UTC)
        if voice.person is not None:
            return mint_for_person(self._secrets, person=voice.person, now=now, lifetime=LIFETIME)
        return mint(
            self._secrets,
            subject=voice.subject,
            organisation=voice.organisation,
            roles=[voice.role],
            now=now,
            lifetime=LIFETIME,
        )
