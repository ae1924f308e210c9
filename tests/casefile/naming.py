"""Residents with names of their own, really sealed, as they come with a yes."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

from tests.casefile.telling import COORDINATION, Body, a_yes, get, tell
from tests.support.ids import a_case_id, a_person_id
from tests.support.running import Running

from contracts.safe_contact import SafeContact

_numbers = itertools.count(1001)

SAFE: Body = {
    "ways": [
        {"channel": "phone", "shared": False, "days": ["monday"], "after": "09:00", "before": "12:00"},
        {"channel": "email", "address": "samen@voorbeeld.example", "shared": True},
    ],
    "voicemail": "no",
    "letters": "plain_envelope",
    "othersReading": ["haar broer leest de post"],
    "note": "Nooit op woensdag bellen",
}


def named(casefile: Running, name: str, phone: str | None = None, *, safe: Body | None = None) -> UUID:
    """A case of somebody with this name; the person's id."""
    person, case_id = a_person_id(name), a_case_id(name)
    seal = casefile.service.base.sealer.seal

    def sealed(field: str, text: str | None) -> Any:
        return None if text is None else seal(person, "resident", field, text, uuid4())

    yes = a_yes(casefile, "first", number=f"2741-{next(_numbers)}").model_copy(
        update={
            "request_id": case_id,
            "resident": person,
            "resident_name": sealed("name", name),
            "resident_phone": sealed("phone", phone),
            "resident_safe_contact": sealed(
                "safe_contact", SafeContact.model_validate(safe).text() if safe else None
            ),
        }
    )
    tell(casefile, yes, about=case_id)
    return person


def found(
    casefile: Running, text: str, *, by: str = COORDINATION, role: str = "role_coordinator"
) -> list[Body]:
    """Who is found."""
    casefile.look()
    headers = casefile.provider.headers(
        **{"https://waakvlam.example/claims/organisation": by}, roles=[role], sub=f"coordinator-{by}"
    )
    answer = casefile.client.post("/v1/cases/_zoek", json={"text": text}, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Body] = answer.json()["items"]
    return items


def names(items: list[Body]) -> list[str | None]:
    """The names, in order."""
    return [each["name"] for each in items]


def listed(casefile: Running, **who: Any) -> dict[UUID, str | None]:
    """The names in the list of cases."""
    answer = get(casefile, "/cases", **who)
    assert answer.status_code == 200, answer.text
    return {UUID(each["caseId"]): each["residentName"] for each in answer.json()["items"]}
