"""What other services tell casefile and what people send in these tests. Everybody is invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from httpx2 import Response
from tests.support.examples.casefile import a_sealed
from tests.support.ids import a_case_id, a_match_id, a_part_id, a_person_id, a_supporter_id, an_id
from tests.support.running import NETWORKS, Running

from contracts.casefile import Escalated, WaakvlamScheduled
from contracts.envelope import ContractEvent
from contracts.intake import AskedPart, ConsentProof, RequestReceived, RightExplained, SupportAccepted
from contracts.matching import (
    AnswerOverdue,
    FormalSupporterMatched,
    MatchEnded,
    Option,
    OptionsOffered,
    SupporterLeft,
    SupporterPaused,
    SupporterResumed,
    UnmetNeedRecorded,
    VolunteerMatched,
)
from deploy.networks import load_all

Body = dict[str, Any]
Formality = Literal["informal", "formal"]

CASE, FIRST, SECOND = a_case_id(), a_part_id("first"), a_part_id("second")
NOUR = a_person_id("Nour")
COORDINATION, INFORMAL, FORMAL, ELSEWHERE = "smwo", "humanitas", "hersteltalent", "emergis"
HOME: dict[str, str] = {"Anouk": INFORMAL, "Bram": INFORMAL, "Farida": FORMAL, "Gijs": FORMAL}
DAY = timedelta(days=1)


def a_request(casefile: Running) -> RequestReceived:
    return RequestReceived(
        request_id=CASE,
        number="2741-9063",
        network="oosterschelde",
        network_version=1,
        organisation=COORDINATION,
        municipality="tholen",
        door="referrer",
        source="ref_huisarts",
        requester_is_resident=False,
        languages=("nl",),
        received_at=casefile.now(),
    )


def an_explanation(casefile: Running) -> RightExplained:
    return RightExplained(request_id=CASE, explained_at=casefile.now(), explained_by_role="role_coordinator")


def a_yes(casefile: Running, *parts: str, number: str = "2741-9063") -> SupportAccepted:
    """Nour says yes to support for these parts; two unless said otherwise."""
    return SupportAccepted(
        request_id=CASE,
        number=number,
        network="oosterschelde",
        network_version=1,
        organisation=COORDINATION,
        municipality="tholen",
        source="ref_huisarts",
        resident=NOUR,
        resident_name=a_sealed(NOUR, "name"),
        resident_phone=None,
        languages=("nl", "ar"),
        accepted_at=casefile.now(),
        consent=ConsentProof(
            consent_id=an_id("consent", *parts),
            purpose="cp_support",
            way="cw_spoken",
            text_id="support",
            text_sha256="ab" * 32,
            text_language="nl",
            given_at=casefile.now(),
            recorded_by_role="role_coordinator",
        ),
        parts=tuple(
            AskedPart(
                part_id=a_part_id(part),
                question=a_sealed(NOUR, f"part.{part}.question"),
                done_when=a_sealed(NOUR, f"part.{part}.done_when"),
                life_domains=("financien",),
                formality="any",
            )
            for part in parts or ("first", "second")
        ),
    )


def a_volunteer(name: str = "Anouk", part: UUID | None = FIRST, **changed: Any) -> VolunteerMatched:
    facts: Body = {
        "match_id": a_match_id(name),
        "part_id": part,
        "supporter_id": a_supporter_id(name),
        "kind": "volunteer",
        "experience_level": None,
        "paid": False,
        "organisation": HOME[name],
        "answers": None,
    }
    return VolunteerMatched(**(facts | changed))


def a_formal_supporter(
    name: str = "Farida", part: UUID | None = FIRST, **changed: Any
) -> FormalSupporterMatched:
    facts: Body = {
        "match_id": a_match_id(name),
        "part_id": part,
        "supporter_id": a_supporter_id(name),
        "organisation": HOME[name],
        "answers": None,
    }
    return FormalSupporterMatched(**(facts | changed))


def options(answers: UUID | None, part: UUID | None = FIRST) -> OptionsOffered:
    return OptionsOffered(
        search_id=an_id("search"),
        part_id=part,
        round=1,
        options=(
            Option(
                supporter_id=a_supporter_id("Farida"),
                kind="formal",
                formality="formal",
                organisation=FORMAL,
                because=(),
            ),
        ),
        answers=answers,
    )


def an_unmet_need(answers: UUID | None, part: UUID | None = FIRST) -> UnmetNeedRecorded:
    return UnmetNeedRecorded(
        search_id=an_id("search"),
        part_id=part,
        life_domains=("financien",),
        languages=("nl",),
        formality="formal",
        answers=answers,
    )


def an_end(name: str = "Anouk", reason: str = "no_click") -> MatchEnded:
    return MatchEnded(
        match_id=a_match_id(name), part_id=FIRST, supporter_id=a_supporter_id(name), reason=reason
    )


def an_overdue_answer(about: UUID) -> AnswerOverdue:
    return AnswerOverdue(step="match_answer", about=about, asked="casefile")


def tell(casefile: Running, *events: ContractEvent, about: UUID = CASE) -> None:
    """Others tell this of the case, one after another."""
    for event in events:
        casefile.hear(event, about)


def pauses(casefile: Running, name: str) -> None:
    casefile.hear(SupporterPaused(supporter_id=a_supporter_id(name)), a_supporter_id(name))


def is_back(casefile: Running, name: str) -> None:
    casefile.hear(SupporterResumed(supporter_id=a_supporter_id(name)), a_supporter_id(name))


def leaves(casefile: Running, name: str, *, erased: bool = False) -> None:
    casefile.hear(SupporterLeft(supporter_id=a_supporter_id(name), erased=erased), a_supporter_id(name))


OOSTERSCHELDE = next(each for each in load_all(NETWORKS) if each.id == "oosterschelde")
PEOPLE_PATH = f"/people/{NOUR}"


def to(
    party: str, *parts: UUID, purpose: str = "cp_support", kind: str = "organisation", **said: Any
) -> Body:
    """What Nour says: yes to this party, for these parts (none: every part), to the text in force."""
    text = OOSTERSCHELDE.consent_text(purpose, "nl", date(2026, 11, 22))
    return {
        "purpose": purpose,
        "party": {"kind": kind, "id": party},
        "caseId": str(CASE),
        "partIds": [str(part) for part in parts],
        "dataCategories": ["dc_contact", "dc_question", "dc_support_log", "dc_plan"],
        "text": {"id": text.id, "sha256": text.sha256},
        "way": "cw_spoken",
    } | said


def consents(casefile: Running, party: str, *parts: UUID, **said: Any) -> UUID:
    """Nour agrees that this party takes part; the consent's id."""
    return UUID(done(casefile, f"{PEOPLE_PATH}/consents", to(party, *parts, **said))["consentId"])


