"""The daily work in a case: parts, contacts, the list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from casefile.application.at_hand import AtHand
from casefile.application.deciding import Answer, Deciding, Step
from casefile.application.representing import authority_of, represented_in
from casefile.commands import AskedQuestion, LogContact
from casefile.domain.errors import NotKnownInThisCase
from casefile.domain.place import Reason
from casefile.domain.support_log import SupportLog
from chassis.signin import Caller
from chassis.store.store import Decided

CLAIM_LASTS = timedelta(hours=4)
"""How long something from the list stays with one coordinator who does not say otherwise."""


class Caring(Deciding):
    """Parts, contacts, the list."""

    def add_part(self, caller: Caller, case_id: UUID, asked: AskedQuestion) -> Answer:
        """A further question (INT-13). Raises NotFound and what ``CaseFile.add_part`` raises."""

        def step(at: Step) -> Answer:
            part = self.seal_part(at.case.resident, asked)
            at.case.add_part(part, at.now)
            return {"partId": str(part.part_id)}

        return self.apply(caller, case_id, "addPart", step)

    def log_contact(self, caller: Caller, case_id: UUID, part_id: UUID, asked: LogContact) -> Answer:
        """A contact (SUP-01). The case itself is only read, so that a note never waits for it.

        Raises NotFound, PartUnknown, NotKnownInThisCase, ContactLoggedOtherwise, HappenedInTheFuture.
        """
        self.access.changing(caller.asking, "logContact", case_id, part_id, resource="Case")
        answer = {"contactId": str(asked.contact_id), "partId": str(part_id), "caseId": str(case_id)}

        def decide() -> Decided:
            case, now = AtHand(self.store).case(case_id), self.clock.now()
            case.part(part_id)
            if asked.supporter_id not in case.supporters():
                raise NotKnownInThisCase
            known = self.store.find(SupportLog, SupportLog.entry_id(case_id, asked.contact_id))
            if known is not None:
                known.confirm_same(
                    part_id=part_id,
                    kind=asked.kind,
                    supporter_id=asked.supporter_id,
                    happened_at=asked.happened_at or known.happened_at,
                    authority=authority_of(asked.representing),
                )
                return Decided([], answer)
            represented = represented_in(self.networks, case, part_id, asked.representing, now)
            note = asked.note and self.sealing.of_resident(case.resident, "contact.note", asked.note)
            entry = SupportLog.log(
                case_id,
                part_id,
                asked.contact_id,
                kind=asked.kind,
                supporter_id=asked.supporter_id,
                happened_at=asked.happened_at or now,
                note=note or None,
                now=now,
                represented=represented,
            )
            return Decided([entry], answer)

        return self.store.once(caller, decide)

    def take(self, caller: Caller, case_id: UUID, about: UUID) -> Answer:
        """Work on something from the list (REG-02). Raises what ``CaseFile.claim`` raises."""

        def step(at: Step) -> Answer:
            until = at.now + CLAIM_LASTS
            at.case.claim(about, caller.subject, until, at.now)
            return {"about": str(about), "until": until.isoformat()}

        return self.apply(caller, case_id, "workOnList", step)

    def put_back(self, caller: Caller, case_id: UUID, about: UUID) -> Answer:
        """Let others work on it. Raises what ``CaseFile.release`` raises."""

        def step(at: Step) -> Answer:
            at.case.release(about, caller.subject, at.now)
            return {"about": str(about)}

        return self.apply(caller, case_id, "workOnList", step)

    def settle(self, caller: Caller, case_id: UUID, about: UUID, reason: Reason) -> Answer:
        """It was dealt with. Raises what ``CaseFile.settle`` raises."""

        def step(at: Step) -> Answer:
            at.case.settle(about, reason, at.now)
            return {"about": str(about)}

        return self.apply(caller, case_id, "workOnList", step)
