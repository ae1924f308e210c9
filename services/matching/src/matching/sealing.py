"""What a supporter tells about themselves, sealed under their own data key."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from chassis.erasure.shown import shown
from chassis.sealing import Sealed, Sealer


class Sealing:
    """Seals and opens names and phone numbers of supporters; for ranking neither is needed."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def of_supporter(self, supporter_id: UUID, field: str, text: str | None) -> Sealed | None:
        """A value of the supporter, or None when nothing was told."""
        return None if text is None else self._sealer.seal(supporter_id, "supporter", field, text, uuid4())

    def of_experience(self, supporter_id: UUID, domains: Sequence[str]) -> Sealed:
        """The life domains that a supporter's own experience is about."""
        told = ",".join(sorted(set(domains)))
        return self._sealer.seal(supporter_id, "supporter", "experience", told, uuid4())

    def opened(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """The texts, in order, with one question to the key ring; None for what is absent, else "gewist"."""
        return shown(self._sealer, values)
