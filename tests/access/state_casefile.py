"""Casefile with Nour's case: two partners with consent, a handover between them, and everybody around it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from tests.access.askers import Asker, Relations
from tests.access.casefile_bodies import BODIES, EACH_ANEW
from tests.access.state import Body, Case, Ids, State
from tests.casefile.telling import FORMAL, GROUNDS, INFORMAL, a_formal_supporter, a_volunteer, a_yes, to
from tests.support.running import As

from casefile.domain.erasure import Erasure
from contracts.intake import SupportAccepted

HOME, NETWORK = "smwo", "eva_regelt"
ORGANISATIONS = {
    "home": HOME,
    "partner": INFORMAL,
    "network": NETWORK,
    "elsewhere": "mee_samen",
    "municipality": "tholen",
}
COORDINATOR = As(HOME, "role_coordinator", "coordinator-smwo")
SISTER = {role: f"the-sister-as-{role}" for role in ("role_coordinator", "role_auditor")}
_numbers = itertools.count(1001)


class EmergencyRelations(Relations):
    """And somebody who opened the case in an emergency."""

    def askers(self) -> Any:
        """The same, and one more."""
        yield from super().askers()
        yield Asker("in_emergency", "role_coordinator", As(NETWORK, "role_coordinator", "breaker"))


class CasefileState(State):
    service: ClassVar[str] = "casefile"
    activity: ClassVar[str] = "read-case"
    bodies: ClassVar[Mapping[str, Callable[[Ids], Body]]] = BODIES
    each_anew: ClassVar[frozenset[str]] = EACH_ANEW
    queries: ClassVar[Mapping[str, str]] = {
        "GET /v1/cases": "?limit=100",
        "GET /v1/worklist": "?limit=100",
        "GET /v1/break-glass-reviews": "?limit=100",
    }

    def a_case(self) -> Case:
        """Anouk (partner) serves the first part and hands it over to Farida (another partner), Chantal (home)
        serves the second, and Els (home, whose brother Nour is) the third.
        """
        person, representative, case_id = uuid4(), uuid4(), uuid4()
        parts = [uuid4() for _ in range(3)]
        anouk, farida, chantal, els = (uuid4() for _ in range(4))
        self.running.hear(self._yes(case_id, person, parts), case_id)
        given = [
            self._done(f"/people/{person}/consents", to(party, caseId=str(case_id)))
            for party in (INFORMAL, FORMAL)
        ]
        for supporter, home, part in (
            (anouk, INFORMAL, parts[0]),
            (chantal, HOME, parts[1]),
            (els, HOME, parts[2]),
        ):
            match = a_volunteer("Anouk", part, supporter_id=supporter, match_id=uuid4(), organisation=home)
            self.running.hear(match, case_id)
        escalation = self._done(f"/cases/{case_id}/parts/{parts[0]}/escalations", GROUNDS)["escalationId"]
        chosen = a_formal_supporter(
            "Farida", parts[0], supporter_id=farida, match_id=uuid4(), answers=UUID(escalation)
        )
        self.running.hear(chosen, case_id)
        ties = [
            self._done(f"/cases/{case_id}/personal-ties", {"subject": who, "relation": "sibling"})
            for who in (*SISTER.values(), str(els))
        ]
        spoken_for = self._done(
            f"/people/{person}/representations",
            {"representative": str(representative), "kind": "rk_mentor", "caseId": str(case_id)},
        )
        glass = self._done(
            f"/cases/{case_id}/break-glass",
            {"reason": "bg_danger_to_resident", "words": "Zij neemt al dagen de telefoon niet op"},
            As(NETWORK, "role_coordinator", "breaker"),
        )
        standing = self.running.get(f"/cases/{case_id}", by=COORDINATOR).json()
        ids = {
            "case_id": case_id,
            "id_or_number": case_id,
            "person_id": person,
            "part_id": parts[0],
            "about": parts[0],
            "anouk": anouk,
            "handover_id": UUID(standing["handovers"][0]["handoverId"]),
            "consent_id": UUID(given[0]["consentId"]),
            "tie_id": UUID(ties[0]["tieId"]),
            "representation_id": UUID(spoken_for["representationId"]),
            "break_glass_id": UUID(glass["breakGlassId"]),
            "opening_id": UUID(glass["openingId"]),
            "erasure_id": Erasure.id_of(person, "resident"),
            "check_id": uuid4(),
            "risk_id": uuid4(),
            "review_id": uuid4(),
            "key": f"no-command-{uuid4()}",
        }
        serving = {
            "giver": (INFORMAL, anouk),
            "receiver": (FORMAL, farida),
            "home_serving": (HOME, chantal),
        }
        barred = SISTER | {"role_supporter": str(els)}
        relations = EmergencyRelations(ORGANISATIONS, person, serving, barred, representative)
        return Case(ids, relations, (str(case_id), str(glass["breakGlassId"])))

    def _yes(self, case_id: UUID, person: UUID, parts: list[UUID]) -> SupportAccepted:
        yes = a_yes(self.running, "first", "second", "third", number=f"2741-{next(_numbers)}")
        seal = self.running.service.base.sealer.seal
        return yes.model_copy(
            update={
                "request_id": case_id,
                "resident": person,
                "resident_name": seal(person, "resident", "name", "Nour", uuid4()),
                "resident_phone": seal(person, "resident", "phone", "06 55500001", uuid4()),
                "consent": yes.consent.model_copy(update={"consent_id": uuid4()}),
                "parts": tuple(
                    part.model_copy(
                        update={
                            "part_id": part_id,
                            "question": seal(person, "resident", "part.question", "Brieven", uuid4()),
                            "done_when": seal(person, "resident", "part.done_when", "Klaar", uuid4()),
                        }
                    )
                    for part, part_id in zip(yes.parts, parts, strict=True)
                ),
            }
        )

    def _done(self, path: str, body: Body, by: As = COORDINATOR) -> Body:
        answer = self.running.post(path, body, by=by)
        assert answer.status_code == 201, answer.text
        told: Body = answer.json()
        return told