def withdraws(casefile: Running, consent_id: UUID, **who: Any) -> Body:
    """Nour no longer agrees."""
    return done(casefile, f"{PEOPLE_PATH}/consents/{consent_id}/withdrawals", **who)


def an_open_case(casefile: Running, *parts: str) -> dict[str, UUID]:
    """Nour said yes, and agreed that volunteers and professionals of other organisations take part."""
    tell(casefile, a_yes(casefile, *parts))
    return {party: consents(casefile, party) for party in (INFORMAL, FORMAL)}


def a_supported_case(casefile: Running) -> dict[str, UUID]:
    """Anouk is responsible for the first part. The consents by party."""
    given = an_open_case(casefile)
    tell(casefile, a_volunteer())
    return given


def post(
    casefile: Running,
    path: str,
    body: Body | None = None,
    *,
    by: str = COORDINATION,
    role: str = "role_coordinator",
    subject: str | None = None,
    key: str | None = None,
) -> Response:
    """A command by a coordinator of that organisation, unless said otherwise."""
    headers = casefile.provider.headers(
        **{"https://waakvlam.example/claims/organisation": by},
        roles=[role],
        sub=subject or f"coordinator-{by}",
    )
    headers["Idempotency-Key"] = key or f"key-{next(casefile.keys)}"
    return casefile.client.post(f"/v1{path}", json=body or {}, headers=headers)


