"""What happens in the case: contacts, scaling, the warm handover, closing, pilot-light contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.demo.asking import Answer, NotDone
from deploy.demo.at_matching import voice_of
from deploy.demo.case_in_play import CaseInPlay, Chosen
from deploy.demo.voices import Voice

SUPPORTER = "role_supporter"
NOTE = "Samen bekeken wat de volgende stap is"
WHO_DOES_WHAT = "De beroepskracht regelt de aanvraag, de meedenker blijft langskomen"
WAY_BACK = "Als het lichter wordt, gaat deze vraag terug"
NEW_QUESTION = "Er kwam een nieuwe brief en ik weet niet of ik moet betalen"
NEW_DONE_WHEN = "Er is antwoord en het is betaald of kwijtgescholden"
NOTES = (NOTE, WHO_DOES_WHAT, WAY_BACK, NEW_QUESTION, NEW_DONE_WHEN)
"""What is written down in a case; it stays sealed."""


def case_now(case: CaseInPlay) -> Answer:
    """The case as everybody who takes part sees it."""
    return case.until(lambda: case.look("casefile", f"/cases/{case.case_id}"), "the case")


def part_now(case: CaseInPlay, part_id: str) -> Answer:
    """One of its parts."""
    return next(part for part in case_now(case)["parts"] if part["partId"] == part_id)


def until_part(case: CaseInPlay, part_id: str, what: str, fact: Callable[[Answer], Any]) -> Answer:
    """The part, once the fact is true of it."""

    def found() -> Answer | None:
        part = part_now(case, part_id)
        return part if fact(part) else None

    return case.until(found, what)


def until_responsible(case: CaseInPlay, part_id: str, chosen: Chosen) -> None:
    """The supporter is responsible for the part, and it is off the list for want of somebody."""

    def is_there(part: Answer) -> bool:
        return bool(part["responsible"] == chosen.supporter_id and "new_part" not in part["onList"])

    until_part(case, part_id, "a responsible supporter", is_there)
    case.served_by[part_id] = chosen


def until_on_list(case: CaseInPlay, part_id: str, reason: str) -> None:
    """The part stands on the coordinator's list for that reason."""
    until_part(case, part_id, f"its place on the list ({reason})", lambda part: reason in part["onList"])


def log(case: CaseInPlay, part_id: str, *kinds: str) -> None:
    """The supporter notes contacts, two taps and a sentence (SUP-02)."""
    chosen = case.served_by[part_id]
    for kind in kinds:
        contact_id = uuid5(NAMESPACE_URL, f"{case.case_id}/{part_id}/{kind}/{case.steps}")
        body = {
            "contactId": str(contact_id),
            "kind": kind,
            "supporterId": chosen.supporter_id,
            "note": NOTE,
        }
        case.do("casefile", _part(case, part_id, "contacts"), body, by=voice_of(chosen))


def escalate(case: CaseInPlay, part_id: str | None, indications: Sequence[str]) -> str:
    """Decide with the resident to scale up, on these grounds; the decision's id (ESC-03)."""
    path = _part(case, part_id, "escalations") if part_id else f"/cases/{case.case_id}/escalations"
    return str(case.do("casefile", path, _grounds(indications))["escalationId"])


def de_escalate(case: CaseInPlay, part_id: str, indications: Sequence[str], receiver: Chosen) -> None:
    """Decide to scale down, back to somebody whom the resident knows (ESC-09)."""
    body = {**_grounds(indications), "receiver": receiver.supporter_id}
    case.do("casefile", _part(case, part_id, "de-escalations"), body)


def handover_of(case: CaseInPlay, part_id: str, besides: str | None = None) -> str:
    """The handover that runs for the part; another one than ``besides``."""
    part = until_part(case, part_id, "a handover", lambda part: part["handover"] not in (None, besides))
    return str(part["handover"])


def accept_handover(case: CaseInPlay, handover: str, receiver: Chosen) -> None:
    """The receiver says yes; nothing has moved yet (WHO-04)."""
    case.do("casefile", _handover(case, handover, "acceptances"), by=voice_of(receiver))


