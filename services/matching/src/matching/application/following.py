"""What follows from what the case file tells, and from its silence; saved together with its cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.aggregates import Aggregate
from chassis.store.store import Store
from matching.application.at_hand import AtHand
from matching.application.offering import Offering
from matching.domain import pairing
from matching.domain.case import CaseSearches
from matching.domain.choosing import Stage
from matching.domain.forgotten import Forgotten
from matching.domain.names import search_id_of, search_of_match
from matching.domain.need import Need
from matching.domain.search import Ending, Search

Changed = Sequence[Aggregate]


class Following:
    """One method per thing that was told or came due. Told again, nothing changes."""

    def __init__(self, store: Store, offering: Offering) -> None:
        self._store, self._offering = store, offering

    def begin_case(self, case_id: UUID, resident: UUID, now: datetime) -> Changed:
        """The resident of a case may look on and choose; told again, nothing changes."""
        at_hand = AtHand(self._store)
        if at_hand.find_case(case_id) is None:
            at_hand.keep(CaseSearches.begin_case(case_id, resident, now=now))
        return at_hand.changed()

    def note_erased(
        self, person: UUID, capacity: str, erasure_id: UUID, erased_at: datetime, now: datetime
    ) -> Sequence[Aggregate]:
        """Somebody was erased; heard again, nothing changes."""
        if self._store.find(Forgotten, Forgotten.id_of(person, capacity)) is not None:
            return ()
        return [Forgotten.record(person, capacity, erasure_id=erasure_id, erased_at=erased_at, now=now)]

    def search_for_part(self, case_id: UUID, part_id: UUID, need: Need, now: datetime) -> Changed:
        """A part has nobody yet: a coordinator offers options."""
        at_hand = AtHand(self._store)
        if at_hand.find_search(search_id_of(part_id)) is None:
            self._open(at_hand, case_id, part_id, need, None, now)
        return at_hand.changed()

    def search_for_escalation(
        self, case_id: UUID, part_id: UUID | None, escalation_id: UUID, need: Need, now: datetime
    ) -> Changed:
        """The decision to scale is answered at once: options, or nobody found (design §3.8)."""
        at_hand = AtHand(self._store)
        if at_hand.find_search(search_id_of(escalation_id)) is None:
            search, case = self._open(at_hand, case_id, part_id, need, escalation_id, now)
            self._offering.offer(search, case, now)
        return at_hand.changed()

    def confirm_match(self, match_id: UUID, *, after_handover: bool, now: datetime) -> Changed:
        """The case file's yes."""
        at_hand = AtHand(self._store)
        at_hand.search(search_of_match(match_id)).confirm(match_id, after_handover=after_handover, now=now)
        return at_hand.changed()

    def complete_handover(self, match_id: UUID, now: datetime) -> Changed:
        """The receiver supports from now on. The giver's match stays: a flower, no onion (ESC-16, ESC-17)."""
        at_hand = AtHand(self._store)
        at_hand.search(search_of_match(match_id)).complete_handover(match_id, now=now)
        return at_hand.changed()

    def end_match(self, match_id: UUID, reason: Ending, told: str | None, now: datetime) -> Changed:
        """The match came to nothing: the place is free and the search open again, back to choice (WHO-07).

        One that runs stays: a handover of another part to the same supporter failed.
        """
        at_hand = AtHand(self._store)
        search = at_hand.search(search_of_match(match_id))
        match = search.made(match_id)
        if match and search.stage is not Stage.RUNNING:
            supporter = at_hand.supporter(match.supporter_id)
            pairing.end_match(search, supporter, match_id, reason, told=told, now=now)
        return at_hand.changed()

    def party_is_out(
        self, case_id: UUID, party: str, match_ids: Sequence[UUID], now: datetime, *, excluded: bool
    ) -> Changed:
        """The matches of those who serve no part any longer end, also running ones: their places are free.

        ``excluded``: nothing lets the party in any more, so what was proposed to them goes back to choice and
        nobody of theirs is offered (CON-04).
        """
        at_hand = AtHand(self._store)
        case = at_hand.find_case(case_id)
        if case is None:
            return ()
        for search in at_hand.searches(tuple(case.searches)).values():
            supporter = at_hand.of_match(search)
            if supporter is None or search.match is None:
                continue
            theirs = party in {str(supporter.id), supporter.profile.organisation}
            asked = theirs and excluded and search.stage is Stage.PROPOSED
            if asked or search.match.match_id in match_ids:
                pairing.consent_ended(search, supporter, now=now)
        if excluded:
            case.leave_out(party, now=now)
        return at_hand.changed()

    def party_is_in(self, case_id: UUID, party: str, now: datetime) -> Changed:
        """The resident agrees that they take part (again)."""
        at_hand = AtHand(self._store)
        case = at_hand.find_case(case_id)
        if case:
            case.let_in(party, now=now)
        return at_hand.changed()

    def close_part(self, case_id: UUID, part_id: UUID, now: datetime) -> Changed:
        """The part's searches end, and with them what was proposed or ran; places are free."""
        at_hand = AtHand(self._store)
        case = at_hand.find_case(case_id)
        if case:
            _close(at_hand, case.of_part(part_id), Ending.PART_CLOSED, now)
        return at_hand.changed()

    def close_case(self, case_id: UUID, now: datetime) -> Changed:
        """Everything of the case ends, also what was searched for the whole of it."""
        at_hand = AtHand(self._store)
        case = at_hand.find_case(case_id)
        if case:
            _close(at_hand, tuple(case.searches), Ending.CASE_CLOSED, now)
        return at_hand.changed()

    def note_overdue(self, match_id: UUID, now: datetime) -> Changed:
        """An answer did not come in time."""
        at_hand = AtHand(self._store)
        at_hand.search(search_of_match(match_id)).note_overdue(match_id, now=now)
        return at_hand.changed()

    def _open(
        self,
        at_hand: AtHand,
        case_id: UUID,
        part_id: UUID | None,
        need: Need,
        answers: UUID | None,
        now: datetime,
    ) -> tuple[Search, CaseSearches]:
        search_id = search_id_of(answers or _required(part_id))
        case = at_hand.find_case(case_id) or at_hand.keep(CaseSearches.begin_case(case_id, now=now))
        case.add_search(search_id, part_id, now=now)
        search = at_hand.keep(
            Search.open(
                search_id,
                case_id=case_id,
                part_id=part_id,
                need=need,
                answers=answers,
                resident=case.resident,
                now=now,
            )
        )
        return search, case


def _required(part_id: UUID | None) -> UUID:
    if part_id is None:
        raise ValueError("a search is for a part, or answers a decision to scale")
    return part_id


def _close(at_hand: AtHand, search_ids: Sequence[UUID], reason: Ending, now: datetime) -> None:
    for search_id in search_ids:
        search = at_hand.search(search_id)
        pairing.close(search, at_hand.of_match(search), reason, now=now)
