"""What happens before there is a case: a request, the right explained, the resident's answer."""

from __future__ import annotations

import time
from uuid import UUID

from deploy.demo.case_in_play import CaseInPlay
from deploy.demo.measuring import CASE_OPEN, ON_THE_LIST
from deploy.demo.voices import Voice, coordinator_of

DESK = "role_coordinator"


def receive(case: CaseInPlay) -> None:
    """The request comes in, by its door, and stands on the receiving organisation's work list."""
    with case.doing("the request comes in"):
        story = case.story
        answer = case.do("intake", "/requests", story.request(), by=_desk(case))
        received = time.monotonic()
        case.case_id, case.number = answer["requestId"], answer["number"]
        case.organisation = answer["organisation"]
        case.until(lambda: _on_list(case, {case.case_id}) or None, "its place on the work list")
        case.scene.measured.add(ON_THE_LIST, time.monotonic() - received)


def explain(case: CaseInPlay) -> None:
    """The resident hears of the right to free support (INT-07)."""
    with case.doing("the right is explained"):
        body = {
            "explainedByRole": DESK,
            "way": "ck_phone",
            "toldFreeOfCharge": True,
            "toldVoluntary": True,
        }
        case.do("intake", f"/requests/{case.case_id}/explanations", body)


def accept(case: CaseInPlay) -> None:
    """The resident says yes to a text and to the parts; the case opens, each part on the list."""
    with case.doing("the resident says yes"):
        path = f"/consent-texts?network={case.story.network}&purpose=cp_support&language={_language(case)}"
        text = case.until(lambda: case.look("intake", path), "the consent text")
        consent = {
            "textId": text["textId"],
            "textSha256": text["textSha256"],
            "way": "cw_spoken",
            "recordedByRole": DESK,
        }
        parts = [part.model_dump(by_alias=True, mode="json") for part in case.story.parts]
        body = {"consent": consent, "parts": parts}
        answer = case.do("intake", f"/requests/{case.case_id}/acceptances", body)
        accepted = time.monotonic()
        case.parts = [str(UUID(part_id)) for part_id in answer["partIds"]]
        opened = case.until(lambda: case.look("casefile", f"/cases/{case.case_id}"), "the case")
        case.person_id = str(opened["resident"])
        case.until(lambda: _on_list(case, set(case.parts)) or None, "its parts on the work list")
        case.scene.measured.add(CASE_OPEN, time.monotonic() - accepted)


def decline(case: CaseInPlay) -> None:
    """The resident says no; nobody asks why, and the request leaves the work list."""
    with case.doing("the resident says no"):
        case.do("intake", f"/requests/{case.case_id}/declines")
        case.until(lambda: None if _on_list(case, {case.case_id}) else True, "its leaving the work list")


def _on_list(case: CaseInPlay, abouts: set[str]) -> bool:
    items = case.scene.asking.items(case.coordinator, "casefile", "/worklist")
    return abouts <= {item["about"] for item in items if item["caseId"] == case.case_id}


def _desk(case: CaseInPlay) -> Voice:
    """Somebody of the organisation that receives by that door."""
    clock, story = case.scene.clock, case.story
    return coordinator_of(
        case.network.receiving_organisation(story.municipality, story.door, clock.now().date())
    )


def _language(case: CaseInPlay) -> str:
    return case.story.languages[0] if case.story.languages else "nl"
