"""Emergency access, safety risks, personal ties, named handlers, and codes for who asks about consent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request

from casefile.api.answers import CaseStanding
from casefile.api.queries import IdOrNumber
from casefile.application.consent_checks import Checked, ConsentChecks
from casefile.application.emergency_access import EmergencyAccess
from casefile.application.safeguarding import Safeguarding
from casefile.commands.safeguards import (
    CheckConsent,
    EndPersonalTie,
    EndRestriction,
    FlagSafetyRisk,
    GiveCheckCode,
    NameHandlers,
    OpenInEmergency,
    ReactToSafetyRisk,
    RecordPersonalTie,
    ReviewEmergency,
)
from casefile.domain.break_glass import EmergencyReason, Verdict
from casefile.sealing import Sealing
from casefile.views.emergency_access import OpenReview, open_reviews
from casefile.views.safeguard_sentences import PRESENCE
from chassis.access.access import Access
from chassis.access.scope import Scope
from chassis.http import ApiModel, AsCaller, AsPaging, AsReader, PageOf, UtcTime
from chassis.http.signing_in import Askings

CREATED = 201
CASE = "/cases/{case_id}"


class EmergencyOpened(ApiModel):
    """Until when it works. The same whether or not there is such a case: what you then ask tells that."""

    break_glass_id: UUID
    opening_id: UUID
    valid_until: UtcTime
    review_by: UtcTime


class EmergencyReviewed(ApiModel):
    """How it was looked back on."""

    break_glass_id: UUID
    opening_id: UUID
    verdict: Verdict


class WaitingReview(ApiModel):
    """Emergency access on which nobody has looked back; nothing of the case but its id."""

    break_glass_id: UUID
    opening_id: UUID
    case_id: UUID
    organisation: str
    role: str
    reason: EmergencyReason
    words: str | None
    opened_at: UtcTime
    valid_until: UtcTime
    review_by: UtcTime
    overdue: bool

    @classmethod
    def of(cls, row: OpenReview, words: str | None) -> WaitingReview:
        """A row of the view with its opened words."""
        return cls(
            break_glass_id=row.break_glass_id,
            opening_id=row.opening_id,
            case_id=row.case_id,
            organisation=row.organisation,
            role=row.role,
            reason=EmergencyReason(row.reason),
            words=words,
            opened_at=row.opened_at,
            valid_until=row.until,
            review_by=row.review_by,
            overdue=row.overdue,
        )


class RiskFlagged(CaseStanding):
    """And the risk; the decision to scale up when there was one."""

    risk_id: UUID
    escalation_id: UUID | None


class TieRecorded(ApiModel):
    """That it was recorded; nothing of the case."""

    case_id: UUID
    tie_id: UUID


class Handling(ApiModel):
    """Who handles the case, when it is restricted."""

    case_id: UUID
    restricted: bool
    handlers: list[str]


class CheckCodeGiven(ApiModel):
    """The code, shown this once: what is kept does not hold it."""

    check_id: UUID
    code: str
    valid_until: UtcTime


class ChannelReminder(ApiModel):
    """What speaking or writing for a resident asks there."""

    channel: str
    presence: Literal["present", "text_approved", "none"]
    sentence: str


class ConsentAnswer(ApiModel):
    """Yes or no, and a reminder of presence; nothing else, whatever the code is."""

    consent: Literal["yes", "no"]
    reminder: list[ChannelReminder]

    @classmethod
    def of(cls, checked: Checked) -> ConsentAnswer:
        """The answer with its sentences."""
        return cls(
            consent=checked.consent,
            reminder=[
                ChannelReminder(channel=channel, presence=presence, sentence=PRESENCE[presence])
                for channel, presence in checked.reminder.items()
            ],
        )


def emergency_routes(emergency: EmergencyAccess, sealing: Sealing, access: Access) -> APIRouter:
    """Opening a case in an emergency, and looking back on it."""
    router = APIRouter(tags=["emergency access"])

    @router.post(
        "/cases/{id_or_number}/break-glass",
        status_code=CREATED,
        summary="Open a case that is not yours, in an emergency, for an hour at most",
    )
    def open_in_emergency(
        caller: AsCaller, id_or_number: IdOrNumber, asked: OpenInEmergency
    ) -> EmergencyOpened:
        return EmergencyOpened.model_validate(emergency.open(caller, id_or_number, asked))

    @router.post(
        "/cases/{id_or_number}/break-glass/{break_glass_id}/reviews",
        status_code=CREATED,
        summary="Look back on emergency access that somebody else used",
    )
    def review_emergency(
        caller: AsCaller, id_or_number: IdOrNumber, break_glass_id: UUID, asked: ReviewEmergency
    ) -> EmergencyReviewed:
        return EmergencyReviewed.model_validate(emergency.review(caller, id_or_number, break_glass_id, asked))

    @router.get("/break-glass-reviews", summary="Emergency access that waits for you to look back on it")
    def waiting_reviews(reader: AsReader, paging: AsPaging) -> PageOf[WaitingReview]:
        after = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "listBreakGlassReviews") as look:
            look.listing()
            found = look.rows(
                lambda conn: open_reviews(conn, after=after, limit=paging.limit + 1),
                lambda row: row.break_glass_id,
            )
            page = found[: paging.limit]
            barred = emergency.bars.among(reader.grantees, [row.case_id for row, _ in page])
            shown = [row for row, scope in page if _reviews(scope) and row.case_id not in barred]
            look.saw(persons=[row.words.person for row in shown])
        words = sealing.opened([row.words for row in shown])
        last = page[-1][0] if len(found) > len(page) else None
        more = (last.review_by, last.opening_id) if last else None
        items = [WaitingReview.of(row, text) for row, text in zip(shown, words, strict=True)]
        return PageOf(items=items, links=paging.links(more))

    return router


def _reviews(scope: Scope) -> bool:
    """Whoever used it holds it as their own, and does not look back on it."""
    return "audit" in scope.kinds and "own" not in scope.kinds


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as opening_id):
            return at, opening_id
        case _:
            return None


def safeguard_commands(safeguarding: Safeguarding) -> APIRouter:
    """Safety risks, personal ties and named handlers."""
    router = APIRouter(tags=["safeguards"])

    @router.post(f"{CASE}/safety-risks", status_code=CREATED, summary="Mark a safety risk")
    def flag_safety_risk(caller: AsCaller, case_id: UUID, asked: FlagSafetyRisk) -> RiskFlagged:
        return RiskFlagged.model_validate(safeguarding.flag_safety_risk(caller, case_id, asked))

    @router.post(
        f"{CASE}/safety-risks/{{risk_id}}/reactions", status_code=CREATED, summary="Take a safety risk up"
    )
    def react_to_safety_risk(
        caller: AsCaller, case_id: UUID, risk_id: UUID, asked: ReactToSafetyRisk | None = None
    ) -> RiskFlagged:
        return RiskFlagged.model_validate(safeguarding.react_to_safety_risk(caller, case_id, risk_id))

    @router.post(
        f"{CASE}/personal-ties",
        status_code=CREATED,
        summary="Somebody who works here is the resident, the carer or close to them",
    )
    def record_personal_tie(caller: AsCaller, case_id: UUID, asked: RecordPersonalTie) -> TieRecorded:
        return TieRecorded.model_validate(safeguarding.record_personal_tie(caller, case_id, asked))

    @router.post(
        f"{CASE}/personal-ties/{{tie_id}}/endings", status_code=CREATED, summary="It does not hold (any more)"
    )
    def end_personal_tie(
        caller: AsCaller, case_id: UUID, tie_id: UUID, asked: EndPersonalTie | None = None
    ) -> TieRecorded:
        return TieRecorded.model_validate(safeguarding.end_personal_tie(caller, case_id, tie_id))

    @router.post(f"{CASE}/handlers", status_code=CREATED, summary="Only these handle the case from now on")
    def name_handlers(caller: AsCaller, case_id: UUID, asked: NameHandlers) -> Handling:
        return Handling.model_validate(safeguarding.name_handlers(caller, case_id, asked))

    @router.post(
        f"{CASE}/restriction-endings", status_code=CREATED, summary="The whole coordination handles it again"
    )
    def end_restriction(caller: AsCaller, case_id: UUID, asked: EndRestriction | None = None) -> Handling:
        return Handling.model_validate(safeguarding.end_restriction(caller, case_id))

    return router


def consent_check_routes(checks: ConsentChecks) -> APIRouter:
    """Codes for a professional at the table."""
    router = APIRouter(tags=["consent checks"])

    @router.post(
        f"{CASE}/consent-check-codes",
        status_code=CREATED,
        summary="A code with which an authority can ask whether consent exists",
    )
    def give_consent_check_code(caller: AsCaller, case_id: UUID, asked: GiveCheckCode) -> CheckCodeGiven:
        answer = checks.give_code(caller, case_id, asked)
        code = checks.code(UUID(answer["checkId"]))
        return CheckCodeGiven.model_validate(answer | {"code": code})

    @router.post("/consent-checks", summary="Does consent exist? Without sign-in, with a code")
    def check_consent(request: Request, asked: CheckConsent) -> ConsentAnswer:
        askings: Askings = request.app.state.askings
        address = request.client.host if request.client else "unknown"
        return ConsentAnswer.of(checks.check(askings.of_guest(request.scope), asked.code, address))

    return router
