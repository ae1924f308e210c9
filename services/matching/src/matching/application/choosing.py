"""What people ask about searches and matches: offering, choosing, answering, no click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.access import Look
from chassis.aggregates import Refused
from chassis.clock import Clock
from chassis.signin import Caller
from chassis.store.store import Decided, Store
from matching.application.at_hand import AtHand
from matching.application.offering import Offering
from matching.application.permission import Permission
from matching.domain import errors, pairing
from matching.domain.choosing import Side
from matching.domain.names import search_of_match
from matching.domain.search import Ending, Search
from matching.domain.supporter import Supporter
from matching.networks import Networks

Answer = dict[str, Any]


class Choosing:
    """Each command is applied once per idempotency key; version conflicts are decided again (promise P3)."""

    def __init__(
        self, store: Store, networks: Networks, offering: Offering, permission: Permission, clock: Clock
    ) -> None:
        self._store, self._networks, self._offering, self._clock = store, networks, offering, clock
        self._permission = permission

    def offer(self, caller: Caller, search_id: UUID) -> Answer:
        """Options for the resident, or an unmet need (MAT-06). Raises what ``Offering.offer`` raises."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_id)
            self._permission.about_search(caller.asking, "offerOptions", search)
            if self._networks.now(search.need.network, now).matches_elsewhere:
                raise errors.MatchedElsewhere
            self._offering.offer(search, at_hand.case(search.case_id), now)
            return search

        return self._apply(caller, step)

    def choose(self, caller: Caller, search_id: UUID, supporter_id: UUID) -> Answer:
        """The resident's choice (MAT-06). Raises what ``pairing.choose`` raises."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_id)
            self._permission.about_search(caller.asking, "chooseOption", search)
            search.require_choice(supporter_id)
            # The supporter before the case: a "no click" that comes between the two also changed the
            # supporter, so that this save conflicts and the choice is decided again with it (MAT-09).
            supporter = at_hand.supporter(supporter_id)
            case = at_hand.case(search.case_id)
            term = self._networks.now(search.need.network, now).term("match_answer_within")
            pairing.choose(search, supporter, case, term=term, now=now)
            return search

        return self._apply(caller, step)

    def accept(self, caller: Caller, match_id: UUID, by: Side) -> Answer:
        """One side's yes; the second takes the place (MAT-24). Raises what ``pairing.accept`` raises."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_of_match(match_id))
            self._permission.about_search(caller.asking, "acceptMatch", search, by=by.value)
            supporter = _who_is_asked(at_hand, search, match_id, errors.ProposalIsOver)
            term = self._networks.now(search.need.network, now).term("answer_within")
            pairing.accept(search, supporter, match_id, by, term=term, now=now)
            return search

        return self._apply(caller, step)

    def decline(self, caller: Caller, match_id: UUID, by: Side) -> Answer:
        """One side's no, without a reason: back to choice (MAT-07). Raises ProposalIsOver."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_of_match(match_id))
            self._permission.about_search(caller.asking, "declineMatch", search, by=by.value)
            supporter = _who_is_asked(at_hand, search, match_id, errors.ProposalIsOver)
            pairing.decline(search, supporter, match_id, by, now=now)
            return search

        return self._apply(caller, step)

    def report_no_click(self, caller: Caller, match_id: UUID) -> Answer:
        """No reason asked; never again this person in this case (MAT-08, MAT-09). Raises MatchIsOver."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_of_match(match_id))
            self._permission.about_search(caller.asking, "reportNoClick", search)
            supporter = _who_is_asked(at_hand, search, match_id, errors.MatchIsOver)
            asked_here = {c.search_id for c in supporter.asked.values() if c.case_id == search.case_id}
            searches = at_hand.searches({search.id, *asked_here})
            pairing.report_no_click(at_hand.case(search.case_id), searches, supporter, match_id, now=now)
            return search

        return self._apply(caller, step)

    def end_match(self, caller: Caller, match_id: UUID) -> Answer:
        """Somebody else is wanted: back to choice, the place free, nothing held against anybody (QUA-09).

        The same person may be proposed again. Raises MatchIsOver.
        """

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = at_hand.search(search_of_match(match_id))
            self._permission.about_search(caller.asking, "endMatch", search)
            supporter = _who_is_asked(at_hand, search, match_id, errors.MatchIsOver)
            if search.made(match_id) is None:
                raise errors.MatchIsOver
            pairing.end_match(search, supporter, match_id, Ending.OTHER_WANTED, now=now)
            return search

        return self._apply(caller, step)

    def search(self, look: Look, search_id: UUID) -> Search:
        """A search of which the look holds a grant. Raises NotFound."""
        search = self._store.get(Search, search_id, conn=look.conn)
        look.one(search.case_id, search.part_id)
        return search

    def _apply(self, caller: Caller, step: Callable[[AtHand, datetime], Search]) -> Answer:
        def decide() -> Decided:
            at_hand = AtHand(self._store)
            search = step(at_hand, self._clock.now())
            return Decided(at_hand.changed(), _standing(search))

        return self._store.once(caller, decide)


def _who_is_asked(at_hand: AtHand, search: Search, match_id: UUID, over: type[Refused]) -> Supporter:
    """The supporter of a match. Raises ``over`` when the search is about somebody else now."""
    supporter = at_hand.of_match(search)
    if supporter is None or search.match is None or search.match.match_id != match_id:
        raise over
    return supporter


def _standing(search: Search) -> Answer:
    match = search.match
    return {
        "searchId": str(search.id),
        "caseId": str(search.case_id),
        "partId": str(search.part_id) if search.part_id else None,
        "stage": search.stage.value,
        "round": search.round,
        "options": [
            {
                "supporterId": str(option.supporter_id),
                "kind": option.kind.value,
                "formality": option.kind.formality.value,
                "organisation": option.organisation,
                "because": [criterion.value for criterion in option.because],
            }
            for option in search.options
        ],
        "matchId": str(match.match_id) if match else None,
        "supporterId": str(match.supporter_id) if match else None,
        "acceptedBy": [side.value for side in match.accepted_by] if match else [],
    }
