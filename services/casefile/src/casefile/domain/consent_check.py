"""A code by which a professional at the table asks whether consent exists, and learns no more (CON-02).

It has a subject of its own: whoever holds the code may ask about it, and sees nothing of the case.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.domain.safeguard_errors import NothingToCheck
from chassis.aggregates import Aggregate, Created, event

CODE = "consent-check"
"""The kind of code that leads to one."""


def code_holder(check_id: UUID) -> str:
    """Whoever shows the code, as grants know them; nobody who signs in ever carries it."""
    return f"check:{check_id}"


class ConsentCheck(Aggregate):
    """One supporter, one or more parts, one authority, for some days."""

    TOPIC = "casefile:ConsentCheck"

    case_id: UUID
    resident: UUID
    supporter_id: UUID
    part_ids: tuple[UUID, ...]
    authority: str
    consent_id: UUID
    valid_until: datetime

    class CodeGiven(Created):
        """A code was shown once. What it says stands in no event: only its digest is kept, elsewhere."""

        TOPIC = "casefile:ConsentCheck.CodeGiven"
        case_id: UUID
        resident: UUID
        supporter_id: UUID
        part_ids: tuple[UUID, ...]
        authority: str
        consent_id: UUID
        valid_until: datetime
        digest: str

    @classmethod
    def give_code(
        cls,
        check_id: UUID,
        case_id: UUID,
        resident: UUID,
        *,
        supporter_id: UUID,
        part_ids: tuple[UUID, ...],
        authority: str,
        consent_id: UUID | None,
        valid_until: datetime,
        digest: bytes,
        now: datetime,
    ) -> ConsentCheck:
        """Only where there is something to confirm. Raises NothingToCheck."""
        if consent_id is None or not part_ids or valid_until <= now:
            raise NothingToCheck
        return cls.begin(
            check_id,
            cls.CodeGiven,
            now=now,
            case_id=case_id,
            resident=resident,
            supporter_id=supporter_id,
            part_ids=part_ids,
            authority=authority,
            consent_id=consent_id,
            valid_until=valid_until,
            digest=digest.hex(),
        )

    @event(CodeGiven)
    def __init__(
        self,
        case_id: UUID,
        resident: UUID,
        supporter_id: UUID,
        part_ids: tuple[UUID, ...],
        authority: str,
        consent_id: UUID,
        valid_until: datetime,
    ) -> None:
        self.case_id, self.resident, self.supporter_id = case_id, resident, supporter_id
        self.part_ids, self.authority = part_ids, authority
        self.consent_id, self.valid_until = consent_id, valid_until
