"""How long data about a person are kept, by what was done, how it ended and by what kind of organisation.

Terms are law or agreement and change: dated configuration, never code (AVG 5, 17). Where nothing longer is
needed they are short. A rule also says what happens when a person asks to be erased before its term is over,
and when nobody asks and it is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from contracts.codes import codes
from contracts.network.configuration import Configuration, Dated, Name

__all__ = ["ANY", "Activity", "Keep", "RetentionRule", "end_of", "incoherent", "rule_for"]

ANY = "any"
HERE = ZoneInfo("Europe/Amsterdam")
_KEEP = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,5})D)?", re.ASCII)

Activity = Literal["client_support", "close_person", "supporter"]
"""Supporting a resident, keeping who asked for one, and somebody's work as a supporter."""

STARTS: dict[str, str] = {
    "client_support": "case_closed",
    "close_person": "case_closed",
    "supporter": "supporter_left",
}


def _a_term(value: object) -> object:
    if not isinstance(value, str) or not _KEEP.fullmatch(value):
        raise ValueError("should be an ISO 8601 duration of years, months and days, such as P15Y or P30D")
    return value


Keep = Annotated[str, BeforeValidator(_a_term)]
"""How long: years, months and days of the calendar, as laws count."""


@dataclass(frozen=True, slots=True)
class _CodeOrAny:
    """Marks one of the codes of a list, or ``any``."""

    list_name: str

    def __get_pydantic_core_schema__(self, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema([ANY, *codes(self.list_name)])


Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=400)]


class RetentionRule(Dated):
    """One line of the table; the most specific one that holds on a day is the one that counts.

    ``counted_from``: what begins the term. ``source``: the article of law, or whose agreement it is.
    ``when_asked``: erase at once when the person asks, delay until the term is over, or refuse.
    ``reason``: why, in plain Dutch for that person; needed where asking is not enough.
    ``when_over``: propose it to a coordinator, or erase without asking anybody.
    ``assumption``: nobody has confirmed it yet.
    """

    activity: Activity
    outcome: Annotated[str, _CodeOrAny("close_reasons")] = ANY
    organisation_type: Annotated[str, _CodeOrAny("organisation_types")] = ANY
    keep: Keep
    counted_from: Literal["case_closed", "supporter_left"]
    source: Name
    when_asked: Literal["erase", "delay", "refuse"] = "erase"
    reason: Sentence | None = None
    when_over: Literal["propose", "erase"] = "propose"
    assumption: StrictBool = Field(False)

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.when_asked == "erase") is not (self.reason is None):
            raise ValueError("needs a reason exactly when asking is not enough to be erased")
        if STARTS[self.activity] != self.counted_from:
            raise ValueError(f"is counted from {STARTS[self.activity]} for {self.activity}")
        return self

    def about(self, activity: Activity, outcome: str | None, types: Iterable[str]) -> bool:
        """Whether it is about such data, ended that way (None: not yet), of organisations of these types."""
        return (
            self.activity == activity
            and self.outcome in (ANY, outcome)
            and (self.organisation_type == ANY or self.organisation_type in types)
        )

    def until(self, start: datetime) -> datetime:
        """When the term is over that began at that moment."""
        return end_of(self.keep, start)


def end_of(keep: str, start: datetime) -> datetime:
    """That long after a moment, by the calendar of the Netherlands; 29 February becomes the 28th."""
    found = _KEEP.fullmatch(keep)
    years, months, days = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
    here = start.astimezone(HERE)
    year, month = divmod(here.year * 12 + here.month - 1 + years * 12 + months, 12)
    day = min(here.day, monthrange(year, month + 1)[1])
    return (here.replace(year=year, month=month + 1, day=day) + timedelta(days=days)).astimezone(start.tzinfo)


def rule_for(
    rules: Iterable[RetentionRule],
    activity: Activity,
    outcome: str | None,
    types: Iterable[str],
    on: date,
) -> RetentionRule | None:
    """The rule that counts; of two that are equally specific (one organisation of two types) the longer."""
    types = tuple(types)
    found = [rule for rule in rules if rule.in_force(on) and rule.about(activity, outcome, types)]
    return max(found, key=_weight, default=None)


def _weight(rule: RetentionRule) -> tuple[bool, bool, datetime]:
    return (
        rule.outcome != ANY,
        rule.organisation_type != ANY,
        end_of(rule.keep, datetime(2001, 1, 1, tzinfo=HERE)),
    )


class Gap(Configuration):
    """Where the table is wrong, and why, as the end of a sentence; ``place`` None: the table as a whole."""

    place: int | None
    reason: str


def incoherent(rules: Mapping[int, RetentionRule], *, whole: bool) -> Iterator[Gap]:
    """Two rules for the same on the same day; of a whole table, activities without a rule for the rest."""
    seen: dict[tuple[str, str, str], list[RetentionRule]] = {}
    for place, rule in rules.items():
        others = seen.setdefault((rule.activity, rule.outcome, rule.organisation_type), [])
        if any(rule.in_force(other.valid_from) or other.in_force(rule.valid_from) for other in others):
            yield Gap(place=place, reason="says the same as an earlier rule, for the same days")
        others.append(rule)
    for activity in STARTS if rules and whole else ():
        if (activity, ANY, ANY) not in seen:
            yield Gap(place=None, reason=f"has no rule for {activity} with any outcome and organisation")