def as_supporter(name: str) -> Body:
    """Who signs in as that supporter."""
    return {"by": HOME[name], "role": "role_supporter", "subject": str(a_supporter_id(name))}


def done(casefile: Running, path: str, body: Body | None = None, **who: Any) -> Body:
    """The answer to a command that is applied."""
    answer = post(casefile, path, body, **who)
    assert answer.status_code == 201, answer.text
    told: Body = answer.json()
    return told


def refused(casefile: Running, path: str, body: Body | None = None, **who: Any) -> str:
    """The name of the refusal."""
    answer = post(casefile, path, body, **who)
    assert answer.status_code == 409, answer.text
    return str(answer.json()["title"])


def get(casefile: Running, path: str, *, by: str = COORDINATION, role: str = "role_coordinator") -> Response:
    """A question by a coordinator of that organisation, unless said otherwise; the views are up to date."""
    casefile.look()
    headers = casefile.provider.headers(
        **{"https://waakvlam.example/claims/organisation": by}, roles=[role], sub=f"coordinator-{by}"
    )
    return casefile.client.get(f"/v1{path}", headers=headers)


def asked(casefile: Running, path: str, **who: Any) -> Body:
    """The answer to a question."""
    answer = get(casefile, path, **who)
    assert answer.status_code == 200, answer.text
    told: Body = answer.json()
    return told


def of_part(answer: Body, part: UUID = FIRST) -> Body:
    """One part in an answer."""
    return next(each for each in answer["parts"] if each["partId"] == str(part))


GROUNDS: Body = {
    "indications": ["IF03"],
    "reportedByRole": "role_supporter",
    "residentAgrees": True,
}
TALK: Body = {
    "participantRoles": ["role_resident", "role_supporter", "role_supporter"],
    "whoDoesWhat": "Farida schrijft de brief, Anouk gaat mee",
    "overviewKeeper": "receiver",
    "wayBack": "Bellen kan altijd",
}
PART_PATH = f"/cases/{CASE}/parts/{FIRST}"


def escalated(casefile: Running, **changed: Any) -> UUID:
    """The first part is scaled up; the decision's id."""
    return UUID(done(casefile, f"{PART_PATH}/escalations", GROUNDS | changed)["escalationId"])


def an_escalated_case(casefile: Running) -> None:
    a_supported_case(casefile)
    escalated(casefile)


def escalation_of(casefile: Running) -> UUID:
    """The decision that was told last."""
    return casefile.told(Escalated)[-1].escalation_id


def a_planned_check(casefile: Running) -> None:
    """Closed; Anouk will ask how things are after three months."""
    a_supported_case(casefile)
    waakvlam = {"agreed": True, "dueAfterDays": 91, "responsible": str(a_supporter_id("Anouk"))}
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_agreements", "waakvlam": waakvlam})


def check_of(casefile: Running) -> UUID:
    """The check that was told last."""
    return casefile.told(WaakvlamScheduled)[-1].check_id


def offered_handover(casefile: Running) -> str:
    """A supported, escalated part for which Farida was chosen; where its handover is."""
    a_supported_case(casefile)
    tell(casefile, a_formal_supporter(answers=escalated(casefile)))
    handover = of_part(asked(casefile, f"/cases/{CASE}"))["handover"]
    return f"/cases/{CASE}/handovers/{handover}"


def completed_handover(casefile: Running) -> None:
    """Farida is responsible for the first part, Anouk stayed."""
    handover = offered_handover(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    done(casefile, f"{handover}/talks", TALK, **as_supporter("Farida"))
