"""What partner organisations read of a case: their parts, named fields in codes, and only while they may."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from tests.support.clock import START
from tests.support.examples.casefile import (
    ANOUK,
    CASE,
    COORDINATION,
    ESCALATION,
    FORMAL_ORG,
    INFORMAL_ORG,
    NOUR,
    SECOND,
    a_case,
    assign,
    consent_to,
    escalate,
    let_in,
)
from tests.support.running import Running

from casefile.domain.case import CaseFile
from casefile.publishing.partners import SHARED
from chassis.access.policies import Policies
from chassis.sharing.feed import Feed
from chassis.sharing.gate import Gate
from chassis.sharing.telling import Telling
from contracts import OWNED, parse
from contracts.partner import SharedEvent
from contracts.sealed import Sealed
from deploy.parties import Partner

ESCALATED = "nl.ondersteuningsvragen.escalated.v1"
KEPT_INSIDE = {
    "AssignmentRefused": "an answer between services",
    "IndicationObserved": "a signal is for who decides, not yet a decision (ESC-02)",
    "WaakvlamReassigned": "who does the check is a matter of one organisation",
    "RepresentedInPresence": "the file and the resident, not other systems",
    "SafetyRiskFlagged": "goes its own way, to who must react (CON-18)",
    "PersonalDataErased": "told to recipients as a duty, not by consent",
    **dict.fromkeys(
        (
            "ConsentExpired", "ConsentGiven", "ConsentNarrowed", "ConsentRecordedInError", "ConsentRefused",
            "ConsentWithdrawn", "InvolvementAllowed", "InvolvementEnded", "InvolvementNarrowed",
        ),
        "what the resident allows others is nobody's business",
    ),
}  # fmt: skip


@dataclass
class Partners:
    """Casefile's own feed on its real database; a bus that takes everything."""

    casefile: Running
    told: list[Telling] = field(default_factory=list)

    def __post_init__(self) -> None:
        base, teller = self.casefile.service.base, self.casefile.service.teller
        assert teller is not None
        self.store = base.worker_store
        self.feed = Feed(
            base.worker_pool, teller, Gate("casefile", lambda: Policies.of("casefile"), base.clock)
        )

    def save(self, case: CaseFile) -> CaseFile:
        self.store.save([case])
        return self.store.get(CaseFile, case.id)

    def hear(self) -> None:
        while self.feed.look():
            pass
        while self.feed.send(self.told.append):
            pass

    def events(self, organisation: str) -> list[SharedEvent]:
        stream, events = Partner(organisation).stream, []
        for telling in self.told:
            if telling.stream == stream:
                envelope = parse(telling.payload)
                assert isinstance(envelope.data, SharedEvent)
                assert envelope.subject == CASE
                events.append(envelope.data)
        return events

    def names(self, organisation: str) -> list[str]:
        return [each.event.removeprefix("nl.ondersteuningsvragen.") for each in self.events(organisation)]

    def records(self) -> list[dict[str, Any]]:
        with psycopg.connect(self.casefile.database.url("admin")) as conn:
            rows = conn.execute("select entry from store.access_record order by number").fetchall()
        return [json.loads(row[0]) for row in rows]


@pytest.fixture
def partners(casefile: Running) -> Partners:
    return Partners(casefile)


def test_coordination_hears_the_case_and_a_partner_the_part_that_it_is_let_into(partners: Partners) -> None:
    case = a_case(let_in_too=(INFORMAL_ORG,))
    let_in(case, FORMAL_ORG, SECOND)
    assign(case, ANOUK)
    escalate(case)
    partners.save(case)
    partners.hear()
    assert partners.names(COORDINATION) == [
        "case-opened.v1", "case-part-added.v1", "case-part-added.v1", "supporter-assigned.v1", "escalated.v1",
    ]  # fmt: skip
    assert partners.names(INFORMAL_ORG) == partners.names(COORDINATION)
    # Of the second part only that it is there; of the case, and of the first part, nothing.
    assert [each.part_ids for each in partners.events(FORMAL_ORG)] == [(SECOND,)]
    assert {each.stream for each in partners.told} == {
        Partner(one).stream for one in (COORDINATION, INFORMAL_ORG, FORMAL_ORG)
    }


