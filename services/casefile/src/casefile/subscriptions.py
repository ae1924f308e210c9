"""What casefile does because of what others tell: one contract event, one decision, with an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from casefile.application.following import Accepted, Following, Message
from casefile.domain.chronicle import Told
from casefile.domain.consent_terms import ConsentProof
from casefile.domain.part import AskedPart, Supporter
from chassis.inbox.heard import Effects, Heard, Subscriptions
from contracts import intake, matching, notifications
from contracts.codes import formality_of
from contracts.envelope import ContractEvent


class Hearing:
    """The subscribers. What is about a case is also kept in its chronicle."""

    def __init__(self, following: Following) -> None:
        self._following = following

    def of_intake(self) -> Subscriptions:
        """Requests, until the resident says yes."""
        return {
            intake.RequestReceived: self.take_notice,
            intake.RightExplained: self.take_notice,
            intake.RequestDeclinedByResident: self.take_notice,
            intake.SupportAccepted: self.open_case_for_accepted_request,
        }

    def of_matching(self) -> Subscriptions:
        """Choices, matches, and supporters who come and go."""
        return {
            matching.OptionChosen: self.take_notice,
            matching.MatchProposed: self.take_notice,
            matching.MatchAccepted: self.take_notice,
            matching.MatchDeclined: self.take_notice,
            matching.NoClickReported: self.take_notice,
            matching.OptionsOffered: self.let_resident_choose,
            matching.UnmetNeedRecorded: self.tell_coordinator_that_nobody_fits,
            matching.VolunteerMatched: self.assign_matched_volunteer,
            matching.FormalSupporterMatched: self.assign_matched_formal_supporter,
            matching.MatchEnded: self.put_parts_of_ended_match_on_the_list,
            matching.AnswerOverdue: self.tell_coordinator_of_silence,
            matching.SupporterPaused: self.put_parts_of_paused_supporter_on_the_list,
            matching.SupporterResumed: self.give_parts_back_to_resumed_supporter,
            matching.SupporterLeft: self.put_parts_of_supporter_who_left_on_the_list,
            matching.SupporterErased: self.tell_everybody_that_a_supporter_was_erased,
        }

    def of_notifications(self) -> Subscriptions:
        """Checks that fell due or were missed."""
        return {
            notifications.WaakvlamCheckDue: self.put_due_check_on_the_list,
            notifications.WaakvlamMissed: self.tell_coordinator_of_missed_check,
        }

    def take_notice(self, heard: Heard[Any]) -> Effects:
        """It belongs to the history of the case; nothing was asked."""
        return Effects(self._following.note(_message(heard)))

    def open_case_for_accepted_request(self, heard: Heard[intake.SupportAccepted]) -> Effects:
        """INT-08: before the yes there is no case."""
        return Effects(self._following.open_case(_message(heard), _accepted(heard.event)))

    def let_resident_choose(self, heard: Heard[matching.OptionsOffered]) -> Effects:
        """The answer to an escalation, when it answers one."""
        return Effects(self._following.options_came(_message(heard), heard.event.answers))

    def tell_coordinator_that_nobody_fits(self, heard: Heard[matching.UnmetNeedRecorded]) -> Effects:
        """MAT-11: it is not lost, somebody goes on."""
        event = heard.event
        return Effects(self._following.nobody_fits(_message(heard), event.part_id, event.answers))

    def assign_matched_volunteer(self, heard: Heard[matching.VolunteerMatched]) -> Effects:
        """Answered by SupporterAssigned or AssignmentRefused."""
        event = heard.event
        formality = formality_of(event.kind)
        supporter = Supporter(event.supporter_id, event.match_id, formality, event.organisation)
        return Effects(self._following.assign(_message(heard), supporter, event.part_id, event.answers))

    def assign_matched_formal_supporter(self, heard: Heard[matching.FormalSupporterMatched]) -> Effects:
        """Answered by SupporterAssigned or AssignmentRefused."""
        event = heard.event
        supporter = Supporter(event.supporter_id, event.match_id, "formal", event.organisation)
        return Effects(self._following.assign(_message(heard), supporter, event.part_id, event.answers))

    def put_parts_of_ended_match_on_the_list(self, heard: Heard[matching.MatchEnded]) -> Effects:
        """WHO-08: also after no click nobody falls between."""
        event = heard.event
        return Effects(self._following.end_match(_message(heard), event.match_id, event.reason))

    def tell_coordinator_of_silence(self, heard: Heard[matching.AnswerOverdue]) -> Effects:
        """P10."""
        return Effects(self._following.answer_overdue(_message(heard), heard.event.about))

    def put_parts_of_paused_supporter_on_the_list(self, heard: Heard[matching.SupporterPaused]) -> Effects:
        """They stay named, and a coordinator looks after their parts."""
        return Effects(self._following.pause(heard.event.supporter_id, heard.now))

    def give_parts_back_to_resumed_supporter(self, heard: Heard[matching.SupporterResumed]) -> Effects:
        """What is still theirs leaves the list."""
        return Effects(self._following.resume(heard.event.supporter_id, heard.now))

    def put_parts_of_supporter_who_left_on_the_list(self, heard: Heard[matching.SupporterLeft]) -> Effects:
        """Also when their data were erased."""
        event = heard.event
        return Effects(self._following.leave(event.supporter_id, heard.now, erased=event.erased))

    def tell_everybody_that_a_supporter_was_erased(self, heard: Heard[matching.SupporterErased]) -> Effects:
        """AVG 19: one event for everybody, whoever did it."""
        event = heard.event
        return Effects(self._following.supporter_erased(event.supporter_id, event.erased_at, heard.now))

    def put_due_check_on_the_list(self, heard: Heard[notifications.WaakvlamCheckDue]) -> Effects:
        """WAA-05."""
        return Effects(self._following.check_is_due(_message(heard), heard.event.check_id))

    def tell_coordinator_of_missed_check(self, heard: Heard[notifications.WaakvlamMissed]) -> Effects:
        """WAA-05."""
        return Effects(self._following.check_was_missed(_message(heard), heard.event.check_id))


def _message(heard: Heard[Any]) -> Message:
    envelope = heard.envelope
    return Message(
        case_id=envelope.subject,
        source=type(heard.event).SOURCE,
        kind=envelope.type,
        event_id=envelope.id,
        position=envelope.sequence,
        occurred_at=envelope.time,
        facts=facts_of(heard.event),
        now=heard.now,
    )


def facts_of(event: ContractEvent) -> dict[str, Told]:
    """The codes, ids and moments of a message; what was sealed or is nested stays out, but for its number."""
    told: dict[str, Told] = {}
    for name in type(event).model_fields:
        value = getattr(event, name)
        if value is None or isinstance(value, str | bool | int):
            told[name] = value
        elif isinstance(value, UUID):
            told[name] = str(value)
        elif isinstance(value, datetime):
            told[name] = value.isoformat()
        elif isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            told[name] = value
        elif isinstance(value, tuple):
            told[name] = len(value)
    return told


def _accepted(event: intake.SupportAccepted) -> Accepted:
    return Accepted(
        number=event.number,
        network=event.network,
        network_version=event.network_version,
        organisation=event.organisation,
        municipality=event.municipality,
        source=event.source,
        languages=event.languages,
        resident=event.resident,
        resident_name=event.resident_name,
        resident_phone=event.resident_phone,
        resident_safe_contact=event.resident_safe_contact,
        carer=event.carer,
        consent=ConsentProof(
            consent_id=event.consent.consent_id,
            purpose=event.consent.purpose,
            way=event.consent.way,
            text_id=event.consent.text_id,
            text_sha256=event.consent.text_sha256,
            text_language=event.consent.text_language,
            given_at=event.consent.given_at,
            recorded_by_role=event.consent.recorded_by_role,
        ),
        parts=tuple(
            AskedPart(
                part_id=part.part_id,
                question=part.question,
                done_when=part.done_when,
                life_domains=part.life_domains,
                formality=part.formality,
            )
            for part in event.parts
        ),
    )
