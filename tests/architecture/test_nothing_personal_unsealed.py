"""Nothing that is stored, sent or kept as an answer has a place for somebody's words, unless they are sealed.

A new field of type ``str`` in an event, a snapshot, a message, a view, a command's answer, a deadline or a
grant fails here, until it is sealed, gets a type that no name or sentence fits in, or stands on the list in
`allowed_plain` with the reason (design §5).
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, StringConstraints
from tests.architecture.allowed_plain import NAMES, PLACES, not_allowed
from tests.architecture.plain_fields import of_class, words_in
from tests.architecture.sources import SERVICES, modules

import contracts
from chassis.access.asking import Asking
from chassis.aggregates import Aggregate, Created, DomainEvent
from chassis.deadlines import Arm
from chassis.guards import Bar, Grant, Lookup
from chassis.http.callers import caller
from chassis.views import Rows, View
from contracts.envelope import ContractEvent
from contracts.sealed import Sealed
from contracts.values import CaseNumber, Language, Sha256

T = TypeVar("T")

# What is stored.


def events(service: str) -> Iterator[type[DomainEvent]]:
    _learn(service)
    yield from (each for each in _below(DomainEvent) if _is_of(each, service) and "TOPIC" in vars(each))


def aggregates(service: str) -> Iterator[type[Aggregate]]:
    _learn(service)
    yield from (each for each in _below(Aggregate) if _is_of(each, service) and "TOPIC" in vars(each))


def words_in_event(kind: type[DomainEvent]) -> set[str]:
    """Every field of an event, also those that it got by inheritance."""
    hints = typing.get_type_hints(kind, include_extras=True)
    library = {"originator_id", "originator_version", "timestamp", "class_version", "TOPIC"}
    return {
        path
        for name, hint in hints.items()
        if name not in library and not name.startswith("_")
        for path in words_in(hint, f"{kind.__qualname__}.{name}")
    }


def words_in_snapshot(kind: type[Aggregate]) -> set[str]:
    """Every annotated attribute of an aggregate: what a snapshot holds."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {
        path
        for name, hint in hints.items()
        if not name.startswith("_") and name.islower()
        for path in words_in(hint, f"{kind.__qualname__}.{name}")
    }


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_has_a_place_for_words(service: str) -> None:
    found = {path for kind in events(service) for path in words_in_event(kind)}
    assert not_allowed(found) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_snapshot_has_a_place_for_words(service: str) -> None:
    found = {path for kind in aggregates(service) for path in words_in_snapshot(kind)}
    assert not_allowed(found, places=PLACES | SNAPSHOTS) == []


SNAPSHOTS = {
    "CaseFile.source": "a code of the catalogue: who referred",
    "CaseFile.erased[]": "a code: in which capacity",
    "CaseFile.personal_ties{}.subject": "the opaque id of who signed in",
    "Search.asked_of{}": "an organisation of the network",
    "CaseSearches.left_out[]": "an organisation of the network",
    "*.reason": "a code: events, from which it comes, are looked at one by one",
    "*.withdrawn_from[]": "an id of the network's configuration",
    "*.source.code": "a code of the catalogue: who referred",
    "ResidentSignIn.*": "digests: its events are looked at one by one",
    "*{key}": "what a state is kept by is an id or a code of its events",
    "Erasure.*": "words of the retention table and hashes: its events are looked at one by one",
}
"""What holds for the states that events lead to."""


# What is sent.


def test_no_message_has_a_place_for_words() -> None:
    assert contracts
    ours = [kind for kind in _below(ContractEvent) if kind.__module__.startswith("contracts.")]
    found = {path for kind in ours if "TYPE" in vars(kind) for path in of_class(kind)}
    assert not_allowed(found, places=PLACES | MESSAGES) == []


MESSAGES = {
    "*.text.id": "an id of a text in the catalogue of texts",
    "*.reason": "a code (`ReasonCode`)",
    "RequestReceived.source": "a code of the catalogue: who referred",
    "SupportAccepted.source": "a code of the catalogue: who referred",
    "SharedEvent.facts{}*": "codes and ids, those of one event (`contracts.partner`)",
}


