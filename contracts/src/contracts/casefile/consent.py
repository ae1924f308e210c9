"""What a person agrees to, and what follows from it in their cases.

The first six are about a person: their subject is the person's id, and ``case_ids`` names the cases in which
something follows. The last three are about one case and stand in its order: what stops there because of it
(handovers, checks) is told right after.
"""

from __future__ import annotations

from pydantic import Field

from contracts.casefile.owned import CasefileEvent
from contracts.codes import AppRole, ConsentPurpose, ConsentWay, DataCategory, PartyKind
from contracts.values import ContractValue, Id, Instant, Language, ReasonCode, Sha256, Slug


class Party(ContractValue):
    """To whom: an organisation or authority by its id in the network, a person by theirs, a referrer."""

    kind: PartyKind
    id: Slug


class AboutConsent(CasefileEvent):
    """What all facts about one consent tell. ``part_ids``: empty means every part."""

    consent_id: Id
    purpose: ConsentPurpose
    party: Party
    case_ids: tuple[Id, ...] = ()


class ConsentGiven(AboutConsent):
    """A person agrees: to what, for whom, until when, to which text, how, and who wrote it down (AVG 7).

    ``recorded_by_organisation``: null when the person, or who represents them, did it themselves.
    """

    TYPE = "nl.ondersteuningsvragen.consent-given.v1"
    SUBJECT = "cases.casefile.consent-given.v1"

    part_ids: tuple[Id, ...]
    data_categories: tuple[DataCategory, ...]
    given_at: Instant
    valid_until: Instant | None
    text_id: Slug
    text_sha256: Sha256
    text_language: Language
    text_version: int | None = Field(ge=1)
    way: ConsentWay
    recorded_by_role: AppRole
    recorded_by_organisation: Slug | None = None
    by_representative: bool


class ConsentRefused(AboutConsent):
    """A person does not agree. It ends nothing and blocks no support (AVG 7 (4))."""

    TYPE = "nl.ondersteuningsvragen.consent-refused.v1"
    SUBJECT = "cases.casefile.consent-refused.v1"


class ConsentNarrowed(AboutConsent):
    """A person agrees to less from now on: fewer parts or data, or a shorter time (CON-03)."""

    TYPE = "nl.ondersteuningsvragen.consent-narrowed.v1"
    SUBJECT = "cases.casefile.consent-narrowed.v1"

    part_ids: tuple[Id, ...]
    data_categories: tuple[DataCategory, ...]
    valid_until: Instant | None


class ConsentWithdrawn(AboutConsent):
    """A person no longer agrees; it takes effect at once, everywhere (CON-04, AVG 7 (3))."""

    TYPE = "nl.ondersteuningsvragen.consent-withdrawn.v1"
    SUBJECT = "cases.casefile.consent-withdrawn.v1"


class ConsentExpired(AboutConsent):
    """Its time passed, or it was asked anew; what it allowed is over (CON-03)."""

    TYPE = "nl.ondersteuningsvragen.consent-expired.v1"
    SUBJECT = "cases.casefile.consent-expired.v1"


class ConsentRecordedInError(AboutConsent):
    """It was never given: what it allowed is over, and who looked under it is reviewed."""

    TYPE = "nl.ondersteuningsvragen.consent-recorded-in-error.v1"
    SUBJECT = "cases.casefile.consent-recorded-in-error.v1"


class InvolvementAllowed(CasefileEvent):
    """The resident of this case agrees that a party takes part, for this purpose. No part: every part."""

    TYPE = "nl.ondersteuningsvragen.involvement-allowed.v1"
    SUBJECT = "cases.casefile.involvement-allowed.v1"

    consent_id: Id
    purpose: ConsentPurpose
    party: Party
    part_ids: tuple[Id, ...]
    valid_until: Instant | None


class InvolvementNarrowed(CasefileEvent):
    """The same party, in less of the case. ``match_ids``: of those who serve no part any longer."""

    TYPE = "nl.ondersteuningsvragen.involvement-narrowed.v1"
    SUBJECT = "cases.casefile.involvement-narrowed.v1"

    consent_id: Id
    purpose: ConsentPurpose
    party: Party
    part_ids: tuple[Id, ...]
    valid_until: Instant | None
    match_ids: tuple[Id, ...]


class InvolvementEnded(CasefileEvent):
    """The party takes part no longer under this consent, for a reason by code.

    ``match_ids``: of those who serve no part any longer. ``excluded``: no other consent lets the party in.
    """

    TYPE = "nl.ondersteuningsvragen.involvement-ended.v1"
    SUBJECT = "cases.casefile.involvement-ended.v1"

    consent_id: Id
    purpose: ConsentPurpose
    party: Party
    reason: ReasonCode
    match_ids: tuple[Id, ...]
    excluded: bool
