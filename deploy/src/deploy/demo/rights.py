"""What protects a resident, as they read it: a consent withdrawn, a look denied, who saw their data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.commands.case import moment_of
from deploy.demo.asking import Answer, Asking
from deploy.demo.figures import Ended
from deploy.demo.voices import auditor_of, resident

PLOT = "consent_withdrawn"
WITHDRAWN = ("InvolvementEnded", "withdrawn")
"""What the case's history tells of it, and why."""


@dataclass(frozen=True)
class Rights:
    """Of one case: the withdrawal in its history, and every look at its resident's data, the newest first."""

    number: str
    withdrawal: Answer | None
    seen: Sequence[Answer]

    def lines(self) -> list[str]:
        """What people read, a sentence each."""
        denied = next((one for one in self.seen if one["outcome"] == "denied" and one["role"]["id"]), None)
        shown = next(filter(_by_consent, self.seen), None)
        told = []
        if self.withdrawal:
            told.append(f"{moment_of(self.withdrawal['happenedAt'])}  {self.withdrawal['sentence']}")
        told += [f"{moment_of(one['seenAt'])}  {one['sentence']}" for one in (denied, shown) if one]
        outcomes = Counter(one["outcome"] for one in self.seen)
        told.append(f"{len(self.seen)} looks and changes are on record, {outcomes['denied']} denied.")
        return told


def rights_shown(asking: Asking, cases: Sequence[Ended]) -> Rights | None:
    """Of a resident who withdrew a consent; None when no such story was played to its end.

    Whose case it is its auditor knows by id; who saw their data the resident asks.
    """
    case = next((one for one in cases if one.plot == PLOT and one.state == "closed"), None)
    if case is None:
        return None
    auditor = auditor_of(case.organisation)
    history = asking.items(auditor, "casefile", f"/cases/{case.case_id}/history")
    withdrawal = next(
        (one for one in history if (one["kind"], one["facts"].get("because")) == WITHDRAWN), None
    )
    found = asking.look(auditor, "casefile", f"/cases/{case.case_id}")
    if found is None:
        return None
    person_id = str(found["resident"])
    seen = list(asking.items(resident(person_id), "casefile", f"/people/{person_id}/accesses"))
    return Rights(case.number, withdrawal, seen)


def _by_consent(one: Answer) -> bool:
    return one["outcome"] == "shown" and any(ground["kind"] == "consent" for ground in one["grounds"])