# What is shown.


def columns(view: View) -> Iterator[tuple[str, str]]:
    """Name and type of the columns that can hold words."""
    for column in re.split(r",(?![^(]*\))", view.columns):
        name, kind = column.split()[:2]
        if re.match(r"(text|jsonb|varchar|bytea|json)", kind):
            yield f"{view.name}.{name}{'[]' if kind.endswith('[]') else ''}", kind


JSON_COLUMNS = {
    "cases.parts": "codes, ids and organisations of parts (`casefile.views.cases`)",
    "history.facts": "codes, ids and moments (`casefile.views.facts`)",
    "searches.options": "ids, kinds and reasons of options (`matching.views.searches`)",
    "people.name": "sealed",
    "people.phone": "sealed",
    "people.resident_name": "sealed",
    "people.requester_name": "sealed",
    "supporters.name": "sealed",
    "available_supporters.experience": "sealed",
    "supporters.phone": "sealed",
    "emergency_openings.words": "sealed",
}
TEXT_COLUMNS = {
    "requests.source": "a code of the catalogue: who referred",
    "requests.requester": "a code: how who asks is related to the resident",
    "history.source": "the service that told it",
    "worklist.reason": "a code of the program",
    "emergency_openings.reason": "a code of the catalogue",
    "searches.accepted_by[]": "a code: which side",
    "consents.who": "a code: in which capacity somebody consented",
    "erasures.*": "codes, organisations and words of the retention table",
    "*.over_because": "a code of the program",
}


@pytest.mark.parametrize("service", SERVICES)
def test_no_view_has_a_column_for_words(service: str) -> None:
    views = importlib.import_module(f"{service}.views").VIEWS
    found = {name for view in views for name, _ in columns(view)}
    assert found
    assert not_allowed(found, places=JSON_COLUMNS | TEXT_COLUMNS) == []


# What is kept of a command.


def kept_answers(service: str) -> dict[str, Any]:
    """The answers that are stored with an idempotency key, by route; routers are made, and asked nothing."""
    found = {}
    for router in routers(service):
        for route in router.routes:
            if isinstance(route, APIRoute) and _has_a_key(route):
                found[f"{sorted(route.methods or ())} {route.path}"] = route.response_model
    return found


def routers(service: str) -> Iterator[APIRouter]:
    for module in modules(service):
        if not module.place.startswith("api"):
            continue
        for function in tuple(vars(importlib.import_module(module.name)).values()):
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            if typing.get_type_hints(function).get("return") is APIRouter:
                yield function(*[_Anything() for _ in inspect.signature(function).parameters])


class _Anything:
    """Stands for what a router gets and does not use before it is asked."""

    def __getattr__(self, name: str) -> Any:
        return _Anything()


@pytest.mark.parametrize("service", [each for each in SERVICES if each != "notifications"])
def test_no_kept_answer_has_a_place_for_words(service: str) -> None:
    answers = kept_answers(service)
    assert len(answers) >= 3
    found = {
        path
        for route, model in answers.items()
        for path in words_in(model, getattr(model, "__name__", route))
    }
    assert not_allowed(found, places=ANSWERS) == []


ANSWERS = {
    "*.reason": "a code of the program or catalogue",
    "*.on_list[]": "a code of the program",
    "CheckCodeGiven.code": "shown once, made again from the id: what is kept of the answer does not hold it",
    "Taken.referral_token": "shown once, made again from the id: what is kept of the answer does not hold it",
    "Paper.code": "shown once, made again from the id: what is kept of the answer does not hold it",
    "Paper.sign_in_name": "shown once, made again from the id",
    "ErasureStanding.source": "a word of the retention table",
    "*.party.id": "an id of the network's configuration, or of a person",
    "*.decided": "a code of the program",
}


