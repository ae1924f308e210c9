"""Cases in the states that a story can begin with. Everybody in them is invented.

Nour has two questions: letters about money ("first") and help at home ("second"). Anouk and Bram are
volunteers, Farida and Gijs are professionals; Nour agreed that their organisations take part.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.clock import START, later
from tests.support.ids import a_case_id, a_match_id, a_part_id, a_person_id, a_supporter_id, an_id

from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.consent_terms import ConsentProof, Party, Proof, Recorded, Scope, Shown, Terms
from casefile.domain.handover import handover_id_of
from casefile.domain.part import AskedFormality, AskedPart, Formality, Supporter
from chassis.sealing import Sealed

CASE = a_case_id()
NUMBER = "2741-9063"
FIRST, SECOND = a_part_id("first"), a_part_id("second")
NOUR = a_person_id("Nour")
COORDINATION, INFORMAL_ORG, FORMAL_ORG = "coordination-point", "informal-circle", "formal-support"
ESCALATION = an_id("escalation", "first")
CHECK = an_id("check", "first")
ANSWER_WITHIN = timedelta(minutes=15)
ANSWER_BY = later(days=7)
TALK_BY = later(days=21)
GOOD_AGREEMENTS = "close_agreements"


def a_sealed(person: UUID, field: str) -> Sealed:
    """A sealed value for tests of rules, which never open one; its box is no real ciphertext."""
    digest = hashlib.sha256(f"{person}{field}".encode()).digest()
    return Sealed(
        person=person,
        capacity="resident",
        field=field,
        value_id=an_id("value", field, str(person)),
        key_id=an_id("key", str(person)),
        box=base64.b64encode(digest + digest).decode(),
        commitment=base64.b64encode(digest).decode(),
    )


def a_supporter(name: str, formality: Formality = "informal", organisation: str = "") -> Supporter:
    home = organisation or (FORMAL_ORG if formality == "formal" else INFORMAL_ORG)
    return Supporter(a_supporter_id(name), a_match_id(name), formality, home)


ANOUK, BRAM = a_supporter("Anouk"), a_supporter("Bram")
FARIDA, GIJS = a_supporter("Farida", "formal"), a_supporter("Gijs", "formal")


def a_note(field: str = "note") -> Sealed:
    return a_sealed(NOUR, field)


def an_asked_part(name: str = "first", formality: AskedFormality = "any") -> AskedPart:
    return AskedPart(
        part_id=a_part_id(name),
        question=a_sealed(NOUR, f"part.{name}.question"),
        done_when=a_sealed(NOUR, f"part.{name}.done_when"),
        life_domains=("financien",),
        formality=formality,
    )


def a_consent_proof() -> ConsentProof:
    return ConsentProof(
        consent_id=OPENED_BY,
        purpose="cp_support",
        way="cw_spoken",
        text_id="support",
        text_sha256="ab" * 32,
        text_language="nl",
        given_at=START,
        recorded_by_role="role_coordinator",
    )


PROOF = Proof(
    Shown("ondersteuning", "cd" * 32, "nl", 1), "cw_spoken", START, Recorded("role_coordinator", COORDINATION)
)
"""How Nour said yes."""


def consent_to(party: str) -> UUID:
    """The id of Nour's consent to that party."""
    return an_id("consent", party)


OPENED_BY = consent_to("support")
"""The consent with which the case was opened: for the coordination itself."""


def terms(
    party: str,
    *parts: UUID,
    purpose: str = "cp_support",
    categories: Sequence[str] = (),
    until: datetime | None = None,
    case_id: UUID | None = CASE,
    kind: str = "organisation",
) -> Terms:
    """What Nour agrees to."""
    scope = Scope(parts, tuple(categories), until)
    return Terms(purpose, Party(kind, party), case_id, scope)  # type: ignore[arg-type]


def let_in(case: CaseFile, party: str, *parts: UUID, now: datetime = START, **said: Any) -> None:
    """Nour agrees that this party takes part."""
    case.allow_involvement(consent_to(party), terms(party, *parts, **said), now)


def a_consent(case: CaseFile | None = None, person: UUID | None = None) -> Consent:
    """What Nour agreed to: whoever is let into the case, if there is one."""
    consent = Consent.begin_for(person or NOUR, "resident", COORDINATION, START)
    if case:
        consent.enter_case(case.id, case.organisation, START)
        for each in case.involvements.values():
            said = Terms(each.purpose, each.party, None if each.general else case.id, each.scope)
            consent.give(each.consent_id, said, PROOF, START)
    return consent


def a_case(
    parts: Sequence[str] = ("first", "second"),
    *,
    case_id: UUID = CASE,
    let_in_too: Sequence[str] = (INFORMAL_ORG, FORMAL_ORG),
) -> CaseFile:
    """Opened a moment ago; every part is on the list of the receiving organisation."""
    case = _opened(parts, case_id)
    for party in let_in_too:
        let_in(case, party, case_id=case_id)
    return case


def _opened(parts: Sequence[str], case_id: UUID) -> CaseFile:
    return CaseFile.open_for(
        case_id,
        number=NUMBER,
        network="almere",
        network_version=1,
        organisation=COORDINATION,
        municipality="almere",
        source="ref_huisarts",
        languages=("nl", "ar"),
        resident=NOUR,
        resident_name=a_sealed(NOUR, "name"),
        resident_phone=None,
        consent=a_consent_proof(),
        parts=[an_asked_part(name) for name in parts],
        now=START,
    )


def assign(
    case: CaseFile,
    supporter: Supporter,
    part_id: UUID | None = FIRST,
    *,
    answers: UUID | None = None,
    start_after_talk: bool = False,
    now: datetime = START,
) -> None:
    """A match is heard of."""
    case.assign_supporter(
        supporter,
        part_id,
        answers=answers,
        start_after_talk=start_after_talk,
        answer_by=ANSWER_BY,
        now=now,
    )


def escalate(
    case: CaseFile,
    *indications: str,
    part_id: UUID = FIRST,
    resident_agrees: bool = True,
    escalation_id: UUID = ESCALATION,
    now: datetime = START,
) -> None:
    """Decide to scale up, for several laws unless said otherwise."""
    case.escalate_part(
        part_id,
        indications or ("IF03",),
        "role_supporter",
        resident_agrees=resident_agrees,
        escalation_id=escalation_id,
        answer_by=now + ANSWER_WITHIN,
        now=now,
    )


def escalate_whole(
    case: CaseFile, *indications: str, resident_agrees: bool = True, now: datetime = START
) -> None:
    case.escalate_whole(
        indications or ("IF01",),
        "role_supporter",
        resident_agrees=resident_agrees,
        escalation_id=ESCALATION,
        answer_by=now + ANSWER_WITHIN,
        now=now,
    )


def accept(case: CaseFile, handover_id: UUID, now: datetime = START) -> None:
    case.accept_handover(handover_id, "receiver", TALK_BY, now)


def hold_talk(
    case: CaseFile,
    handover_id: UUID,
    *,
    roles: Sequence[str] = ("role_resident", "role_supporter", "role_supporter"),
    giver_stays: bool = True,
    now: datetime = START,
) -> None:
    case.record_three_way_talk(
        handover_id,
        "receiver",
        held_at=now,
        participant_roles=roles,
        overview_keeper="receiver",
        who_does_what=a_note("handover.who_does_what"),
        way_back=a_note("handover.way_back"),
        giver_stays=giver_stays,
        now=now,
    )


def a_supported_case() -> CaseFile:
    """Anouk is responsible for the first part; the second has nobody yet."""
    case = a_case()
    assign(case, ANOUK)
    return case


def an_escalated_part() -> CaseFile:
    """The first part, with Anouk, is scaled up; the resident is to choose a professional."""
    case = a_supported_case()
    escalate(case)
    return case


TO_FARIDA = handover_id_of(FARIDA.match_id, ANOUK)


def an_offered_handover() -> CaseFile:
    """Farida was chosen for the first part and is asked to take over from Anouk."""
    case = an_escalated_part()
    assign(case, FARIDA, answers=ESCALATION)
    return case


def an_accepted_handover() -> CaseFile:
    case = an_offered_handover()
    accept(case, TO_FARIDA)
    return case


def a_completed_handover() -> CaseFile:
    """Farida is responsible for the first part, Anouk stayed."""
    case = an_accepted_handover()
    hold_talk(case, TO_FARIDA)
    return case


def a_closed_case() -> CaseFile:
    case = a_completed_handover()
    case.close(GOOD_AGREEMENTS, later(days=90))
    return case


def plan_check(
    case: CaseFile,
    *,
    check_id: UUID = CHECK,
    due_at: datetime | None = None,
    responsible: UUID | None = None,
    every_days: int | None = None,
    offered: bool = True,
    now: datetime | None = None,
) -> None:
    case.agree_on_waakvlam(
        check_id,
        due_at or later(days=180),
        responsible=responsible,
        every_days=every_days,
        answer_within=ANSWER_WITHIN,
        offered=offered,
        now=now or later(days=90),
    )


def a_planned_check(*, every_days: int | None = None) -> CaseFile:
    """Closed; Anouk will ask how things are after three months."""
    case = a_closed_case()
    plan_check(case, responsible=ANOUK.supporter_id, every_days=every_days)
    return case