def plan_talk(case: CaseInPlay, handover: str, receiver: Chosen, within: timedelta) -> None:
    """The three-way talk gets a date."""
    body = {"plannedAt": moment(case, within)}
    case.do("casefile", _handover(case, handover, "plans"), body, by=voice_of(receiver))


def hold_talk(case: CaseInPlay, handover: str, receiver: Chosen, *, giver_stays: bool = True) -> None:
    """Resident, giver and receiver spoke; with the yes that was given, the handover is complete (WHO-02)."""
    body = {
        "participantRoles": ["role_resident", SUPPORTER, SUPPORTER],
        "overviewKeeper": "receiver",
        "whoDoesWhat": WHO_DOES_WHAT,
        "wayBack": WAY_BACK,
        "giverStays": giver_stays,
    }
    case.do("casefile", _handover(case, handover, "talks"), body, by=voice_of(receiver))


def decline_handover(case: CaseInPlay, handover: str, by: str, receiver: Chosen) -> None:
    """Resident or receiver says no: back to choice (WHO-07)."""
    voice = voice_of(receiver) if by == "receiver" else case.resident
    case.do("casefile", _handover(case, handover, "declines"), {"by": by}, by=voice)


def sees_nothing(case: CaseInPlay, chosen: Chosen) -> None:
    """For this supporter there is no such case (any more): withdrawn is withdrawn at once (promise P18)."""
    if case.look("casefile", f"/cases/{case.case_id}", by=voice_of(chosen)) is not None:
        raise NotDone("the case was shown after consent was withdrawn")


def close_part(case: CaseInPlay, part_id: str, reason: str, by: Voice | None = None) -> None:
    """A question is done; or the resident wants no more help with it."""
    case.do("casefile", _part(case, part_id, "closings"), {"reason": reason}, by=by)


def close(case: CaseInPlay, reason: str, waakvlam: Answer | None, by: Voice | None = None) -> None:
    """The case closes, with the resident's answer about pilot-light contact."""
    body = {"reason": reason, "waakvlam": waakvlam} if waakvlam else {"reason": reason}
    case.do("casefile", f"/cases/{case.case_id}/closings", body, by=by)


def reopen(case: CaseInPlay) -> str:
    """Open again with a new question (WAA-07); its part."""
    part = {
        "question": NEW_QUESTION,
        "doneWhen": NEW_DONE_WHEN,
        "lifeDomains": ["financien"],
        "formality": "informal",
    }
    answer = case.do("casefile", f"/cases/{case.case_id}/reopenings", {"parts": [part]})
    return str(answer["partIds"][0])


def due_check(case: CaseInPlay, besides: str | None = None) -> str:
    """The pilot-light check of this case that is due now; another one than ``besides``."""
    return until_on_work_list(case, "waakvlam_due", besides)


def until_on_work_list(case: CaseInPlay, reason: str, besides: str | None = None) -> str:
    """What of this case stands on the work list for that reason; not ``besides``."""

    def found() -> str | None:
        items = case.scene.asking.items(case.coordinator, "casefile", "/worklist")
        mine = (item for item in items if (item["caseId"], item["reason"]) == (case.case_id, reason))
        return next((str(item["about"]) for item in mine if item["about"] != besides), None)

    return case.until(found, f"its place on the work list ({reason})")


def record_check(case: CaseInPlay, check_id: str, outcome: str) -> None:
    """How the contact went (WAA-06)."""
    path = f"/cases/{case.case_id}/waakvlam-checks/{check_id}/outcomes"
    case.do("casefile", path, {"outcome": outcome})


def moment(case: CaseInPlay, later: timedelta) -> str:
    """A moment of the demo's clock, as the API takes it."""
    return (case.scene.clock.now() + later).isoformat(timespec="seconds").replace("+00:00", "Z")


def _grounds(indications: Sequence[str]) -> Answer:
    return {"indications": list(indications), "reportedByRole": SUPPORTER, "residentAgrees": True}


def _part(case: CaseInPlay, part_id: str, what: str) -> str:
    return f"/cases/{case.case_id}/parts/{part_id}/{what}"


def _handover(case: CaseInPlay, handover: str, what: str) -> str:
    return f"/cases/{case.case_id}/handovers/{handover}/{what}"
