"""What matching keeps of a case as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, Created, DomainEvent, event


class CaseSearches(Aggregate):
    """The searches of one case, and with whom there was no click in it. Its id is the case's.

    "Never the same person again in that case" (MAT-09) counts over all parts and rounds, so it is kept here,
    with the case, and not with the supporter: it says nothing about them (MAT-08, CON-19).
    """

    TOPIC: ClassVar[str] = "matching:CaseSearches"

    resident: UUID | None
    searches: dict[UUID, UUID | None]
    no_clicks: tuple[UUID, ...]
    left_out: tuple[str, ...]

    class Begun(Created):
        """A case was opened; ``resident`` is a pseudonym, under which they may look on and choose."""

        TOPIC: ClassVar[str] = "matching:CaseSearches.Begun"
        resident: UUID | None

    class SearchAdded(DomainEvent):
        """A search was opened for a part, or for the whole case when ``part_id`` is None (ESC-03)."""

        TOPIC: ClassVar[str] = "matching:CaseSearches.SearchAdded"
        search_id: UUID
        part_id: UUID | None

    class NoClickKept(DomainEvent):
        """This person is not proposed again in this case; no reason is kept (MAT-08)."""

        TOPIC: ClassVar[str] = "matching:CaseSearches.NoClickKept"
        supporter_id: UUID

    class PartyLeftOut(DomainEvent):
        """The resident no longer agrees that this organisation, or this person, takes part (CON-04)."""

        TOPIC: ClassVar[str] = "matching:CaseSearches.PartyLeftOut"
        party: str

    class PartyLetIn(DomainEvent):
        """The resident agrees (again)."""

        TOPIC: ClassVar[str] = "matching:CaseSearches.PartyLetIn"
        party: str

    @event(Begun)
    def __init__(self, resident: UUID | None) -> None:
        self.resident, self.searches, self.no_clicks, self.left_out = resident, {}, (), ()

    @classmethod
    def begin_case(cls, case_id: UUID, resident: UUID | None = None, *, now: datetime) -> CaseSearches:
        return cls.begin(case_id, cls.Begun, now=now, resident=resident)

    def add_search(self, search_id: UUID, part_id: UUID | None, *, now: datetime) -> None:
        """Keep a search; nothing happens when it is known."""
        if search_id not in self.searches:
            self.happened(self.SearchAdded, now=now, search_id=search_id, part_id=part_id)

    @event(SearchAdded)
    def _search_added(self, search_id: UUID, part_id: UUID | None) -> None:
        self.searches[search_id] = part_id

    def of_part(self, part_id: UUID) -> tuple[UUID, ...]:
        """The searches for this part, oldest first."""
        return tuple(search for search, part in self.searches.items() if part == part_id)

    def keep_no_click(self, supporter_id: UUID, *, now: datetime) -> None:
        """Never propose this person again in this case; nothing happens when that was so."""
        if supporter_id not in self.no_clicks:
            self.happened(self.NoClickKept, now=now, supporter_id=supporter_id)

    @event(NoClickKept)
    def _no_click_kept(self, supporter_id: UUID) -> None:
        self.no_clicks = (*self.no_clicks, supporter_id)

    def leave_out(self, party: str, *, now: datetime) -> None:
        """Offer nobody of this party; nothing happens when that was so."""
        if party not in self.left_out:
            self.happened(self.PartyLeftOut, now=now, party=party)

    @event(PartyLeftOut)
    def _party_left_out(self, party: str) -> None:
        self.left_out = (*self.left_out, party)

    def let_in(self, party: str, *, now: datetime) -> None:
        """They may be offered; nothing happens when they might."""
        if party in self.left_out:
            self.happened(self.PartyLetIn, now=now, party=party)

    @event(PartyLetIn)
    def _party_let_in(self, party: str) -> None:
        self.left_out = tuple(each for each in self.left_out if each != party)

    def leaves_out(self, supporter_id: UUID, organisation: str) -> bool:
        """Whether the resident does not want this supporter, or their organisation, to take part."""
        return bool({str(supporter_id), organisation} & set(self.left_out))
