"""What provisioning did and what it found different: one line each, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class ProvisionRefused(Exception):
    """Provisioning stopped, and everything it had begun in that transaction is undone; the text says why."""


@dataclass
class Report:
    """What was made, what differs (left alone without `fix`) and what was put right (with `fix`)."""

    fix: bool = False
    made: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    tell: Callable[[str], None] = lambda _line: None

    def did(self, line: str) -> None:
        """Something that was not there is there now."""
        self.made.append(line)
        self.tell(line)

    def differs(self, line: str) -> bool:
        """Something is there but not as it should be; True when it may be put right now."""
        if self.fix:
            self.fixed.append(line)
            self.tell(f"put right: {line}")
            return True
        self.drift.append(line)
        self.tell(f"differs: {line}")
        return False

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything was there already, as it should be."""
        return not (self.made or self.drift or self.fixed)
