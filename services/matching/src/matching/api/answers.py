"""What matching answers, in the API's words."""

from __future__ import annotations

from uuid import UUID

from chassis.erasure import ERASED
from chassis.http import ApiModel, UtcTime
from matching.domain.choosing import Side, Stage
from matching.domain.forgetting import Erasing
from matching.domain.need import Criterion
from matching.domain.profile import ExperienceLevel, Formality, Kind
from matching.domain.search import Search
from matching.domain.supporter import Standing
from matching.views.searches import OptionRow, SearchRow
from matching.views.supporters import SupporterRow


class SupporterStanding(ApiModel):
    """Where a supporter stands after a command."""

    supporter_id: UUID
    organisation: str
    standing: Standing
    places: int
    places_free: int
    erasing: Erasing


class ErasureStanding(ApiModel):
    """Whether a supporter's data are kept or erased; ``until``: by the retention table, not before then.

    ``certificate``: signed JSON, once it was done.
    """

    supporter_id: UUID
    state: Erasing
    until: UtcTime | None
    certificate: str | None


class ListedSupporter(ApiModel):
    """A supporter; ``name`` and ``phone`` are null when never told or ``hidden`` from the reader, "gewist"
    when erased.
    """

    supporter_id: UUID
    network: str
    organisation: str
    kind: Kind
    formality: Formality
    experience_level: ExperienceLevel | None
    paid: bool
    languages: list[str]
    life_domains: list[str]
    places: int
    matches: int
    standing: Standing
    erasing: Erasing
    erasure_due: bool
    name: str | None
    phone: str | None
    hidden: bool = False

    @classmethod
    def of(
        cls, row: SupporterRow, name: str | None, phone: str | None, *, hidden: bool = False
    ) -> ListedSupporter:
        """A row of the view, opened; from the decision on nobody sees the name, whatever could be opened."""
        facts = row.model_dump(exclude={"name", "phone"})
        if row.erasing in ("decided", "erased"):
            name, phone = name and ERASED, phone and ERASED
        return cls(**facts, formality=row.kind.formality, name=name, phone=phone, hidden=hidden)


class OfferedOption(ApiModel):
    """Who can be chosen, and why this one: codes that people read in words (MAT-29)."""

    supporter_id: UUID
    kind: Kind
    formality: Formality
    organisation: str
    because: list[Criterion]

    @classmethod
    def of(cls, row: OptionRow) -> OfferedOption:
        """An option of the view."""
        return cls(**row.model_dump(), formality=row.kind.formality)


class SearchStanding(ApiModel):
    """Where a search stands: what is offered, who is proposed, who said yes.

    ``answers`` (of a search that is shown): the decision to scale that asked for it.
    """

    search_id: UUID
    case_id: UUID
    part_id: UUID | None
    stage: Stage
    round: int
    options: list[OfferedOption]
    match_id: UUID | None
    supporter_id: UUID | None
    accepted_by: list[Side]


class ShownSearch(SearchStanding):
    """A search with who coordinates it and since when it stands where it stands."""

    answers: UUID | None
    organisation: str
    network: str
    overdue: bool
    opened_at: UtcTime
    changed_at: UtcTime

    @classmethod
    def of_row(cls, row: SearchRow) -> ShownSearch:
        """A row of the view."""
        facts = row.model_dump(exclude={"options", "supporter_organisation"})
        return cls(**facts, options=[OfferedOption.of(option) for option in row.options])

    @classmethod
    def of(cls, search: Search) -> ShownSearch:
        """A search as it stands at this moment."""
        match = search.match
        return cls(
            search_id=search.id,
            case_id=search.case_id,
            part_id=search.part_id,
            stage=search.stage,
            round=search.round,
            options=[
                OfferedOption(
                    supporter_id=option.supporter_id,
                    kind=option.kind,
                    formality=option.kind.formality,
                    organisation=option.organisation,
                    because=list(option.because),
                )
                for option in search.options
            ],
            match_id=match and match.match_id,
            supporter_id=match and match.supporter_id,
            accepted_by=list(match.accepted_by) if match else [],
            answers=search.answers,
            organisation=search.need.organisation,
            network=search.need.network,
            overdue=bool(match and match.overdue),
            opened_at=search.created_on,
            changed_at=search.modified_on,
        )
