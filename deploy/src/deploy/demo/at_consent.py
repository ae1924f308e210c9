"""What the resident agrees to: asked before somebody of another organisation comes in, withdrawn any time."""

from __future__ import annotations

from deploy.demo.case_in_play import CaseInPlay

SUPPORT = "cp_support"
SHARED = ("dc_contact", "dc_question", "dc_support_log", "dc_plan")
"""What a resident lets those see who help."""


def withdraw_consent(case: CaseInPlay, party: str) -> None:
    """The resident says so themselves: this organisation does not take part any more (CON-04)."""
    consent_id = case.consents.pop(party, None) or _given_at_first(case, party)
    case.do("casefile", f"/people/{case.person_id}/consents/{consent_id}/withdrawals", by=case.resident)


def give_consent(case: CaseInPlay, party: str) -> None:
    """The resident is asked, with the text in force, and agrees that this organisation takes part (CON-03).

    Nothing when they did before. By choosing somebody they have not consented to anything yet.
    """
    if party in case.consents:
        return
    text = case.network.consent_text(SUPPORT, "nl", case.scene.clock.now().date())
    body = {
        "purpose": SUPPORT,
        "party": {"kind": "organisation", "id": party},
        "caseId": case.case_id,
        "dataCategories": list(SHARED),
        "text": {"id": text.id, "sha256": text.sha256},
        "way": "cw_spoken",
    }
    answer = case.do("casefile", f"/people/{case.person_id}/consents", body)
    case.consents[party] = str(answer["consentId"])


def _given_at_first(case: CaseInPlay, party: str) -> str:
    """The consent that came with the yes to support, for the organisation that received the request."""

    def listed() -> str | None:
        page = case.look("casefile", f"/people/{case.person_id}/consents") or {"items": []}
        return next((str(one["consentId"]) for one in page["items"] if one["party"]["id"] == party), None)

    return case.until(listed, "the consent that came with the yes")