# What else is stored.


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (Grant, {"Grant.grantee": "a role and organisation, or an id", "Grant.categories": "codes"}),
        (Bar, {"Bar.grantee": "a role and organisation, or an id", "Bar.cause": "an id"}),
        (Lookup, {"Lookup.digest": "a keyed hash"}),
        (Arm, {"Arm.data{key}": "a name of the program", "Arm.data{}": "checked when it is armed"}),
    ],
)
def test_grants_and_deadlines_hold_codes_and_ids(kind: type, allowed: dict[str, str]) -> None:
    assert not_allowed(of_class(kind), places=allowed) == []


@pytest.mark.parametrize("text", ["Nour el Khatib", "0612345678", "Zij belt.", "n@voorbeeld.nl", "x" * 201])
def test_a_deadline_takes_no_words(text: str) -> None:
    with pytest.raises(ValueError, match="codes and ids"):
        Arm("kind", UUID(int=1), UUID(int=2), a_moment(), {"reason": text})
    Arm(
        "kind",
        UUID(int=1),
        UUID(int=2),
        a_moment(),
        {"reason": "consent_withdrawn", "at": "2026-01-05T10:00:00+00:00"},
    )


def test_an_access_record_has_no_field_for_words() -> None:
    fields = {field.name for field in dataclasses.fields(Asking)}
    assert not fields & {"text", "note", "query", "body", "reason", "words"}


# The negative controls: each kind of mistake is found.


class Mood(StrEnum):
    CALM = "calm"


@dataclass(frozen=True)
class Inner:
    person: UUID
    note: str


class Shown(BaseModel):
    name: str | None
    state: Literal["open"]


class Lamp(Aggregate):
    TOPIC = "architecture:Lamp"
    remark: str

    class Lit(Created):
        TOPIC = "architecture:Lamp.Lit"
        note: str

    class Dimmed(DomainEvent):
        TOPIC = "architecture:Lamp.Dimmed"
        inner: tuple[Inner, ...]
        answers: dict[str, Any]
        mood: Mood
        by: UUID | None
        told: Sealed | None
        language: Language
        number: CaseNumber
        digest: Sha256


class Told(ContractEvent):
    """Not published: it has no TYPE."""

    words: str
    free: Annotated[str, StringConstraints(pattern=r"^[A-Za-z ]+$", max_length=50)]


class Rooms(View):
    name = "rooms"
    subject = None
    columns = "room_id uuid primary key, note text not null, organisation text, state text, facts jsonb"
    facts = ()

    def project(self, recorded: Any, rows: Rows) -> None:
        raise NotImplementedError


def test_an_unsealed_note_is_found() -> None:
    assert not_allowed(words_in_event(Lamp.Lit)) == ["Lamp.Lit.note"]
    assert not_allowed(words_in_event(Lamp.Dimmed)) == [
        "Lamp.Dimmed.answers{key}",
        "Lamp.Dimmed.answers{}",
        "Lamp.Dimmed.inner[].note",
    ]
    assert not_allowed(words_in_snapshot(Lamp)) == ["Lamp.remark"]
    assert not_allowed(of_class(Told)) == ["Told.free", "Told.words"]
    assert not_allowed(of_class(Shown)) == ["Shown.name"]
    assert not_allowed({name for name, _ in columns(Rooms())}) == ["rooms.facts", "rooms.note"]


def test_every_entry_of_the_list_has_a_reason_and_none_allows_everything() -> None:
    assert all(len(reason) > 5 for reason in (*NAMES, *PLACES.values()))
    assert not_allowed(["X.note", "X.name", "X.words", "X.text", "X.remark", "X.question"], places={}) == [
        "X.name",
        "X.note",
        "X.question",
        "X.remark",
        "X.text",
        "X.words",
    ]


def a_moment() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 1, 5, tzinfo=UTC)


def _learn(service: str) -> None:
    for module in modules(service):
        if module.place.startswith("domain"):
            importlib.import_module(module.name)


def _below(kind: type[T]) -> Iterator[type[T]]:
    for each in list(kind.__subclasses__()):
        yield each
        yield from _below(each)


def _is_of(kind: type, service: str) -> bool:
    return kind.__module__.partition(".")[0] == service


def _has_a_key(route: APIRoute) -> bool:
    return any(each.call is caller for each in route.dependant.dependencies)
