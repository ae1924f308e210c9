"""As much of casefile's answers as the portal shows; what it does not know it leaves aside."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Reading(BaseModel):
    """A tolerant reader: a new field of casefile's breaks nothing here."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )


class Link(Reading):
    """Where something is."""

    href: str


class Links(Reading):
    """The next page, when there is one."""

    next: Link | None = None

    @property
    def cursor(self) -> str | None:
        """What to ask the next page with."""
        if self.next is None:
            return None
        return parse_qs(urlsplit(self.next.href).query).get("cursor", [None])[0]


class Part(Reading):
    """A part of a case, and who is there for it. ``on_list``: why it stands on a coordinator's list."""

    part_id: UUID
    life_domains: tuple[str, ...] = ()
    responsible: UUID | None
    responsible_formality: str | None = None
    companions: tuple[UUID, ...] = ()
    on_list: tuple[str, ...]
    handover: UUID | None
    closed_for: str | None


class Check(Reading):
    """A pilot-light check that was agreed."""

    state: str
    due_at: AwareDatetime


class LastHappening(Reading):
    """What happened last in a case, as a sentence for people."""

    happened_at: AwareDatetime
    sentence: str


class Case(Reading):
    """A case: codes, ids and times, nothing personal. Checks come with one case only, not in the list;
    what happened last comes in the list only. ``hidden_parts``: there are others, not for who asks.
    """

    case_id: UUID
    number: str
    network: str
    municipality: str
    state: str
    opened_at: AwareDatetime
    changed_at: AwareDatetime
    closed_for: str | None
    parts: tuple[Part, ...]
    hidden_parts: bool = False
    checks: tuple[Check, ...] = ()
    last_happened: LastHappening | None = None


class CasePage(Reading):
    """Some of the cases, last changed first."""

    items: tuple[Case, ...]
    links: Links = Field(alias="_links")


class Happening(Reading):
    """One thing that happened in a case, as a sentence for people."""

    happened_at: AwareDatetime
    source: str
    kind: str
    sentence: str


class HistoryPage(Reading):
    """Some of what happened in a case, oldest first. ``hidden``: more may have, not for who asks."""

    items: tuple[Happening, ...]
    hidden: bool = False
    links: Links = Field(alias="_links")
