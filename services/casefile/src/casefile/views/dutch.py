"""How codes, moments and lists are said in Dutch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.codes import UnknownCode, label

HERE = ZoneInfo("Europe/Amsterdam")
_MONTHS = ("januari februari maart april mei juni juli augustus september oktober november december").split()


def said(list_: str, code: object) -> str:
    """What people read for a code; the code itself when the list no longer has it."""
    try:
        return label(list_, str(code), "nl")
    except UnknownCode:
        return str(code)


def day(moment: object) -> str:
    """``22 november 2026``, here; a moment as stored."""
    at = datetime.fromisoformat(str(moment)).astimezone(HERE)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def minute(moment: object) -> str:
    """``22 november 2026 om 09.30 uur``."""
    at = datetime.fromisoformat(str(moment)).astimezone(HERE)
    return f"{day(moment)} om {at:%H.%M} uur"


def listed(words: Iterable[str]) -> str:
    """``a, b en c``."""
    all_ = list(words)
    return ", ".join(all_[:-1]) + " en " + all_[-1] if len(all_) > 1 else "".join(all_)