def test_a_partner_reads_codes_and_the_consent_by_which(partners: Partners) -> None:
    case = a_case()
    assign(case, ANOUK)
    escalate(case)
    partners.save(case)
    partners.hear()
    [escalated] = [each for each in partners.events(FORMAL_ORG) if each.event == ESCALATED]
    assert escalated.category == "dc_plan"
    assert escalated.facts == {
        "escalation_id": str(ESCALATION),
        "indications": ("IF03",),
        "priority": False,
        "life_domains": ("financien",),
    }
    [ground] = escalated.grounds
    assert (ground.kind, ground.consent_id) == ("consent", consent_to(FORMAL_ORG))
    [ground] = partners.events(COORDINATION)[0].grounds
    assert (ground.kind, ground.consent_id) == ("participation", None)


def test_only_the_categories_that_the_resident_named(partners: Partners) -> None:
    case = a_case(let_in_too=(INFORMAL_ORG,))
    let_in(case, FORMAL_ORG, categories=("dc_question",))
    assign(case, ANOUK)
    partners.save(case)
    partners.hear()
    assert "supporter-assigned.v1" not in partners.names(FORMAL_ORG)
    assert "case-opened.v1" in partners.names(FORMAL_ORG)


def test_each_telling_is_recorded_for_the_resident(partners: Partners) -> None:
    partners.save(a_case(let_in_too=(FORMAL_ORG,)))
    partners.hear()
    mine = [record for record in partners.records() if record["organisation"] == FORMAL_ORG]
    assert len(mine) == len(partners.events(FORMAL_ORG))
    for record in mine:
        assert (record["persons"], record["subjects"]) == ([str(NOUR)], [str(CASE)])
        assert record["basis"] == [{"kind": "consent", "id": str(consent_to(FORMAL_ORG))}]
        assert (record["kind"], record["activity"]) == ("X", "casefile.share-with-partner")
        assert record["policies"] == ["sharing.partner"]


def test_what_waits_when_the_resident_withdraws_is_never_sent(partners: Partners) -> None:
    case = partners.save(a_case(let_in_too=(INFORMAL_ORG, FORMAL_ORG)))
    partners.feed.look()
    case.end_involvement(consent_to(FORMAL_ORG), "withdrawn", START)
    case = partners.save(case)
    assign(case, ANOUK)
    partners.save(case)
    partners.hear()
    assert partners.events(FORMAL_ORG) == []
    assert "supporter-assigned.v1" in partners.names(INFORMAL_ORG)


def test_nothing_sealed_and_nobodys_person_id_leaves(partners: Partners) -> None:
    partners.save(a_case())
    partners.hear()
    assert partners.told
    boxes = [value.box for value in (a_case().resident_name,) if isinstance(value, Sealed)]
    assert boxes
    for telling in partners.told:
        text = telling.payload.decode()
        assert str(NOUR) not in text
        assert "box" not in text
        assert not [box for box in boxes if box in text]
        assert "traceparent" not in text


def test_every_event_is_shared_or_kept_inside_for_a_reason() -> None:
    named = {event.__name__ for event in SHARED} | set(KEPT_INSIDE)
    assert named == {event.__name__ for event in OWNED["casefile"]}
    assert not {event.__name__ for event in SHARED} & set(KEPT_INSIDE)


@pytest.mark.parametrize("event", SHARED, ids=lambda event: event.__name__)
def test_a_shared_field_is_there_and_is_nobodys_name_or_organisation(event: Any) -> None:
    _, names = SHARED[event]
    assert set(names) <= set(event.model_fields)
    assert not {"resident", "organisation", "receiver_organisation", "network"} & set(names)
    for name in names:
        assert event.model_fields[name].annotation is not Sealed
