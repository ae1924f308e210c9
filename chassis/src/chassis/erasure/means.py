"""What a service erases with, put together from its settings."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.erasure.eraser import Eraser
from chassis.erasure.evicting import Evicting
from chassis.erasure.keys_at_rest import KeysAtRest
from chassis.erasure.log import ErasureLog
from chassis.erasure.purging import purging
from chassis.erasure.reapplying import Reapplying
from chassis.erasure.settings import ErasureSettings
from chassis.keyring import KeyRing
from chassis.settings import ServiceSettings
from chassis.store.pools import Pool, conninfo
from chassis.views.view import View

__all__ = ["Means"]


class Means:
    """The log, the keys at rest, and how a process of this service forgets."""

    def __init__(self, settings: ServiceSettings, erasing: ErasureSettings, ring: KeyRing) -> None:
        self._ring = ring
        self._looker = _dsn(settings, settings.keyring_user, settings.keyring_password.get_secret_value())
        password = erasing.keyring_eraser_password
        destroyer = _dsn(settings, erasing.keyring_eraser, password.get_secret_value()) if password else None
        self.log = ErasureLog(erasing.erasure_log, erasing.erasure_copies)
        self.keys = KeysAtRest(self._looker, destroyer)
        self.eraser = Eraser(self.log, self.keys, ring.forget)

    @classmethod
    def of(cls, settings: ServiceSettings, ring: KeyRing) -> Means | None:
        """None for a service that keeps no words of anybody. Raises `InsideDatabase`."""
        return cls(settings, settings, ring) if isinstance(settings, ErasureSettings) else None

    def evicting(self) -> Evicting:
        """What makes this process forget destroyed keys at once; not started yet."""
        return Evicting(self._looker, self._ring)

    def reapplying(self, pool: Pool, views: Sequence[View]) -> Reapplying:
        """What erases again at every start. ``pool``: the worker's."""
        return Reapplying(self.log, self.keys, purging(pool, views), self._ring.forget_everything)


def _dsn(settings: ServiceSettings, user: str, password: str) -> str:
    return conninfo(
        host=settings.keyring_host,
        port=settings.keyring_port,
        database=settings.keyring_name,
        user=user,
        password=password,
        name=f"{settings.service} erasing",
    )
