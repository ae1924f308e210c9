"""What every event of casefile has in common."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import ContractEvent


class CasefileEvent(ContractEvent):
    """Published by casefile alone; the subject is the case's id."""

    SOURCE: ClassVar[str] = "casefile"
