"""What supporters did (SUP-01), append-only: entries are added and never changed.

The log of a case is the set of its entries. Each entry is a stream of its own under an id that the client
made, so that two people writing at the same time never collide, and the same entry sent twice is one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from casefile.domain.errors import ContactLoggedOtherwise, HappenedInTheFuture
from casefile.domain.presence import Represented
from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.sealing import Sealed


class SupportLog(Aggregate):
    """One entry: a contact about a part, with a few words at most (SUP-02)."""

    TOPIC = "casefile:SupportLog"

    case_id: UUID
    part_id: UUID
    contact_id: UUID
    kind: str
    supporter_id: UUID
    happened_at: datetime
    represented: Represented | None

    class Logged(Created):
        """A supporter did something for the resident."""

        TOPIC = "casefile:SupportLog.Logged"
        case_id: UUID
        part_id: UUID
        contact_id: UUID
        kind: str
        supporter_id: UUID
        happened_at: datetime
        note: Sealed | None

    class RepresentedInPresence(DomainEvent):
        """The resident was spoken or written for, as the channel asks (CON-01)."""

        TOPIC = "casefile:SupportLog.RepresentedInPresence"
        part_id: UUID
        contact_id: UUID
        supporter_id: UUID
        happened_at: datetime
        represented: Represented

    @staticmethod
    def entry_id(case_id: UUID, contact_id: UUID) -> UUID:
        """The stream of this entry."""
        return uuid5(case_id, f"contact:{contact_id}")

    @classmethod
    def log(
        cls,
        case_id: UUID,
        part_id: UUID,
        contact_id: UUID,
        *,
        kind: str,
        supporter_id: UUID,
        happened_at: datetime,
        note: Sealed | None,
        now: datetime,
        represented: Represented | None = None,
    ) -> SupportLog:
        """Add an entry. ``happened_at`` may lie in the past; raises HappenedInTheFuture.

        ``represented``: the resident was spoken or written for (``presence.check_representation``).
        """
        if happened_at > now:
            raise HappenedInTheFuture
        entry = cls.begin(
            cls.entry_id(case_id, contact_id),
            cls.Logged,
            now=now,
            case_id=case_id,
            part_id=part_id,
            contact_id=contact_id,
            kind=kind,
            supporter_id=supporter_id,
            happened_at=happened_at,
            note=note,
        )
        if represented:
            entry.happened(
                cls.RepresentedInPresence,
                now=now,
                part_id=part_id,
                contact_id=contact_id,
                supporter_id=supporter_id,
                happened_at=happened_at,
                represented=represented,
            )
        return entry

    @property
    def subject_id(self) -> UUID:
        return self.case_id

    def confirm_same(
        self,
        *,
        part_id: UUID,
        kind: str,
        supporter_id: UUID,
        happened_at: datetime,
        authority: str | None = None,
    ) -> None:
        """The same entry again changes nothing. Raises ContactLoggedOtherwise when it is another one."""
        given = (part_id, kind, supporter_id, happened_at, authority)
        known = self.represented.authority if self.represented else None
        if given != (self.part_id, self.kind, self.supporter_id, self.happened_at, known):
            raise ContactLoggedOtherwise

    @event(Logged)
    def __init__(
        self,
        case_id: UUID,
        part_id: UUID,
        contact_id: UUID,
        kind: str,
        supporter_id: UUID,
        happened_at: datetime,
    ) -> None:
        self.case_id, self.part_id, self.contact_id = case_id, part_id, contact_id
        self.kind, self.supporter_id, self.happened_at = kind, supporter_id, happened_at
        self.represented = None

    @event(RepresentedInPresence)
    def _represented_in_presence(self, represented: Represented) -> None:
        self.represented = represented
