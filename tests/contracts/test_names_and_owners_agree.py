from __future__ import annotations

import re

import pytest
from tests.contracts.examples import EXAMPLES

from contracts import (
    BY_TYPE,
    CENTRAL,
    EVENTS,
    HEARD_BY,
    OWNED,
    ContractEvent,
    casefile,
    intake,
    matching,
    notifications,
)
from contracts.codes import codes, facts, label

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)


def wire_words(event: type[ContractEvent]) -> tuple[str, str]:
    """From the class name: its kebab-case name and version; ``EscalatedV2`` is version 2 of ``escalated``."""
    named = re.fullmatch(r"(.*?)(?:V([2-9][0-9]*))?", event.__name__)
    assert named
    return re.sub(r"(?<!^)(?=[A-Z])", "-", named[1]).lower(), f"v{named[2] or 1}"


@every_event
def test_type_is_the_class_name_in_kebab_case_with_its_version(event: type[ContractEvent]) -> None:
    name, version = wire_words(event)

    assert event.TYPE == f"nl.ondersteuningsvragen.{name}.{version}"


@every_event
def test_subject_names_the_owner_and_the_event(event: type[ContractEvent]) -> None:
    name, version = wire_words(event)

    assert event.SUBJECT == f"cases.{event.SOURCE}.{name}.{version}"


@every_event
def test_an_event_lives_in_the_module_of_its_owner(event: type[ContractEvent]) -> None:
    assert f"{event.__module__}.".startswith(f"contracts.{event.SOURCE}.")
    assert event in OWNED[event.SOURCE]


@every_event
def test_every_event_is_named_in_both_languages_with_its_owner(event: type[ContractEvent]) -> None:
    assert label("domain_events", event.__name__, "nl")
    assert label("domain_events", event.__name__, "en")
    assert facts("domain_events", event.__name__)["service"] == event.SOURCE


@every_event
def test_every_event_says_what_it_means(event: type[ContractEvent]) -> None:
    assert event.__doc__
    assert event.__doc__ != ContractEvent.__doc__


def test_the_catalogue_names_no_event_that_does_not_exist() -> None:
    assert set(codes("domain_events")) == {event.__name__ for event in EVENTS}


def test_types_and_subjects_are_all_different() -> None:
    assert len(BY_TYPE) == len(EVENTS) == len({event.SUBJECT for event in EVENTS})


def test_the_five_central_events_have_the_owners_that_the_design_gives() -> None:
    assert {event.__name__: event.SOURCE for event in CENTRAL} == {
        "RequestReceived": "intake",
        "VolunteerMatched": "matching",
        "Escalated": "casefile",
        "WarmHandoverCompleted": "casefile",
        "WaakvlamCheckDue": "notifications",
    }
    assert {name for name in codes("domain_events") if facts("domain_events", name).get("central")} == {
        event.__name__ for event in CENTRAL
    }


def test_owners_of_the_events_between_services_are_as_designed() -> None:
    assert intake.SupportAccepted.SOURCE == "intake"
    assert casefile.SupporterAssigned.SOURCE == casefile.AssignmentRefused.SOURCE == "casefile"
    assert casefile.WaakvlamScheduled.SOURCE == "casefile"
    assert matching.UnmetNeedRecorded.SOURCE == "matching"
    assert notifications.WaakvlamMissed.SOURCE == "notifications"


def test_whoever_asks_hears_the_service_that_answers() -> None:
    assert "matching" in HEARD_BY["casefile"]
    assert "casefile" in HEARD_BY["matching"]
    assert all(source in OWNED and source != hearer for hearer in HEARD_BY for source in HEARD_BY[hearer])


def test_every_event_has_an_example() -> None:
    assert {type(event) for event in EXAMPLES.values()} == set(EVENTS)
