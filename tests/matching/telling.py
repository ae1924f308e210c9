"""What casefile tells and people send in these tests. Everybody is invented."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from tests.support.ids import a_case_id, a_part_id, an_id
from tests.support.running import Running

from contracts.casefile import (
    AssignmentRefused,
    CaseClosed,
    CasePartAdded,
    CasePartClosed,
    DeEscalated,
    Escalated,
    InvolvementAllowed,
    InvolvementEnded,
    InvolvementNarrowed,
    Party,
    SupporterAssigned,
    WarmHandoverCancelled,
    WarmHandoverCompleted,
    WarmHandoverDeclined,
    WarmHandoverTimedOut,
)
from contracts.envelope import ContractEvent
from matching.domain.names import search_id_of

Body = dict[str, Any]

CASE, PART = a_case_id(), a_part_id()
SEARCH = search_id_of(PART)
ESCALATION = an_id("escalation")
COORDINATION, FORMAL = "oco_almere", "mee_samen"
PLACE: Body = {"organisation": COORDINATION, "network": "almere", "municipality": "almere"}

ON_PAPER: dict[str, Body] = {
    "Joost": {"kind": "volunteer", "paid": False, "languages": ["nl"], "lifeDomains": ["financien"]},
    "Samira": {
        "kind": "experience_expert",
        "experienceLevel": "experience_expert_trained",
        "paid": True,
        "languages": ["nl", "ar"],
        "lifeDomains": ["wonen"],
    },
    "Mirjam": {
        "kind": "formal",
        "paid": True,
        "languages": ["nl"],
        "lifeDomains": ["financien", "wonen"],
        "organisation": FORMAL,
    },
}


def a_registration(name: str = "Joost", **changed: Any) -> Body:
    return (
        {"network": "almere", "places": 1, "name": name, "phone": "06 5550 0002"} | ON_PAPER[name] | changed
    )


def registered(matching: Running, name: str = "Joost", **changed: Any) -> UUID:
    """A supporter of that name; the views know them."""
    answer = matching.post("/supporters", a_registration(name, **changed))
    assert answer.status_code == 201, answer.text
    matching.look()
    return UUID(answer.json()["supporterId"])


def a_part_added(
    part: str = "first",
    *,
    languages: tuple[str, ...] = ("nl",),
    formality: Literal["informal", "formal", "any"] = "any",
    **place: str,
) -> CasePartAdded:
    return CasePartAdded(
        part_id=a_part_id(part),
        life_domains=("financien",),
        languages=languages,
        formality=formality,
        **(PLACE | place),
    )


def an_escalation(*, whole: bool = False) -> Escalated:
    return Escalated(
        escalation_id=ESCALATION,
        part_id=None if whole else PART,
        indications=("IF03",),
        reported_by_role="role_supporter",
        priority=False,
        life_domains=("financien",),
        languages=("nl",),
        **PLACE,
    )


def a_de_escalation(*, receiver: UUID | None = None) -> DeEscalated:
    return DeEscalated(
        escalation_id=an_id("de-escalation"),
        part_id=PART,
        indications=("FI01",),
        reported_by_role="role_supporter",
        life_domains=("financien",),
        languages=("nl",),
        receiver=receiver,
        **PLACE,
    )


def an_assignment(match_id: UUID, *, after_handover: bool = False) -> SupporterAssigned:
    return SupporterAssigned(
        part_id=PART,
        supporter_id=an_id("supporter"),
        match_id=match_id,
        responsible="after_warm_handover" if after_handover else "at_once",
    )


def a_refused_assignment(match_id: UUID) -> AssignmentRefused:
    return AssignmentRefused(
        part_id=PART, supporter_id=an_id("supporter"), match_id=match_id, reason="consent_missing"
    )


def a_completed_handover(matching: Running, match_id: UUID) -> WarmHandoverCompleted:
    return WarmHandoverCompleted(
        handover_id=an_id("handover"),
        part_ids=(PART,),
        giver=None,
        receiver=an_id("supporter"),
        match_id=match_id,
        direction="up",
        completed_at=matching.now(),
    )


def a_declined_handover(match_id: UUID) -> WarmHandoverDeclined:
    return WarmHandoverDeclined(
        handover_id=an_id("handover"),
        part_ids=(PART,),
        receiver=an_id("supporter"),
        match_id=match_id,
        by="resident",
    )


def a_cancelled_handover(match_id: UUID) -> WarmHandoverCancelled:
    return WarmHandoverCancelled(
        handover_id=an_id("handover"),
        part_ids=(PART,),
        receiver=an_id("supporter"),
        match_id=match_id,
        reason="consent_withdrawn",
    )


def a_silent_handover(match_id: UUID) -> WarmHandoverTimedOut:
    return WarmHandoverTimedOut(
        handover_id=an_id("handover"), part_ids=(PART,), receiver=an_id("supporter"), match_id=match_id
    )


def party_is_out(
    *match_ids: UUID,
    party: str = "humanitas",
    excluded: bool = True,
    purpose: str = "cp_support",
    reason: str = "withdrawn",
) -> InvolvementEnded:
    return InvolvementEnded(
        consent_id=an_id("consent", party),
        purpose=purpose,
        party=Party(kind="organisation", id=party),
        reason=reason,
        match_ids=match_ids,
        excluded=excluded,
    )


def party_is_in(party: str = "humanitas") -> InvolvementAllowed:
    return InvolvementAllowed(
        consent_id=an_id("consent", party),
        purpose="cp_support",
        party=Party(kind="organisation", id=party),
        part_ids=(),
        valid_until=None,
    )


def a_narrowed_consent(*match_ids: UUID, party: str = "humanitas") -> InvolvementNarrowed:
    return InvolvementNarrowed(
        consent_id=an_id("consent", party),
        purpose="cp_support",
        party=Party(kind="organisation", id=party),
        part_ids=(PART,),
        valid_until=None,
        match_ids=match_ids,
    )


def a_closed_part(part: str = "first") -> CasePartClosed:
    return CasePartClosed(part_id=a_part_id(part), reason="close_agreements")


def a_closed_case(matching: Running) -> CaseClosed:
    return CaseClosed(reason="close_agreements", closed_at=matching.now())


def tell(matching: Running, *events: ContractEvent, about: UUID = CASE) -> None:
    """Casefile tells this of a case, one after another."""
    for event in events:
        matching.hear(event, about)


def done(matching: Running, path: str, body: Body | None = None, **who: Any) -> Body:
    """The answer to a command that is applied."""
    answer = matching.post(path, body, **who)
    assert answer.status_code == 201, answer.text
    told: Body = answer.json()
    return told


def offered(matching: Running, search_id: UUID = SEARCH) -> list[UUID]:
    """Who is offered for a search now."""
    answer = done(matching, f"/searches/{search_id}/offers")
    return [UUID(option["supporterId"]) for option in answer["options"]]


def proposed(matching: Running, supporter_id: UUID, search_id: UUID = SEARCH) -> UUID:
    """Options were offered and the resident chose this one; the match's id."""
    offered(matching, search_id)
    return chosen(matching, supporter_id, search_id)


