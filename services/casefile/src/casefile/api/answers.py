"""What casefile answers over HTTP: codes, ids, moments, sentences from codes; nothing that anybody said.

Names stand in answers to questions only, opened for that answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from casefile.application.standing import covers
from casefile.domain.handover import Direction, HandoverState
from casefile.domain.part import AskedFormality, Formality
from casefile.domain.place import Reason
from casefile.domain.waakvlam_check import CheckState
from casefile.views.cases import CaseRow
from casefile.views.worklist import WorkItem
from chassis.access.scope import Scope
from chassis.http import ApiModel, PageOf, UtcTime


class PartStanding(ApiModel):
    """A part, who is there for it, and why it stands on the list. ``handover``: the one that runs."""

    part_id: UUID
    life_domains: list[str]
    formality: AskedFormality
    responsible: UUID | None
    responsible_formality: Formality | None
    companions: list[UUID]
    on_list: list[Reason]
    handover: UUID | None
    closed_for: str | None


class PartInFull(PartStanding):
    """The same, with what waits: ``escalation`` for its warm handover, ``claimed`` by a coordinator."""

    escalation: UUID | None
    claimed: bool


class HandoverStanding(ApiModel):
    """A handover that runs; ``giver`` is null when the coordinator's list gives."""

    handover_id: UUID
    state: HandoverState
    part_ids: list[UUID]
    giver: UUID | None
    receiver: UUID
    receiver_organisation: str
    direction: Direction
    answer_by: UtcTime
    accepted: bool
    planned_at: UtcTime | None
    talk_held: bool


class CheckStanding(ApiModel):
    """A pilot-light check; ``responsible`` is null when the coordinator is."""

    check_id: UUID
    state: CheckState
    due_at: UtcTime
    responsible: UUID | None
    every_days: int | None


class LastHappening(ApiModel):
    """What happened last, as a Dutch sentence; ``source`` told it."""

    happened_at: UtcTime
    source: str
    kind: str
    sentence: str


class ListedCase(ApiModel):
    """A case in the list."""

    case_id: UUID
    number: str
    network: str
    municipality: str
    organisation: str
    state: str
    opened_at: UtcTime
    changed_at: UtcTime
    closed_for: str | None
    parts: list[PartStanding]
    hidden_parts: bool
    last_happened: LastHappening | None
    resident_name: str | None

    @classmethod
    def of(cls, row: CaseRow, scope: Scope, last: LastHappening | None, name: str | None) -> ListedCase:
        """From the view's row: the parts that may be seen, what the history ends with, and the name."""
        seen = {part_id: part for part_id, part in row.parts.items() if covers(scope, UUID(part_id))}
        return cls(
            case_id=row.case_id,
            number=row.number,
            network=row.network,
            municipality=row.municipality,
            organisation=row.organisation,
            state=row.state,
            opened_at=row.opened_at,
            changed_at=row.changed_at,
            closed_for=row.closed_for,
            parts=[
                _listed_part(part_id, part)
                for part_id, part in sorted(seen.items(), key=lambda item: int(item[1]["place"]))
            ],
            hidden_parts=len(seen) < len(row.parts),
            last_happened=last,
            resident_name=name,
        )


class CaseStanding(ApiModel):
    """A case as it stands now, in the parts that may be seen; every command on it answers with this.

    ``hidden_parts``: there are others.
    """

    case_id: UUID
    number: str
    network: str
    municipality: str
    organisation: str
    resident: UUID
    state: str
    opened_at: UtcTime
    changed_at: UtcTime
    closed_for: str | None
    parts: list[PartInFull]
    hidden_parts: bool
    handovers: list[HandoverStanding]
    checks: list[CheckStanding]
    consented_parties: list[str]
    asked_about_waakvlam: bool


class PartWords(ApiModel):
    """What the resident asked, in words; null when erased or ``hidden``."""

    part_id: UUID
    question: str | None
    done_when: str | None
    hidden: bool


class ShownCase(CaseStanding):
    """And whose it is and what was asked, for who may see that; never in an answer that is kept."""

    resident_name: str | None
    words: list[PartWords]


class PartAdded(CaseStanding):
    """And which part was added."""

    part_id: UUID


class Scaled(CaseStanding):
    """And the decision; null when the resident said no and that was respected."""

    escalation_id: UUID | None


class Closed(CaseStanding):
    """And the check that was agreed; null when none was."""

    check_id: UUID | None = None


class CheckRecorded(CaseStanding):
    """And the check that was planned because of it, if any."""

    next_check_id: UUID | None


class Reopened(CaseStanding):
    """And the new parts, in the order in which they were given."""

    part_ids: list[UUID]


class OnList(CaseStanding):
    """And what it was about; ``until`` when it was taken."""

    about: UUID
    until: UtcTime | None = None


class ContactLogged(ApiModel):
    """The entry; the same one again gives the same answer."""

    case_id: UUID
    part_id: UUID
    contact_id: UUID


class ListedWork(ApiModel):
    """One thing to do. ``about``: a part or check; the case itself for what others told."""

    case_id: UUID
    about: UUID
    reason: str
    number: str | None
    network: str | None
    municipality: str | None
    organisation: str | None
    since: UtcTime
    claimed: bool
    claimed_by_you: bool
    claimed_until: UtcTime | None

    @classmethod
    def of(cls, item: WorkItem, reader: str) -> ListedWork:
        """From the view's row, for that reader: who else works on it is not told, only that somebody does."""
        return cls(
            case_id=item.case_id,
            about=item.about,
            reason=item.reason,
            number=item.number,
            network=item.network,
            municipality=item.municipality,
            organisation=item.organisation,
            since=item.since,
            claimed=item.claimed_by is not None,
            claimed_by_you=item.claimed_by == reader,
            claimed_until=item.claimed_until,
        )


class Happening(ApiModel):
    """One thing that happened, as a Dutch sentence; ``kind`` and ``facts`` are its codes and ids."""

    happened_at: UtcTime
    recorded_at: UtcTime
    source: str
    kind: str
    sentence: str
    facts: dict[str, Any]


class HistoryPage(PageOf[Happening]):
    """What happened, as far as it may be seen; ``hidden``: more may have happened than that."""

    hidden: bool


def place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    """Where a page of cases ended."""
    match after:
        case (datetime() as at, UUID() as case_id):
            return at, case_id
        case _:
            return None


def _listed_part(part_id: str, part: dict[str, Any]) -> PartStanding:
    responsible = part["responsible"]
    return PartStanding(
        part_id=UUID(part_id),
        life_domains=part["life_domains"],
        formality=part["formality"],
        responsible=responsible and responsible["supporter_id"],
        responsible_formality=responsible and responsible["formality"],
        companions=[one["supporter_id"] for one in part["companions"]],
        on_list=part["on_list"],
        handover=part["handover"],
        closed_for=part["closed_for"],
    )
