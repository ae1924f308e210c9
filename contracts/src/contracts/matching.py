"""What matching tells: supporters, offers, choices, matches.

The subject is the case's id; for ``SupporterPaused``, ``SupporterResumed``, ``SupporterLeft`` and
``SupporterErased`` it is the supporter's id. ``part_id`` is null when the search is for the whole case.
``answers`` is the escalation that asked, null for a first search.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.codes import ExperienceLevel, LifeDomain, MatchingCriterion, SupporterKind
from contracts.envelope import ContractEvent
from contracts.values import (
    AskedFormality,
    ContractValue,
    Formality,
    Id,
    Instant,
    Language,
    ReasonCode,
    Service,
    Slug,
)

Side = Literal["resident", "supporter"]


class MatchingEvent(ContractEvent):
    """Published by matching alone."""

    SOURCE: ClassVar[str] = "matching"


class SupporterPaused(MatchingEvent):
    """A supporter takes a rest (*even pauze*): stays named, gets nothing new, hands on what runs."""

    TYPE = "nl.ondersteuningsvragen.supporter-paused.v1"
    SUBJECT = "cases.matching.supporter-paused.v1"

    supporter_id: Id


class SupporterResumed(MatchingEvent):
    """A supporter is available again."""

    TYPE = "nl.ondersteuningsvragen.supporter-resumed.v1"
    SUBJECT = "cases.matching.supporter-resumed.v1"

    supporter_id: Id


class SupporterLeft(MatchingEvent):
    """A supporter stopped; ``erased`` when the personal data are gone as well."""

    TYPE = "nl.ondersteuningsvragen.supporter-left.v1"
    SUBJECT = "cases.matching.supporter-left.v1"

    supporter_id: Id
    erased: bool


class SupporterErased(MatchingEvent):
    """A supporter's data key is destroyed; casefile tells everybody by ``PersonalDataErased``."""

    TYPE = "nl.ondersteuningsvragen.supporter-erased.v1"
    SUBJECT = "cases.matching.supporter-erased.v1"

    erasure_id: Id
    supporter_id: Id
    erased_at: Instant


class Option(ContractValue):
    """A supporter who can be chosen, and why; what the resident reads about them is not on the bus."""

    supporter_id: Id
    kind: SupporterKind
    formality: Formality
    organisation: Slug
    because: tuple[MatchingCriterion, ...]


class OptionsOffered(MatchingEvent):
    """The resident has somebody to choose from (MAT-06)."""

    TYPE = "nl.ondersteuningsvragen.options-offered.v1"
    SUBJECT = "cases.matching.options-offered.v1"

    search_id: Id
    part_id: Id | None
    round: Annotated[int, Field(ge=1)]
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    answers: Id | None


class UnmetNeedRecorded(MatchingEvent):
    """Nobody fits; it is counted and lands on the coordinator's list."""

    TYPE = "nl.ondersteuningsvragen.unmet-need-recorded.v1"
    SUBJECT = "cases.matching.unmet-need-recorded.v1"

    search_id: Id
    part_id: Id | None
    life_domains: tuple[LifeDomain, ...]
    languages: tuple[Language, ...]
    formality: AskedFormality
    answers: Id | None


class OptionChosen(MatchingEvent):
    """The resident chose (MAT-06)."""

    TYPE = "nl.ondersteuningsvragen.option-chosen.v1"
    SUBJECT = "cases.matching.option-chosen.v1"

    search_id: Id
    part_id: Id | None
    supporter_id: Id


class MatchProposed(MatchingEvent):
    """Both sides are asked to accept (MAT-07)."""

    TYPE = "nl.ondersteuningsvragen.match-proposed.v1"
    SUBJECT = "cases.matching.match-proposed.v1"

    match_id: Id
    search_id: Id
    part_id: Id | None
    supporter_id: Id


class MatchAccepted(MatchingEvent):
    """One of the two sides said yes (MAT-07)."""

    TYPE = "nl.ondersteuningsvragen.match-accepted.v1"
    SUBJECT = "cases.matching.match-accepted.v1"

    match_id: Id
    part_id: Id | None
    by: Side


class MatchDeclined(MatchingEvent):
    """One of the two sides said no; back to choice (MAT-07)."""

    TYPE = "nl.ondersteuningsvragen.match-declined.v1"
    SUBJECT = "cases.matching.match-declined.v1"

    match_id: Id
    part_id: Id | None
    supporter_id: Id
    by: Side


class VolunteerMatched(MatchingEvent):
    """An informal supporter, paid or not, was accepted by both sides; casefile answers (MAT-07)."""

    TYPE = "nl.ondersteuningsvragen.volunteer-matched.v1"
    SUBJECT = "cases.matching.volunteer-matched.v1"

    match_id: Id
    part_id: Id | None
    supporter_id: Id
    kind: SupporterKind
    experience_level: ExperienceLevel | None
    paid: bool
    organisation: Slug
    answers: Id | None


class FormalSupporterMatched(MatchingEvent):
    """A formal supporter was accepted by both sides; casefile answers (MAT-07)."""

    TYPE = "nl.ondersteuningsvragen.formal-supporter-matched.v1"
    SUBJECT = "cases.matching.formal-supporter-matched.v1"

    match_id: Id
    part_id: Id | None
    supporter_id: Id
    organisation: Slug
    answers: Id | None


class NoClickReported(MatchingEvent):
    """No click: needs no reason and is nobody's fault (MAT-08)."""

    TYPE = "nl.ondersteuningsvragen.no-click-reported.v1"
    SUBJECT = "cases.matching.no-click-reported.v1"

    match_id: Id
    part_id: Id | None


class MatchEnded(MatchingEvent):
    """A match is over, for a reason by code; the supporter's place is free again."""

    TYPE = "nl.ondersteuningsvragen.match-ended.v1"
    SUBJECT = "cases.matching.match-ended.v1"

    match_id: Id
    part_id: Id | None
    supporter_id: Id
    reason: ReasonCode


class AnswerOverdue(MatchingEvent):
    """A service that was asked did not answer in time; it goes on the coordinator's list (P10)."""

    TYPE = "nl.ondersteuningsvragen.answer-overdue.v1"
    SUBJECT = "cases.matching.answer-overdue.v1"

    step: ReasonCode
    about: Id
    asked: Service
