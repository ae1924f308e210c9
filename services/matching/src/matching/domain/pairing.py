"""What search and supporter decide together: all that is changed here belongs in one save.

Refusals come before the first fact, so that nothing is half done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from matching.domain import errors
from matching.domain.case import CaseSearches
from matching.domain.choosing import Side, Term
from matching.domain.search import Ending, Search
from matching.domain.supporter import Claim, Supporter


def choose(search: Search, supporter: Supporter, case: CaseSearches, *, term: Term, now: datetime) -> UUID:
    """The resident's choice is proposed to both sides; returns the match's id.

    Raises NothingOffered, NotAmongTheOptions, NoClickBefore (MAT-09), ConsentMissing, SupporterIsPaused,
    NoPlaceLeft, ….
    """
    search.require_choice(supporter.id)
    if supporter.id in case.no_clicks:
        raise errors.NoClickBefore
    if case.leaves_out(supporter.id, supporter.profile.organisation):
        raise errors.ConsentMissing
    match_id = search.next_match_id
    supporter.ask(match_id, Claim(search.id, search.case_id), now=now)
    search.choose(supporter.id, term=term, now=now)
    return match_id


def accept(
    search: Search, supporter: Supporter, match_id: UUID, by: Side, *, term: Term, now: datetime
) -> None:
    """One side's yes; with the second the supporter's place is taken (MAT-07, MAT-24).

    Raises ProposalIsOver, AcceptedAlready and, for the last yes, NoPlaceLeft.
    """
    if search.completes(match_id, by):
        supporter.take_place(match_id, now=now)
    search.accept(match_id, by, profile=supporter.profile, term=term, now=now)


def decline(search: Search, supporter: Supporter, match_id: UUID, by: Side, *, now: datetime) -> None:
    """One side's no: back to choice. Raises ProposalIsOver."""
    search.decline(match_id, by, now=now)
    supporter.drop_question(match_id, now=now)


def report_no_click(
    case: CaseSearches,
    searches: Mapping[UUID, Search],
    supporter: Supporter,
    match_id: UUID,
    *,
    now: datetime,
) -> None:
    """This match ends, and this person is never proposed again in this case (MAT-08, MAT-09).

    ``searches``: that of the match, and those of the case's other proposals to the same person; these go
    back to choice. Running matches on other parts stay: the resident did not speak of them.

    Raises MatchIsOver.
    """
    search = searches[search_of(supporter, match_id)]
    search.report_no_click(match_id, now=now)
    _let_go(supporter, match_id, now=now)
    case.keep_no_click(supporter.id, now=now)
    for other_id, claim in tuple(supporter.asked.items()):
        if claim.case_id == case.id:
            decline(searches[claim.search_id], supporter, other_id, Side.RESIDENT, now=now)


def search_of(supporter: Supporter, match_id: UUID) -> UUID:
    """The search of a proposal or match of this supporter. Raises MatchIsOver."""
    claim = supporter.asked.get(match_id) or supporter.held.get(match_id)
    if claim is None:
        raise errors.MatchIsOver
    return claim.search_id


def end_match(
    search: Search,
    supporter: Supporter,
    match_id: UUID,
    reason: Ending,
    *,
    told: str | None = None,
    now: datetime,
) -> None:
    """A made match failed: the place is free and the search open again. Nothing happens when it was over."""
    search.end_match(match_id, reason, told=told, now=now)
    supporter.free_place(match_id, now=now)


def consent_ended(search: Search, supporter: Supporter, *, now: datetime) -> None:
    """The supporter's party takes part no longer: a proposal goes back to choice, a match ends, also one
    that runs, and the place is free at once (CON-04).
    """
    match = search.match
    if match is None:
        return
    if search.made(match.match_id):
        end_match(search, supporter, match.match_id, Ending.CONSENT_ENDED, now=now)
    else:
        decline(search, supporter, match.match_id, Side.RESIDENT, now=now)


def close(search: Search, supporter: Supporter | None, reason: Ending, *, now: datetime) -> None:
    """The question is closed: what was proposed or ran for it ends too.

    ``supporter``: who was proposed or matched, if anybody.
    """
    match = search.match
    search.end(reason, now=now)
    if supporter and match:
        _let_go(supporter, match.match_id, now=now)


def pause(supporter: Supporter, searches: Mapping[UUID, Search], *, now: datetime) -> None:
    """A break: open proposals go back to choice; running matches stay, for coordination to see to (QUA-09).

    ``searches``: those of the open proposals.
    """
    supporter.pause(now=now)
    _answer_no(supporter, searches, now=now)


def leave(supporter: Supporter, searches: Mapping[UUID, Search], *, erased: bool, now: datetime) -> None:
    """They stop: proposals go back to choice, matches end and their searches are open again (QUA-09).

    ``searches``: those of all proposals and matches.
    """
    _answer_no(supporter, searches, now=now)
    for match_id, claim in tuple(supporter.held.items()):
        end_match(searches[claim.search_id], supporter, match_id, Ending.SUPPORTER_LEFT, now=now)
    supporter.leave(erased=erased, now=now)


def _answer_no(supporter: Supporter, searches: Mapping[UUID, Search], *, now: datetime) -> None:
    for match_id, claim in tuple(supporter.asked.items()):
        decline(searches[claim.search_id], supporter, match_id, Side.SUPPORTER, now=now)


def _let_go(supporter: Supporter, match_id: UUID, *, now: datetime) -> None:
    supporter.drop_question(match_id, now=now)
    supporter.free_place(match_id, now=now)
