"""Who consents for a person: they themselves, together with somebody, or a representative.

Dated configuration (design §6): ages and kinds of representation are law and agreement, never code. A network
that arranges nothing has no representatives: then a person consents for themselves and nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictInt, model_validator

from contracts.codes import ConsentPurpose, RepresentationKind, codes
from contracts.network.configuration import Configuration, Dated, each_once

Age = Annotated[StrictInt, Field(ge=0, le=120)]
Who = Literal["self", "together", "representative"]
OLDEST = 120


class AgeRule(Dated):
    """From an age on, and below another, this is who consents: both are needed for ``together``.

    ``purposes``: for these only; left out: for every purpose.
    """

    who: Who
    from_age: Age = 0
    below_age: Age | None = None
    purposes: Annotated[tuple[ConsentPurpose, ...], AfterValidator(each_once)] = ()

    @model_validator(mode="after")
    def _has_an_age(self) -> Self:
        if self.below_age is not None and self.below_age <= self.from_age:
            raise ValueError("has no age in it: below_age should be more than from_age")
        return self

    def about(self, purpose: str, age: int) -> bool:
        """Whether it is about somebody of that age, for that purpose."""
        return (
            self.from_age <= age
            and (self.below_age is None or age < self.below_age)
            and (not self.purposes or purpose in self.purposes)
        )


class RepresentationRule(Dated):
    """A kind of representation that counts here. ``below_age``: only for younger persons (a parent, a
    guardian); ``purposes``: only for these (an administrator of assets), left out: for every purpose.
    """

    kind: RepresentationKind
    below_age: Age | None = None
    purposes: Annotated[tuple[ConsentPurpose, ...], AfterValidator(each_once)] = ()

    def about(self, purpose: str, age: int | None) -> bool:
        """Whether such a representative may consent to that; ``age`` None: an adult."""
        return (self.below_age is None or (age is not None and age < self.below_age)) and (
            not self.purposes or purpose in self.purposes
        )


class Representation(Configuration):
    """Who may consent for whom, and from which age a person does so alone."""

    ages: tuple[AgeRule, ...] = ()
    kinds: tuple[RepresentationRule, ...] = ()

    def who(self, purpose: str, age: int | None, on: date) -> Who:
        """Who consents; ``age`` None: an adult, who does so alone. Nothing arranged: the person alone."""
        if age is None:
            return "self"
        return next((r.who for r in self.ages if r.in_force(on) and r.about(purpose, age)), "self")

    def allows(self, kind: str, purpose: str, age: int | None, on: date) -> bool:
        """Whether a representative of that kind may consent to that on that day."""
        return any(r.kind == kind and r.in_force(on) and r.about(purpose, age) for r in self.kinds)

    def gaps(self) -> Iterable[str]:
        """Ages for which a day has no rule or two, as the end of a sentence; none when it is coherent."""
        if not self.ages:
            return
        for day in sorted({rule.valid_from for rule in self.ages}):
            for purpose in codes("consent_purposes"):
                for age in range(OLDEST + 1):
                    found = [r for r in self.ages if r.in_force(day) and r.about(purpose, age)]
                    if len(found) != 1:
                        how = "no rule" if not found else "more than one rule"
                        yield f"has {how} for {purpose} at the age of {age} on {day.isoformat()}"
                        break
