"""The token with which the portal shows the demo's cases, for as long as the demo stays up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.demo.voices import AUDITOR
from deploy.issuer import mint
from deploy.secret_files import Secrets
from deploy.service_environment import PORTAL_TOKEN

LIFETIME = timedelta(hours=8)


class PortalToken:
    """A file that only we may read; written again long before its token expires."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._written_at: datetime | None = None

    def keep_fresh(self) -> None:
        """Write it when there is none, or half its life is over."""
        now = datetime.now(UTC)
        if self._written_at is None or now - self._written_at > LIFETIME / 2:
            token = mint(
                self._secrets,
                subject=AUDITOR.subject,
                organisation=AUDITOR.organisation,
                roles=[AUDITOR.role],
                now=now,
                lifetime=LIFETIME,
            )
            self._secrets.write(PORTAL_TOKEN, f"{token}\n".encode("ascii"))
            self._written_at = now