def chosen(matching: Running, supporter_id: UUID, search_id: UUID = SEARCH) -> UUID:
    answer = done(matching, f"/searches/{search_id}/choices", {"supporterId": str(supporter_id)})
    return UUID(answer["matchId"])


def matched(matching: Running, supporter_id: UUID, search_id: UUID = SEARCH) -> UUID:
    """Both sides said yes; the match's id."""
    match_id = proposed(matching, supporter_id, search_id)
    for by in ("resident", "supporter"):
        done(matching, f"/matches/{match_id}/acceptances", {"by": by})
    return match_id


def running_match(matching: Running, supporter_id: UUID, search_id: UUID = SEARCH) -> UUID:
    """The case file confirmed it; the match's id."""
    match_id = matched(matching, supporter_id, search_id)
    tell(matching, an_assignment(match_id))
    return match_id


def stage(matching: Running, search_id: UUID = SEARCH) -> str:
    """Where a search stands now."""
    return str(matching.get(f"/searches/{search_id}").json()["stage"])


def places_free(matching: Running, supporter_id: UUID) -> int:
    """How many more residents a supporter has room for, as the next command finds it."""
    matching.look()
    answer = matching.get("/supporters?network=almere&limit=100").json()["items"]
    (found,) = (row for row in answer if row["supporterId"] == str(supporter_id))
    return int(found["places"]) - int(found["matches"])
