"""With what each command of casefile is sent: a valid body, about the case that is meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests.access.state import Body, Ids
from tests.casefile.telling import GROUNDS, TALK, to

CASE, PERSON = "POST /v1/cases/{case_id}", "POST /v1/people/{person_id}"
PART, HANDOVER = f"{CASE}/parts/{{part_id}}", f"{CASE}/handovers/{{handover_id}}"
PLACE, CHECK = f"{CASE}/list-items/{{about}}", f"{CASE}/waakvlam-checks/{{check_id}}"
CONSENT = f"{PERSON}/consents/{{consent_id}}"
QUESTION: Body = {"question": "Hulp bij de post", "doneWhen": "De post is weg", "lifeDomains": ["financien"]}
WORDS = "Er is iets wat niet veilig is"


def nothing(_: Ids) -> Body:
    return {}


def always(body: Body) -> Callable[[Ids], Body]:
    return lambda _: body


def _contact(ids: Ids) -> Body:
    return {"contactId": str(uuid4()), "kind": "ck_phone", "supporterId": str(ids["anouk"])}


def _consent(ids: Ids) -> Body:
    return to("emergis", caseId=str(ids["case_id"]))


def _refusal(ids: Ids) -> Body:
    party = {"kind": "organisation", "id": "emergis"}
    return {"purpose": "cp_support", "party": party, "caseId": str(ids["case_id"])}


def _representation(ids: Ids) -> Body:
    return {"representative": str(uuid4()), "kind": "rk_mentor", "caseId": str(ids["case_id"])}


def _code(ids: Ids) -> Body:
    return {"supporterId": str(ids["anouk"]), "authority": "uwv", "partId": str(ids["part_id"])}


BODIES: Mapping[str, Callable[[Ids], Body]] = {
    f"{CASE}/parts": always(QUESTION),
    f"{PART}/contacts": _contact,
    f"{PART}/escalations": always(GROUNDS),
    f"{PART}/de-escalations": always(GROUNDS | {"indications": ["FI01"]}),
    f"{PART}/closings": always({"reason": "close_self_again"}),
    f"{PLACE}/claims": nothing,
    f"{PLACE}/releases": nothing,
    f"{PLACE}/settlements": always({"reason": "new_part"}),
    f"{CASE}/indications | whole": always({"indication": "IF03", "reportedByRole": "role_supporter"}),
    f"{CASE}/indications | part": lambda ids: {
        "indication": "IF03",
        "reportedByRole": "role_supporter",
        "partId": str(ids["part_id"]),
    },
    f"{CASE}/escalations": always(GROUNDS),
    f"{CASE}/de-escalations": always(GROUNDS | {"indications": ["FI01"]}),
    f"{HANDOVER}/acceptances": nothing,
    f"{HANDOVER}/plans": always({"plannedAt": "2030-01-01T10:00:00Z"}),
    f"{HANDOVER}/talks": always(TALK),
    f"{HANDOVER}/declines | receiver": always({"by": "receiver"}),
    f"{HANDOVER}/declines | resident": always({"by": "resident"}),
    f"{HANDOVER}/cancellations": nothing,
    f"{HANDOVER}/failures": nothing,
    f"{HANDOVER}/corrections": nothing,
    f"{HANDOVER}/rests": nothing,
    f"{HANDOVER}/resumptions": nothing,
    f"{CASE}/closings": always({"reason": "close_agreements"}),
    f"{CASE}/reopenings": always({"parts": [QUESTION]}),
    f"{CASE}/waakvlam-checks": always({"agreed": True, "dueAfterDays": 91}),
    f"{CHECK}/outcomes": always({"outcome": "wo_fine"}),
    f"{CHECK}/reassignments": nothing,
    f"{CHECK}/stops": nothing,
    f"{PERSON}/consents": _consent,
    f"{PERSON}/consent-refusals": _refusal,
    f"{CONSENT}/withdrawals": nothing,
    f"{CONSENT}/narrowings": lambda ids: {"partIds": [str(ids["part_id"])]},
    f"{CONSENT}/corrections": nothing,
    f"{PERSON}/breach-reviews/{{review_id}}/decisions": always({"outcome": "bo_no_harm"}),
    f"{PERSON}/representations": _representation,
    f"{PERSON}/representations/{{representation_id}}/endings": nothing,
    f"{PERSON}/contact-details": always({"phone": "06 55500009", "changedByRole": "role_coordinator"}),
    f"{PERSON}/erasures": always({"capacity": "resident", "askedBy": "resident", "ground": "objection"}),
    f"{PERSON}/sign-in-codes": lambda ids: {"caseId": str(ids["case_id"]), "handed": "in_person"},
    f"{PERSON}/sign-in-revocations | in a case": lambda ids: {"caseId": str(ids["case_id"])},
    f"{PERSON}/sign-in-revocations | own": nothing,
    f"{PERSON}/sign-in-bindings": always({"providerToken": "not a token"}),
    "POST /v1/resident-sessions": always({"signInName": "NOBODY", "pin": "482915"}),
    "POST /v1/consent-checks": always({"code": "0000-0000-0000-0000"}),
    "POST /v1/cases/_zoek": always({"text": "Nour"}),
    "POST /v1/cases/{id_or_number}/break-glass": always({"reason": "bg_danger_to_resident", "words": WORDS}),
    "POST /v1/cases/{id_or_number}/break-glass/{break_glass_id}/reviews": lambda ids: {
        "openingId": str(ids["opening_id"]),
        "verdict": "justified",
    },
    f"{CASE}/safety-risks": always(
        {"kind": "to_self", "words": WORDS, "priority": False, "reportedByRole": "role_supporter"}
    ),
    f"{CASE}/safety-risks/{{risk_id}}/reactions": nothing,
    f"{CASE}/personal-ties | own": always({"relation": "sibling"}),
    f"{CASE}/personal-ties | another's": always({"subject": "a-brother", "relation": "sibling"}),
    f"{CASE}/personal-ties/{{tie_id}}/endings": nothing,
    f"{CASE}/handlers": always({"handlers": ["a-handler"]}),
    f"{CASE}/restriction-endings": nothing,
    f"{CASE}/consent-check-codes": _code,
}

EACH_ANEW = frozenset(
    {
        f"{CASE}/closings",
        f"{CASE}/handlers",
        f"{CASE}/personal-ties | own",
        f"{CASE}/personal-ties/{{tie_id}}/endings",
        f"{CONSENT}/corrections",
        f"{CONSENT}/narrowings",
        f"{CONSENT}/withdrawals",
        f"{HANDOVER}/cancellations",
        f"{HANDOVER}/corrections",
        f"{HANDOVER}/declines | receiver",
        f"{HANDOVER}/declines | resident",
        f"{HANDOVER}/failures",
        f"{PART}/closings",
        f"{PERSON}/erasures",
        f"{PERSON}/representations/{{representation_id}}/endings",
        "POST /v1/cases/{id_or_number}/break-glass",
    }
)
