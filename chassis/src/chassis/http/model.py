"""The shape of every body: camelCase in JSON, snake_case in Python, nothing unknown accepted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

__all__ = ["ApiModel", "NumbersOnly", "UtcTime"]

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def _not_a_time() -> PydanticCustomError:
    return PydanticCustomError("rfc_3339", "must be a time with its offset, such as 2030-01-31T12:00:00Z")


def _as_written(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise _not_a_time()


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _not_a_time() from None


UtcTime = Annotated[AwareDatetime, BeforeValidator(_as_written), AfterValidator(_in_utc)]
"""A moment as RFC 3339 writes it: with its offset, kept in UTC, told with ``Z``."""


def _no_text_or_truth(value: object) -> object:
    if isinstance(value, str | bool):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return value


NumbersOnly = BeforeValidator(_no_text_or_truth)
"""For a whole number in a body: 5 and 5.0, not "5" or true. Limits come before it, so that the description
has them: ``Annotated[int, Field(ge=1), NumbersOnly]``. (A query has texts only: plain ``int`` there.)"""


class ApiModel(BaseModel):
    """Base of request and response bodies."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )
