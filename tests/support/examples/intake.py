"""Requests in the states that a story can begin with. Everybody in them is invented."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from tests.support.clock import START, later
from tests.support.ids import a_case_id, a_part_id, a_person_id, an_id

from chassis.sealing import Sealed
from intake.domain.agreement import SUPPORT, AskedPart, ConsentProof, Formality
from intake.domain.people import Relation, Requester, Resident
from intake.domain.request import Request
from intake.domain.route import Route, Source

NUMBER = "2741-9063"
EXPLAINED_AT = later(hours=1)
ACCEPTED_AT = later(hours=2)
ANSWER_BY = later(hours=2, minutes=15)


def a_sealed(
    person: UUID, field: str, capacity: Literal["resident", "carer", "employee"] = "resident"
) -> Sealed:
    """A sealed value for tests of rules, which never open one; its box is no real ciphertext."""
    return Sealed(
        person=person,
        capacity=capacity,
        field=field,
        value_id=an_id("value", field, str(person)),
        key_id=an_id("key", capacity, str(person)),
        box=base64.b64encode(hashlib.sha512(field.encode()).digest()).decode(),
        commitment=base64.b64encode(hashlib.sha256(person.bytes).digest()).decode(),
    )


def a_route(*, entered_by: str = "wijkteam-haven") -> Route:
    return Route(
        network="almere",
        network_version=1,
        municipality="almere",
        door="referrer",
        organisation="coordination-point",
        entered_by=entered_by,
    )


def a_resident(name: str = "Nour", *, with_name: bool = True, with_phone: bool = True) -> Resident:
    person = a_person_id(name)
    return Resident(
        person=person,
        name=a_sealed(person, "name") if with_name else None,
        phone=a_sealed(person, "phone") if with_phone else None,
    )


def a_professional(name: str = "Marloes") -> Requester:
    person = a_person_id(name)
    return Requester(person=person, relation=Relation.PROFESSIONAL, name=a_sealed(person, "name", "employee"))


def a_carer(name: str = "Dirk") -> Requester:
    """Somebody close to the resident who asks for them."""
    person = a_person_id(name)
    return Requester(person=person, relation=Relation.CLOSE_PERSON, phone=a_sealed(person, "phone", "carer"))


def themselves(resident: Resident) -> Requester:
    """The resident is the one who asks."""
    return Requester(person=resident.person, relation=Relation.RESIDENT)


def a_received_request(
    *,
    resident: Resident | None = None,
    requester: Requester | None = None,
    question: Sealed | None = None,
    source: str = "ref_huisarts",
    languages: Sequence[str] = ("ar", "nl"),
    received_at: datetime = START,
    now: datetime = START,
) -> Request:
    """A GP refers Nour, unless said otherwise."""
    return Request.receive(
        a_case_id(),
        number=NUMBER,
        route=a_route(),
        source=Source(code=source),
        resident=resident or a_resident(),
        requester=requester or a_professional(),
        question=question,
        languages=languages,
        received_at=received_at,
        now=now,
    )


def explain(request: Request, *, explained_at: datetime = EXPLAINED_AT, now: datetime = EXPLAINED_AT) -> None:
    """The coordinator tells it by phone, an hour after the request came in."""
    request.explain_right(
        explained_at=explained_at,
        by_role="role_coordinator",
        by_organisation="coordination-point",
        way="ck_phone",
        told_free_of_charge=True,
        told_voluntary=True,
        now=now,
    )


def a_consent(*, given_at: datetime = ACCEPTED_AT, purpose: str = SUPPORT) -> ConsentProof:
    return ConsentProof(
        consent_id=an_id("consent", "first"),
        purpose=purpose,
        way="cw_spoken",
        text_id="support",
        text_sha256="ab" * 32,
        text_language="ar",
        given_at=given_at,
        recorded_by_role="role_coordinator",
    )


def a_part(name: str = "first", *, formality: Formality = Formality.ANY) -> AskedPart:
    person = a_resident().person
    return AskedPart(
        part_id=a_part_id(name),
        question=a_sealed(person, f"part.{name}.question"),
        done_when=a_sealed(person, f"part.{name}.done_when"),
        life_domains=("financien",),
        formality=formality,
    )


def accept(
    request: Request,
    *,
    consent: ConsentProof | None = None,
    parts: Sequence[AskedPart] | None = None,
    languages: Sequence[str] = (),
    name: Sealed | None = None,
    phone: Sealed | None = None,
    now: datetime = ACCEPTED_AT,
) -> None:
    """Nour says yes to one part, unless said otherwise."""
    request.accept(
        consent=consent or a_consent(),
        parts=(a_part(),) if parts is None else parts,
        languages=languages,
        name=name,
        phone=phone,
        network_version=2,
        answer_by=ANSWER_BY,
        now=now,
    )


def an_explained_request(*, languages: Sequence[str] = ("ar", "nl")) -> Request:
    """Nour heard that support is a right, free and voluntary."""
    request = a_received_request(languages=languages)
    explain(request)
    return request


def an_accepted_request() -> Request:
    """Nour said yes; the case file has not answered yet."""
    request = an_explained_request()
    accept(request)
    return request


def a_declined_request() -> Request:
    """Nour said no."""
    request = an_explained_request()
    request.decline(now=ACCEPTED_AT)
    return request
