"""The case file: one resident's questions, who is there for each of them, and how help moves and ends.

``CaseFile`` holds what must change together (design §8). Its rules stand by subject in the modules that it is
put together from; this one opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from casefile.domain.case_state import unattended
from casefile.domain.consent_terms import ConsentProof
from casefile.domain.deescalating import Deescalating
from casefile.domain.errors import NoPartGiven
from casefile.domain.forgetting import Forgetting
from casefile.domain.own_file import OwnFile
from casefile.domain.part import AskedPart
from casefile.domain.place import Reason
from casefile.domain.representatives import Representatives
from casefile.domain.safety import Safety
from chassis.aggregates import Created, event
from chassis.sealing import Sealed

__all__ = ["CaseFile", "unattended"]


class CaseFile(OwnFile, Safety, Deescalating, Forgetting, Representatives):
    """At no moment is a part without a responsible person or a place on a coordinator's list (§8.2)."""

    TOPIC = "casefile:CaseFile"

    class Opened(Created):
        """The resident said yes, so there is a case; its id is the request's id (INT-08)."""

        TOPIC = "casefile:CaseFile.Opened"
        number: str
        network: str
        network_version: int
        organisation: str
        municipality: str
        source: str
        languages: tuple[str, ...]
        resident: UUID
        resident_name: Sealed | None
        resident_phone: Sealed | None
        consent: ConsentProof

    @classmethod
    def open_for(
        cls,
        case_id: UUID,
        *,
        number: str,
        network: str,
        network_version: int,
        organisation: str,
        municipality: str,
        source: str,
        languages: Sequence[str],
        resident: UUID,
        resident_name: Sealed | None,
        resident_phone: Sealed | None,
        consent: ConsentProof,
        parts: Sequence[AskedPart],
        now: datetime,
    ) -> CaseFile:
        """A new case with its parts, each on the list of the receiving organisation (INT-08, INT-13, CLR-22).

        Raises NoPartGiven, PartNamedTwice.
        """
        if not parts:
            raise NoPartGiven
        case = cls.begin(
            case_id,
            cls.Opened,
            now=now,
            number=number,
            network=network,
            network_version=network_version,
            organisation=organisation,
            municipality=municipality,
            source=source,
            languages=tuple(languages),
            resident=resident,
            resident_name=resident_name,
            resident_phone=resident_phone,
            consent=consent,
        )
        case.allow_involvement(consent.consent_id, consent.terms(organisation, case_id), now)
        case._add_parts(parts, Reason.NEW_PART, now)
        return case

    @event(Opened)
    def __init__(
        self,
        number: str,
        network: str,
        network_version: int,
        organisation: str,
        municipality: str,
        languages: tuple[str, ...],
        resident: UUID,
        resident_name: Sealed | None,
        resident_phone: Sealed | None,
    ) -> None:
        self.number = number
        self.network, self.network_version = network, network_version
        self.organisation, self.municipality = organisation, municipality
        self.languages = languages
        self.resident = resident
        self.resident_name, self.resident_phone = resident_name, resident_phone
        self.open, self.closed_for = True, None
        self.asked_about_waakvlam = False
        self.parts, self.handovers, self.escalations = {}, {}, {}
        self.involvements, self.representatives = {}, {}
        self.paused, self.gone, self.matches = (), (), ()
        self.places, self.awaited, self.checks = {}, {}, {}
        self.safety_risks, self.personal_ties, self.restriction = {}, {}, None
        self.erased, self.closed_at = (), None
