"""Handing a resident, or who represents them, what they sign in with; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from casefile.application.participation import COORDINATOR
from casefile.domain.case import CaseFile
from casefile.domain.resident_sign_in import Handed, ResidentSignIn
from casefile.domain.sign_in_errors import NotSetUp, NotTheirCase
from chassis.access.access import Access
from chassis.clock import Clock
from chassis.codes import Codes
from chassis.signin import Caller, Principal
from chassis.store.errors import NotAllowed
from chassis.store.store import Decided, Store

FIRST_TIME, NAME = "resident-code", "resident-name"
CODE_LENGTH, NAME_LENGTH = 12, 8
"""60 bits that work once, and 40 that mean nothing without the PIN."""

Represents = Callable[[UUID, UUID, datetime], bool]
"""Whether the first person speaks for the second at that moment."""


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a first-time code works: on a paper that was handed over, and in a letter."""

    in_person: timedelta
    letter: timedelta

    def of(self, handed: Handed) -> timedelta:
        """The one for this way of handing out."""
        return self.letter if handed == "letter" else self.in_person


class HandingOut:
    """For coordinators of a case and who serves in it; taking back is also the person's own."""

    def __init__(
        self,
        store: Store,
        access: Access,
        codes: Codes,
        clock: Clock,
        validity: Validity,
        represents: Represents,
    ) -> None:
        self._store, self._access, self._codes, self._clock = store, access, codes, clock
        self._validity, self._represents = validity, represents

    def hand_out(self, caller: Caller, person: UUID, case_id: UUID, handed: Handed) -> dict[str, Any]:
        """A new paper for the resident of that case, or who represents them.

        The same command gives the same paper (promise P3); afterwards nobody can read it anywhere. Raises
        NotFound for a case that the asker has no part in, and NotTheirCase.
        """

        def decide() -> Decided:
            now = self._clock.now()
            self._access.changing(caller.asking, "handOutSignInCode", case_id, resource="Case")
            self._check(caller.principal, person, case_id, now)
            issue_id = uuid4()
            code, name = self._paper(issue_id)
            valid_until = now + self._validity.of(handed)
            sign_in = self._found(person) or ResidentSignIn.begin_for(person, now)
            sign_in.issue_code(
                issue_id,
                code=self._codes.digest(FIRST_TIME, code).hex(),
                name=self._codes.digest(NAME, name).hex(),
                handed=handed,
                valid_until=valid_until,
                by_role=caller.principal.role,
                now=now,
            )
            answer = {
                "personId": str(person),
                "issueId": str(issue_id),
                "validUntil": valid_until.isoformat(),
            }
            return Decided([sign_in], answer)

        answer = self._store.once(caller, decide)
        code, name = self._paper(UUID(answer["issueId"]))
        return answer | {"code": code, "signInName": name}

    def take_back(self, caller: Caller, person: UUID, case_id: UUID | None) -> dict[str, Any]:
        """Nothing that this person was handed works any more. Raises NotSetUp, and what `hand_out` raises."""

        def decide() -> Decided:
            now, asker = self._clock.now(), caller.principal
            if case_id is None:
                themselves = is_self(asker, person)
                self._access.changing(
                    caller.asking, "revokeOwnSignIn", resource="Organisation", themselves=themselves
                )
            else:
                self._access.changing(caller.asking, "revokeSignIn", case_id, resource="Case")
                self._check(asker, person, case_id, now)
            sign_in = self._found(person)
            if sign_in is None:
                raise NotSetUp
            sign_in.revoke(by_role=asker.role, now=now)
            return Decided([sign_in], {"personId": str(person)})

        return self._store.once(caller, decide)

    def _paper(self, issue_id: UUID) -> tuple[str, str]:
        return (
            self._codes.derived(FIRST_TIME, issue_id, CODE_LENGTH),
            self._codes.derived(NAME, issue_id, NAME_LENGTH),
        )

    def _found(self, person: UUID) -> ResidentSignIn | None:
        return self._store.find(ResidentSignIn, ResidentSignIn.id_of(person))

    def _check(self, asker: Principal, person: UUID, case_id: UUID, now: datetime) -> None:
        case = self._store.get(CaseFile, case_id)
        if not _cares_for(asker, case):
            raise NotAllowed
        if person != case.resident and not self._represents(person, case.resident, now):
            raise NotTheirCase


def is_self(asker: Principal, person: UUID) -> bool:
    """Whether somebody asks for themselves, and not on behalf of another."""
    return asker.kind == "person" and asker.person == person and asker.represents is None


def _cares_for(asker: Principal, case: CaseFile) -> bool:
    if asker.kind != "staff":
        return False
    if asker.role == COORDINATOR:
        return asker.organisation == case.organisation
    serving = {each.supporter_id for part in case.parts.values() if part.open for each in part.people()}
    return asker.role == "role_supporter" and asker.subject in {str(each) for each in serving}
