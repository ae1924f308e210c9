"""Every aggregate and every fact is stored under a name of its own that no move of a file changes."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from eventsourcing.utils import resolve_topic
from tests.architecture.sources import SERVICES, Source, modules

from chassis.aggregates import Aggregate, Created, DomainEvent

FORM = re.compile(r"(?P<service>[a-z]+):(?P<aggregate>[A-Z]\w+)(\.(?P<fact>[A-Z]\w+))?")


def classes(module: Source) -> Iterator[tuple[ast.ClassDef, type]]:
    """The classes that stand in a module, nested ones too, as they are written and as they are."""

    def below(body: list[ast.stmt], owner: object) -> Iterator[tuple[ast.ClassDef, type]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                found = getattr(owner, node.name)
                yield node, found
                yield from below(node.body, found)

    yield from below(module.tree.body, importlib.import_module(module.name))


def stored(service: str) -> list[tuple[ast.ClassDef, type, str]]:
    """The facts and aggregates of a service that are written to its store, and the module they stand in."""
    return [
        (node, found, module.name)
        for module in modules(service)
        if module.place.startswith("domain")
        for node, found in classes(module)
        if issubclass(found, DomainEvent) or (issubclass(found, Aggregate) and "TOPIC" in vars(found))
    ]


def topic_written_in(node: ast.ClassDef) -> str | None:
    """The TOPIC as it stands in the source: a text that can be searched for, and not put together."""
    for line in node.body:
        match line:
            case ast.Assign(targets=[ast.Name(id="TOPIC")], value=ast.Constant(value=str(topic))):
                return topic
            case ast.AnnAssign(target=ast.Name(id="TOPIC"), value=ast.Constant(value=str(topic))):
                return topic
            case _:
                pass
    return None


@pytest.mark.parametrize("service", SERVICES)
def test_every_fact_has_its_topic_written_out(service: str) -> None:
    wrong = {}
    for node, found, module in stored(service):
        topic = topic_written_in(node) or ""
        form = FORM.fullmatch(topic)
        if not form or form["service"] != service or (issubclass(found, DomainEvent) and not form["fact"]):
            wrong[f"{module}:{node.lineno} {node.name}"] = topic
    assert wrong == {}


@pytest.mark.parametrize("service", SERVICES)
def test_every_aggregate_that_is_begun_has_a_topic(service: str) -> None:
    nameless = [
        found.__qualname__
        for module in modules(service)
        if module.place.startswith("domain")
        for _, found in classes(module)
        if issubclass(found, Aggregate)
        and any(isinstance(one, type) and issubclass(one, Created) for one in vars(found).values())
        and not str(vars(found).get("TOPIC", "")).startswith(f"{service}:")
    ]
    assert nameless == []


def test_no_topic_is_given_twice() -> None:
    given = Counter(topic_written_in(node) for service in SERVICES for node, _, _ in stored(service))
    assert [topic for topic, times in given.items() if times > 1] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_topic_leads_back_to_its_class(service: str) -> None:
    """What is stored today is found tomorrow: in the aggregate that is put together from its subjects."""
    for node, found, _ in stored(service):
        assert issubclass(resolve_topic(topic_written_in(node) or ""), found), node.name


@pytest.mark.parametrize("service", SERVICES)
def test_there_is_something_to_look_at(service: str) -> None:
    """The negative control: a walk that finds nothing proves nothing."""
    assert any(issubclass(found, Created) for _, found, _ in stored(service))
    assert any(issubclass(found, Aggregate) for _, found, _ in stored(service))
