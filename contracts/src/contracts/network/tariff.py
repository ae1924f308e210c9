"""What a volunteer may receive; optional, dated, in whole cents (QUA-12, QUA-13)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from contracts.network.configuration import Dated

TariffCode = Literal["reim_hour", "reim_travel", "reim_parking", "reim_training_own_time"]


class Tariff(Dated):
    """An allowance from a day on. ``amount_cents`` is absent exactly when the actual costs are paid."""

    code: TariffCode
    per: Literal["hour", "kilometre", "actual_costs"]
    amount_cents: Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _says_what_is_paid(self) -> Self:
        if (self.per == "actual_costs") is not (self.amount_cents is None):
            raise ValueError("has amount_cents, unless it is per actual_costs")
        return self
