"""The kinds of values that a network's configuration is made of: ids, days, durations, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema, core_schema

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d{1,4}W|(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,6}S)?)?)", re.ASCII
)


class Configuration(BaseModel):
    """Part of a network's configuration: immutable.

    Unknown fields are ignored, so that an older service reads what a newer one stored; whoever reads a file
    that a person wrote passes ``extra="forbid"`` and so finds every typing error.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


def _a_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise ValueError("should be a day, written as 2026-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _a_duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and ISO_DURATION.fullmatch(value):
        return value
    if isinstance(value, str) and re.match(r"-?P[^T]*\d[YM]", value):
        raise ValueError("may not have months or years, which have no fixed length: write days, such as P91D")
    raise ValueError("should be an ISO 8601 duration of weeks, days, hours or minutes, such as P14D or PT15M")


def _iso_8601(length: timedelta) -> str:
    """Days stay days: the usual form of 365 of them, ``P1Y``, has no fixed length."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    days = f"{length.days}D" if length.days or not time else ""
    return f"P{days}T{time}" if time else f"P{days}"


@dataclass(frozen=True, slots=True)
class Between:
    """Marks a duration that has to lie between two others, both allowed, given as people write them."""

    shortest: str
    longest: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        duration = TypeAdapter(timedelta)
        low, high = duration.validate_python(self.shortest), duration.validate_python(self.longest)

        def check(value: timedelta) -> timedelta:
            if not low <= value <= high:
                raise ValueError(f"should be between {self.shortest} and {self.longest}")
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))


Day = Annotated[date, BeforeValidator(_a_day)]
"""A calendar day in the Netherlands."""

Duration = Annotated[timedelta, BeforeValidator(_a_duration), PlainSerializer(_iso_8601, when_used="json")]
"""A length of time without months or years; ISO 8601 in files and in JSON."""

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\n]*$")
]
"""What people read: one line."""


class Dated(Configuration):
    """Something that holds from a day up to and including another; without ``valid_until`` it has no end."""

    valid_from: Day
    valid_until: Day | None = None

    @field_validator("valid_until")
    @classmethod
    def _ends_after_it_starts(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("valid_from")
        if until and start and until < start:
            raise ValueError(f"lies before valid_from, {start.isoformat()}")
        return until

    def in_force(self, on: date) -> bool:
        """Whether it holds on that day; its first and its last day are part of it."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """For validators: refuses a list that names something twice. Raises ValueError."""
    twice = sorted({str(v) for v in values if values.count(v) > 1})
    if twice:
        raise ValueError(f"names {', '.join(twice)} more than once")
    return values
