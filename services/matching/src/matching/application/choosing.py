"""What people ask about searches and matches: offering, choosing, answering, no click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.aggregates import Refused
from chassis.clock import Clock
from chassis.signin import Caller, Principal
from chassis.store.errors import NotAllowed
from chassis.store.store import Decided, Store
from matching.application.at_hand import AtHand
from matching.application.offering import Offering
from matching.domain import errors, pairing
from matching.domain.choosing import Side
from matching.domain.names import search_of_match
from matching.domain.search import Ending, Search
from matching.domain.supporter import Supporter
from matching.networks import Networks

Answer = dict[str, Any]


class Choosing:
    """Each command is applied once per idempotency key; version conflicts are decided again (promise P3)."""

    def __init__(self, store: Store, networks: Networks, offering: Offering, clock: Clock) -> None:
        self._store, self._networks, self._offering, self._clock = store, networks, offering, clock

    def offer(self, caller: Caller, search_id: UUID) -> Answer:
        """Options for the resident, or an unmet need (MAT-06). Raises what ``Offering.offer`` raises."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = _of_organisation(at_hand.search(search_id), caller)
            if self._networks.now(search.need.network, now).matches_elsewhere:
                raise errors.MatchedElsewhere
            self._offering.offer(search, at_hand.case(search.case_id), now)
            return search

        return self._apply(caller, step)

    def choose(self, caller: Caller, search_id: UUID, supporter_id: UUID) -> Answer:
        """The resident's choice (MAT-06). Raises what ``pairing.choose`` raises."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search = _of_organisation(at_hand.search(search_id), caller)
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
            search, supporter = _of_match(at_hand, match_id, caller, errors.ProposalIsOver)
            term = self._networks.now(search.need.network, now).term("answer_within")
            pairing.accept(search, supporter, match_id, by, term=term, now=now)
            return search

        return self._apply(caller, step)

    def decline(self, caller: Caller, match_id: UUID, by: Side) -> Answer:
        """One side's no, without a reason: back to choice (MAT-07). Raises ProposalIsOver."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search, supporter = _of_match(at_hand, match_id, caller, errors.ProposalIsOver)
            pairing.decline(search, supporter, match_id, by, now=now)
            return search

        return self._apply(caller, step)

    def report_no_click(self, caller: Caller, match_id: UUID) -> Answer:
        """No reason asked; never again this person in this case (MAT-08, MAT-09). Raises MatchIsOver."""

        def step(at_hand: AtHand, now: datetime) -> Search:
            search, supporter = _of_match(at_hand, match_id, caller, errors.MatchIsOver)
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
            search, supporter = _of_match(at_hand, match_id, caller, errors.MatchIsOver)
            if search.made(match_id) is None:
                raise errors.MatchIsOver
            pairing.end_match(search, supporter, match_id, Ending.OTHER_WANTED, now=now)
            return search

        return self._apply(caller, step)

    def search(self, reader: Principal, search_id: UUID) -> Search:
        """A search of the reader's organisation, or one in which its supporter is asked. Raises NotFound."""
        at_hand = AtHand(self._store)
        search = at_hand.search(search_id)
        if search.need.organisation != reader.organisation:
            supporter = at_hand.of_match(search)
            if supporter is None or supporter.profile.organisation != reader.organisation:
                raise NotAllowed
        return search

    def _apply(self, caller: Caller, step: Callable[[AtHand, datetime], Search]) -> Answer:
        def decide() -> Decided:
            at_hand = AtHand(self._store)
            search = step(at_hand, self._clock.now())
            return Decided(at_hand.changed(), _standing(search))

        return self._store.once(caller, decide)


def _of_organisation(search: Search, caller: Caller) -> Search:
    if search.need.organisation != caller.organisation:
        raise NotAllowed
    return search


def _of_match(
    at_hand: AtHand, match_id: UUID, caller: Caller, over: type[Refused]
) -> tuple[Search, Supporter]:
    """Search and supporter of a match, for the coordinating organisation and the supporter's own.

    Raises NotFound, NotAllowed, and ``over`` when the search is about somebody else now.
    """
    search = at_hand.search(search_of_match(match_id))
    supporter = at_hand.of_match(search)
    own = {search.need.organisation} | ({supporter.profile.organisation} if supporter else set())
    if caller.organisation not in own:
        raise NotAllowed
    if supporter is None or search.match is None or search.match.match_id != match_id:
        raise over
    return search, supporter


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
