"""What people ask casefile to do, as it comes in: validated, still in the clear, never logged."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from casefile.commands.safeguards import Representing
from casefile.domain.handover import OverviewKeeper
from casefile.domain.part import AskedFormality
from casefile.domain.place import Reason
from casefile.domain.waakvlam_check import Outcome
from chassis.http.model import ApiModel, NumbersOnly, UtcTime
from contracts.codes import AppRole, CloseReason, ContactKind, LifeDomain, ScalingIndication
from contracts.safe_contact import SafeContact

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9(][0-9 ()-]{2,29}$", max_length=30)
]
SearchText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Days = Annotated[int, Field(ge=1, le=1100), NumbersOnly]
Indications = Annotated[list[ScalingIndication], Field(min_length=1, max_length=32)]


class AskedQuestion(ApiModel):
    """A delimited question with its own "done when", agreed with the resident (CLR-22)."""

    question: Text = Field(repr=False)
    done_when: Text = Field(repr=False)
    life_domains: Annotated[list[LifeDomain], Field(min_length=1, max_length=6)]
    formality: AskedFormality = "any"


class LogContact(ApiModel):
    """Something that a supporter did (SUP-01): two taps and, if they like, a sentence (SUP-02)."""

    contact_id: UUID = Field(description="Made by the client, so that a note sent twice is one.")
    kind: ContactKind
    supporter_id: UUID
    happened_at: UtcTime | None = Field(None, description="Now when left out.")
    note: Text | None = Field(None, repr=False)
    representing: Representing | None = None


class ObserveIndication(ApiModel):
    """A reason to scale that somebody saw; nothing follows from it by itself (ESC-06)."""

    part_id: UUID | None = Field(None, description="The whole case when left out.")
    indication: ScalingIndication
    reported_by_role: AppRole


class Escalate(ApiModel):
    """Scale up, weighed with the resident (ESC-03, ESC-06)."""

    indications: Indications
    reported_by_role: AppRole
    resident_agrees: bool = Field(description="A no is recorded and respected; a safety risk aside (ESC-23).")


class DeEscalate(Escalate):
    """Scale down (ESC-09)."""

    receiver: UUID | None = Field(
        None, description="A companion whom the resident wants it to go back to; else options are looked for."
    )


class AcceptHandover(ApiModel):
    """The receiver says yes (WHO-04)."""


class PlanTalk(ApiModel):
    """The three-way talk gets a date (WHO-02)."""

    planned_at: UtcTime


class RecordTalk(ApiModel):
    """The three-way talk was held, and what was agreed (WHO-02, WHO-03, WHO-05)."""

    held_at: UtcTime | None = Field(None, description="Now when left out.")
    participant_roles: Annotated[list[AppRole], Field(min_length=1, max_length=12)] = Field(
        description="One entry per person: the resident, the giver's side, the receiver, and who else came."
    )
    who_does_what: Text = Field(repr=False)
    overview_keeper: OverviewKeeper
    way_back: Text = Field(repr=False, description="How resident and volunteer reach the formal supporter.")
    giver_stays: bool = Field(True, description="As companion, unless the resident wants otherwise (ESC-17).")


class DeclineHandover(ApiModel):
    """Receiver or resident says no; nobody asks why (WHO-07)."""

    by: Literal["receiver", "resident"]


class StepInHandover(ApiModel):
    """A step that needs no words: cancel, rest, resume, fail, correct."""


class ClosePart(ApiModel):
    """A question is done, or the resident stops."""

    reason: CloseReason


class AgreeOnWaakvlam(ApiModel):
    """The resident's answer about pilot-light contact (CLO-07, WAA-04)."""

    agreed: bool
    due_after_days: Days | None = None
    responsible: UUID | None = Field(None, description="A supporter of this case; else the coordinator.")
    every_days: Days | None = Field(None, description="Again so many days after a check that went well.")


class CloseCase(ApiModel):
    """Close the case and each part that is still open, and record what was agreed about the pilot light."""

    reason: CloseReason
    waakvlam: AgreeOnWaakvlam | None = None


class ReopenCase(ApiModel):
    """Open again with new questions; consent and choice are asked anew (WAA-07)."""

    parts: Annotated[list[AskedQuestion], Field(min_length=1, max_length=12)]


class RecordCheck(ApiModel):
    """How the pilot-light contact went (WAA-06)."""

    outcome: Outcome


class ReassignCheck(ApiModel):
    """Who does the check from now on; the coordinator when left out (WAA-09)."""

    responsible: UUID | None = None


class StopWaakvlam(ApiModel):
    """The resident wants no more contact. Nobody asks why (WAA-04)."""


class ChangeContactDetails(ApiModel):
    """How somebody is called and reached from now on. Left out: stays; null: taken back (AVG art. 16)."""

    name: PersonName | None = Field(None, repr=False)
    phone: Phone | None = Field(None, repr=False)
    safe_contact: SafeContact | None = Field(None, repr=False)
    changed_by_role: AppRole

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set & {"name", "phone", "safe_contact"}:
            raise PydanticCustomError("nothing", "changes nothing: give name, phone or safeContact")
        return self


class LookFor(ApiModel):
    """A name or its beginning, a number, the last four digits of a phone number, or several of these."""

    text: SearchText = Field(repr=False)


class TakeFromList(ApiModel):
    """Work on something from the list, or put it back (REG-02)."""


class SettleOnList(ApiModel):
    """It was dealt with, so it need not stand there for this reason any more."""

    reason: Reason
