"""Where a profile's time went, by the packages that it was spent in."""

from __future__ import annotations

from collections.abc import Mapping
from cProfile import Profile
from pstats import Stats
from typing import Any, cast


def shares(profile: Profile, parts: Mapping[str, tuple[str, ...]]) -> str:
    """`name 40 %, …` for the named parts, by pieces of file names; the rest by "rest"; waiting left out."""
    spent = dict.fromkeys([*parts, "rest"], 0.0)
    stats = cast("dict[tuple[str, int, str], tuple[int, int, float, float, Any]]", Stats(profile).stats)  # type: ignore[attr-defined]
    for (file, _, function), (_, _, own, _, _) in stats.items():
        if "poll" in function or "acquire" in function:
            continue
        spent[_part(f"{file} {function}", parts)] += own
    whole = sum(spent.values()) or 1.0
    ordered = sorted(spent.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {100 * seconds / whole:.0f} %" for name, seconds in ordered)


def _part(place: str, parts: Mapping[str, tuple[str, ...]]) -> str:
    return next((name for name, pieces in parts.items() if any(piece in place for piece in pieces)), "rest")
