"""How somebody can be reached without harm: what stands inside a sealed value, never beside it (design §5).

Intake notes it, it travels sealed with the resident's yes, casefile keeps it and notifications asks for it
when something is sent. Written as JSON by `SafeContact.text`, read back by `SafeContact.read`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

__all__ = ["Channel", "SafeContact", "SafeWay", "Unreadable"]

Channel = Literal["phone", "text_message", "messaging_app", "email", "letter", "visit"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

MOST_BYTES = 3000
"""Sealed it travels in one message with everything else of an acceptance."""

_ADDRESS: dict[Channel, re.Pattern[str]] = {
    "phone": re.compile(r"\+?[0-9(][0-9 ()-]{2,29}"),
    "text_message": re.compile(r"\+?[0-9(][0-9 ()-]{2,29}"),
    "email": re.compile(r"[^\s@<>\"',;:\\]{1,64}@[^\s@<>\"',;:\\]{1,180}"),
}


class Unreadable(ValueError):
    """What was sealed is not a way of safe contact; its text is not repeated."""


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class SafeWay(_Part):
    """One way to reach somebody. Without days and times: always.

    ``shared``: others have this address too. What goes there names nobody and links to nothing in
    particular, so that who else reads it learns nothing (``discreet``).
    """

    channel: Channel
    address: Words | None = Field(None, repr=False, description="Left out: the one that is known already.")
    shared: bool = Field(description="Others have this address too.")
    days: Annotated[list[Weekday], Field(max_length=7)] = Field([], description="Empty: every day.")
    after: TimeOfDay | None = Field(None, description="Local time.")
    before: TimeOfDay | None = Field(None, description="Local time.")

    @property
    def discreet(self) -> bool:
        """Neither names nor deep links go there."""
        return self.shared

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        form = _ADDRESS.get(self.channel)
        if self.address is not None and form is not None and not form.fullmatch(self.address):
            raise PydanticCustomError("address", "has an address that does not fit its channel")
        if len(set(self.days)) < len(self.days):
            raise PydanticCustomError("days", "names a day twice")
        if self.after is not None and self.before is not None and self.after >= self.before:
            raise PydanticCustomError("times", "has a time that ends before it begins")
        return self


class SafeContact(_Part):
    """How, when and how not. ``others_reading``: who else reads what comes in, in the person's own words.

    Without a way, nobody takes the initiative to be in touch.
    """

    ways: Annotated[list[SafeWay], Field(max_length=6)] = Field(repr=False)
    voicemail: Literal["no", "without_name", "yes"]
    letters: Literal["no", "plain_envelope", "yes"]
    others_reading: Annotated[list[Words], Field(max_length=6)] = Field([], repr=False)
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] | None = (
        Field(None, repr=False)
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.text().encode()) > MOST_BYTES:
            raise PydanticCustomError("too_much_text", "has too much text in all its parts together")
        return self

    def text(self) -> str:
        """The JSON that is sealed."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True)

    @classmethod
    def read(cls, text: str) -> SafeContact:
        """What was sealed; what a newer writer added is left aside. Raises `Unreadable`."""
        try:
            return cls.model_validate_json(text, extra="ignore")
        except ValidationError:
            raise Unreadable("not a way of safe contact") from None
