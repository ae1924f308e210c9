"""What one save changes in who may see what: grants, bars and codes, for ``store.change_access()``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.guards import AccessChange, Bar, BarEnds, Grant, GrantsEnd, Lookup, LookupEnds

_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(slots=True)
class AccessChanges:
    """Changes in the order of their facts: of what one save gives and ends, the last word counts."""

    grants: dict[UUID, Grant] = field(default_factory=dict)
    endings: list[GrantsEnd] = field(default_factory=list)
    bars: dict[tuple[UUID, str, str], Bar | BarEnds] = field(default_factory=dict)
    codes: dict[tuple[str, bytes], Lookup | LookupEnds] = field(default_factory=dict)

    def add(self, change: AccessChange) -> None:
        """Take one change of who may see what."""
        match change:
            case Grant():
                self.grants[change.grant_id] = change
            case GrantsEnd():
                self.endings.append(change)
                for grant_id, grant in self.grants.items():
                    if change.ends(grant) and not grant.over:
                        self.grants[grant_id] = grant.ended(change.at)
            case Bar() | BarEnds():
                self.bars[change.subject_id, change.grantee, change.cause] = change

    def lead(self, code: Lookup | LookupEnds) -> None:
        """Take one change of where a code leads."""
        self.codes[code.kind, code.digest] = code

    def subjects(self) -> list[UUID]:
        """Whose grants or bars change, each once, in key order: as they are locked."""
        if not self.grants and not self.endings and not self.bars:
            return []
        changed = (*self.grants.values(), *self.endings, *self.bars.values())
        return sorted({change.subject_id for change in changed})

    def text(self) -> str | None:
        """As JSON, with the kinds of change that there are; None when nothing changes."""
        codes = self.codes.values()
        lists = {
            "end": [_ending(one) for one in self.endings],
            "give": [_grant(one) for one in self.grants.values()],
            "bar": [_bar(one) for one in self.bars.values()],
            "lookup": [_lookup(one) for one in codes if isinstance(one, Lookup)],
            "lookup_end": [_ended_lookup(one) for one in codes if isinstance(one, LookupEnds)],
        }
        changes = {kind: rows for kind, rows in lists.items() if rows}
        return _json(changes) if changes else None


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "grant_id": str(grant.grant_id),
        "subject_id": str(grant.subject_id),
        "part_id": str(grant.part_id) if grant.part_id else None,
        "grantee": grant.grantee,
        "kind": grant.kind,
        "consent_id": str(grant.consent_id) if grant.consent_id else None,
        "categories": sorted(grant.categories),
        "valid_from": grant.valid_from.isoformat(),
        "valid_until": grant.valid_until.isoformat() if grant.valid_until else None,
        "over": grant.over,
    }


def _ending(end: GrantsEnd) -> dict[str, Any]:
    return {
        "subject_id": str(end.subject_id),
        "grantee": end.grantee,
        "consent_id": str(end.consent_id) if end.consent_id else None,
        "at": end.at.isoformat(),
    }


def _bar(bar: Bar | BarEnds) -> dict[str, Any]:
    return {
        "subject_id": str(bar.subject_id),
        "grantee": bar.grantee,
        "cause": bar.cause,
        "since": (bar.since if isinstance(bar, Bar) else bar.at).isoformat(),
        "over": isinstance(bar, BarEnds),
    }


def _lookup(code: Lookup) -> dict[str, Any]:
    return {
        "kind": code.kind,
        "digest": code.digest.hex(),
        "subject_id": str(code.subject_id),
        "originator_id": str(code.originator_id),
        "valid_until": code.valid_until.isoformat() if code.valid_until else None,
    }


def _ended_lookup(code: LookupEnds) -> dict[str, Any]:
    return {"kind": code.kind, "digest": code.digest.hex()}
