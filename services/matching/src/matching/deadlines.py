"""Until when an answer may take, and what happens then (design §3.8, P10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines import Arm, Disarm
from chassis.inbox.heard import Effects
from chassis.sweeper import OnDue
from matching.application.erasing import Erasing
from matching.application.following import Following
from matching.domain.search import Search
from matching.domain.supporter import Supporter

MATCH_ANSWER = "match_answer"
ASSIGNMENT = "assignment"
ERASE = "erase"
RETENTION_TERM = "retention_term"


def deadlines(event: DomainEvent, aggregate: Aggregate) -> Iterator[Arm | Disarm]:
    """A proposal awaits both sides, a match the case file; whatever ends them ends the waiting."""
    match event:
        case Search.MatchProposed():
            yield Arm(MATCH_ANSWER, event.match_id, aggregate.subject_id, event.term.answer_by)
        case Search.Matched():
            yield Disarm(MATCH_ANSWER, event.match_id)
            yield Arm(ASSIGNMENT, event.match_id, aggregate.subject_id, event.term.answer_by)
        case Search.MatchDeclined() | Search.NoClickReported():
            yield Disarm(MATCH_ANSWER, event.match_id)
        case Search.MatchConfirmed() | Search.MatchEnded():
            yield Disarm(ASSIGNMENT, event.match_id)
        case Search.Ended() if event.dropped:
            yield Disarm(MATCH_ANSWER, event.dropped.match_id)
        case Supporter.ErasureDecided():
            yield Disarm(RETENTION_TERM, aggregate.id)
            yield Arm(ERASE, aggregate.id, aggregate.id, event.timestamp)
        case Supporter.TermBegan():
            asking = {"without_asking": "yes" if event.without_asking else "no"}
            yield Arm(RETENTION_TERM, aggregate.id, aggregate.id, event.until, asking)


class Watching:
    """What matching does when a term passes."""

    def __init__(self, following: Following, erasing: Erasing) -> None:
        self._following, self._erasing = following, erasing

    def on_due(self) -> Mapping[str, OnDue]:
        """The handler of each kind of deadline."""
        overdue: OnDue = lambda due: Effects(self._following.note_overdue(due.key, due.now))  # noqa: E731
        return {
            MATCH_ANSWER: overdue,
            ASSIGNMENT: overdue,
            ERASE: self._erasing.carry_out,
            RETENTION_TERM: self._erasing.end_term,
        }
