"""What matching does because of what others tell."""

from __future__ import annotations

from chassis.inbox.heard import Effects, Heard, Subscriptions
from contracts.casefile import (
    AssignmentRefused,
    CaseClosed,
    CaseOpened,
    CasePartAdded,
    CasePartClosed,
    DeEscalated,
    Escalated,
    InvolvementAllowed,
    InvolvementEnded,
    InvolvementNarrowed,
    PersonalDataErased,
    SupporterAssigned,
    WarmHandoverCancelled,
    WarmHandoverCompleted,
    WarmHandoverDeclined,
    WarmHandoverTimedOut,
)
from matching.application.following import Following
from matching.domain.need import Need, Wanted
from matching.domain.search import Ending

ADMITTING = frozenset({"cp_support", "cp_handover"})
"""Purposes of consent by which somebody takes part in a case."""

WITHDRAWN = "withdrawn"


class Hearing:
    """The subscribers; each turns one message into one decision.

    A case that is reopened comes with new parts, which are searched for like any other.
    """

    def __init__(self, following: Following) -> None:
        self._following = following

    def subscriptions(self) -> Subscriptions:
        """What is heard of casefile."""
        return {
            CaseOpened: self.let_the_resident_look_on,
            CasePartAdded: self.search_for_the_new_part,
            Escalated: self.find_formal_supporters,
            DeEscalated: self.find_informal_supporters,
            SupporterAssigned: self.end_the_waiting_for_the_assignment,
            AssignmentRefused: self.end_the_refused_match,
            WarmHandoverCompleted: self.note_that_the_receiver_supports,
            WarmHandoverDeclined: self.end_the_match_of_the_declined_handover,
            WarmHandoverCancelled: self.end_the_match_of_the_cancelled_handover,
            WarmHandoverTimedOut: self.end_the_match_of_the_silent_handover,
            InvolvementAllowed: self.offer_the_party_again,
            InvolvementNarrowed: self.end_the_matches_of_who_serves_no_longer,
            InvolvementEnded: self.end_all_of_the_party_that_is_out,
            CasePartClosed: self.end_the_searches_of_the_part,
            CaseClosed: self.end_the_searches_of_the_case,
            PersonalDataErased: self.keep_that_somebody_was_erased,
        }

    def let_the_resident_look_on(self, heard: Heard[CaseOpened]) -> Effects:
        """CON-05, MAT-06: the resident is told of by pseudonym, and chooses."""
        return Effects(self._following.begin_case(heard.envelope.subject, heard.event.resident, heard.now))

    def keep_that_somebody_was_erased(self, heard: Heard[PersonalDataErased]) -> Effects:
        """CON-17, AVG 19."""
        event = heard.event
        return Effects(
            self._following.note_erased(
                event.person, event.capacity, event.erasure_id, event.erased_at, heard.now
            )
        )

    def search_for_the_new_part(self, heard: Heard[CasePartAdded]) -> Effects:
        """MAT-04: a search for each question."""
        event = heard.event
        need = _need(event, Wanted(event.formality))
        return Effects(
            self._following.search_for_part(heard.envelope.subject, event.part_id, need, heard.now)
        )

    def find_formal_supporters(self, heard: Heard[Escalated]) -> Effects:
        """ESC-01, ESC-03: answered at once by OptionsOffered or UnmetNeedRecorded."""
        return self._scaled(heard, Wanted.FORMAL)

    def find_informal_supporters(self, heard: Heard[DeEscalated]) -> Effects:
        """ESC-09, ESC-11: answered like an escalation; the earlier supporter comes first.

        Who goes back to somebody they know has chosen: nobody is looked for.
        """
        if heard.event.receiver is not None:
            return Effects()
        return self._scaled(heard, Wanted.INFORMAL)

    def _scaled(self, heard: Heard[Escalated] | Heard[DeEscalated], wanted: Wanted) -> Effects:
        event = heard.event
        return Effects(
            self._following.search_for_escalation(
                heard.envelope.subject, event.part_id, event.escalation_id, _need(event, wanted), heard.now
            )
        )

    def end_the_waiting_for_the_assignment(self, heard: Heard[SupporterAssigned]) -> Effects:
        """The case file's yes; one that comes after the match ended changes nothing."""
        event = heard.event
        after_handover = event.responsible == "after_warm_handover"
        return Effects(
            self._following.confirm_match(event.match_id, after_handover=after_handover, now=heard.now)
        )

    def end_the_refused_match(self, heard: Heard[AssignmentRefused]) -> Effects:
        """Back to choice, with the place free."""
        event = heard.event
        return Effects(
            self._following.end_match(event.match_id, Ending.ASSIGNMENT_REFUSED, event.reason, heard.now)
        )

    def note_that_the_receiver_supports(self, heard: Heard[WarmHandoverCompleted]) -> Effects:
        """WHO-01."""
        return Effects(self._following.complete_handover(heard.event.match_id, heard.now))

    def end_the_match_of_the_declined_handover(self, heard: Heard[WarmHandoverDeclined]) -> Effects:
        """WHO-07: back to choice."""
        event = heard.event
        return Effects(
            self._following.end_match(event.match_id, Ending.HANDOVER_DECLINED, event.by, heard.now)
        )

    def end_the_match_of_the_cancelled_handover(self, heard: Heard[WarmHandoverCancelled]) -> Effects:
        """Back to choice."""
        event = heard.event
        return Effects(
            self._following.end_match(event.match_id, Ending.HANDOVER_CANCELLED, event.reason, heard.now)
        )

    def end_the_match_of_the_silent_handover(self, heard: Heard[WarmHandoverTimedOut]) -> Effects:
        """Back to choice (WHO-09)."""
        return Effects(
            self._following.end_match(heard.event.match_id, Ending.HANDOVER_TIMED_OUT, None, heard.now)
        )

    def offer_the_party_again(self, heard: Heard[InvolvementAllowed]) -> Effects:
        """CON-03: whoever was left out may be offered again; for another purpose it tells nothing."""
        event = heard.event
        if event.purpose not in ADMITTING:
            return Effects()
        return Effects(self._following.party_is_in(heard.envelope.subject, event.party.id, heard.now))

    def end_the_matches_of_who_serves_no_longer(self, heard: Heard[InvolvementNarrowed]) -> Effects:
        """CON-03: their places are free; the party may still be offered for the rest."""
        return self._out(heard, excluded=False)

    def end_all_of_the_party_that_is_out(self, heard: Heard[InvolvementEnded]) -> Effects:
        """CON-04: matches stop at once. Whom the resident does not want any more is offered no more either; a
        consent that ran out, or is asked anew, may be given again to whoever is chosen.
        """
        unwanted = heard.event.excluded and heard.event.reason == WITHDRAWN
        return self._out(heard, excluded=unwanted)

    def _out(self, heard: Heard[InvolvementNarrowed] | Heard[InvolvementEnded], *, excluded: bool) -> Effects:
        event = heard.event
        if event.purpose not in ADMITTING:
            return Effects()
        return Effects(
            self._following.party_is_out(
                heard.envelope.subject, event.party.id, event.match_ids, heard.now, excluded=excluded
            )
        )

    def end_the_searches_of_the_part(self, heard: Heard[CasePartClosed]) -> Effects:
        """Places are free again."""
        return Effects(self._following.close_part(heard.envelope.subject, heard.event.part_id, heard.now))

    def end_the_searches_of_the_case(self, heard: Heard[CaseClosed]) -> Effects:
        """Those for the whole case too."""
        return Effects(self._following.close_case(heard.envelope.subject, heard.now))


def _need(event: CasePartAdded | Escalated | DeEscalated, wanted: Wanted) -> Need:
    return Need(
        life_domains=event.life_domains,
        languages=event.languages,
        formality=wanted,
        organisation=event.organisation,
        network=event.network,
        municipality=event.municipality,
    )
