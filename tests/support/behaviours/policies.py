"""Every policy says who it allows and who not, by examples that are run (design §6).

A service's test inherits::

    class TestPolicies(PoliciesBehave):
        package = "casefile"

Next to ``policies/<name>.cedar`` stands ``<name>.examples.toml``::

    [[example]]
    policy = "reading.serving"          # the @id that it is an example of
    says = "Fenna dient dit deel"       # in Dutch, for who reads along
    allowed = true
    principal = { type = "Staff", organisation = "buurt", role = "role_supporter" }
    action = "readPart"
    resource = "Part"                   # a type of the schema
    whole = []                          # kinds of grants on the whole; they cover every part as well
    covering = ["participation"]        # kinds of grants on what was asked
    any = ["participation"]             # kinds of grants on anything of it; taken from the others if left out
    facts = { closed = false }          # what else the action is told

A permit decides its allowed examples and none of its denied ones; a forbid decides its denied ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, ClassVar

from chassis.access.policies import Asker, Fact, Policies, PolicyText, Resource


@dataclass(frozen=True, kw_only=True)
class Example:
    """One case that a policy allows or denies."""

    policy: str
    says: str
    allowed: bool
    principal: Mapping[str, str]
    action: str
    resource: str
    whole: list[str] = field(default_factory=list)
    covering: list[str] = field(default_factory=list)
    any: list[str] = field(default_factory=list)
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def context(self) -> dict[str, Fact]:
        covering = {*self.whole, *self.covering}
        return {**self.facts, "whole": self.whole, "covering": covering, "any": covering | set(self.any)}

    def fault(self, policies: Policies, effect: str) -> str | None:
        """What is wrong with it, if anything."""
        attributes = {name: value for name, value in self.principal.items() if name != "type"}
        asker = Asker(self.principal["type"], "somebody", attributes)
        decision = policies.decide(asker, self.action, Resource(self.resource, "something"), self.context())
        decides = self.policy in decision.policies
        if decision.allowed != self.allowed:
            return f"{self.policy}: {self.says}: allowed is {decision.allowed}, by {decision.policies}"
        if decides != (self.allowed if effect == "permit" else not self.allowed):
            return f"{self.policy}: {self.says}: decided by {decision.policies}"
        return None


def examples_of(package: str, file: str) -> list[Example]:
    """The examples next to a policy file; none when it has no such file."""
    place = resources.files(package) / "policies" / file.replace(".cedar", ".examples.toml")
    if not place.is_file():
        return []
    return [Example(**each) for each in tomllib.loads(place.read_text("utf-8")).get("example", [])]


def faults_of(policies: Policies, examples: Mapping[str, list[Example]]) -> Iterator[str]:
    """Everything that is wrong with the examples of policies; ``examples`` by policy file."""
    for text in policies.texts:
        yield from _faults_of_one(policies, text, examples.get(text.file, []))
    for file, each in examples.items():
        known = {text.id for text in policies.texts if text.file == file}
        yield from (f"{file}: no policy {one.policy}" for one in each if one.policy not in known)


def _faults_of_one(policies: Policies, text: PolicyText, examples: list[Example]) -> Iterator[str]:
    mine = [one for one in examples if one.policy == text.id]
    for allowed in (True, False):
        if not any(one.allowed is allowed for one in mine):
            yield f"{text.id}: has no example that is {'allowed' if allowed else 'denied'}"
    yield from filter(None, (one.fault(policies, text.effect) for one in mine))


class PoliciesBehave:
    """What the policies of a service do."""

    package: ClassVar[str]

    def policies(self) -> Policies:
        return Policies.of(self.package)

    def test_policies_fit_their_schema_and_say_what_they_are_for(self) -> None:
        """`Policies` refuses whatever does not validate, or has no @id and @nl."""
        for text in self.policies().texts:
            assert text.nl[0].isupper(), text.id
            assert text.nl.endswith("."), text.id

    def test_every_policy_allows_and_denies_what_its_examples_say(self) -> None:
        policies = self.policies()
        files = {text.file for text in policies.texts}
        examples = {file: examples_of(self.package, file) for file in files}
        assert list(faults_of(policies, examples)) == []

    def test_decisions_can_be_taken_again(self) -> None:
        policies = self.policies()
        for file in {text.file for text in policies.texts}:
            for one in examples_of(self.package, file):
                attributes = {name: value for name, value in one.principal.items() if name != "type"}
                asker = Asker(one.principal["type"], "somebody", attributes)
                first = policies.decide(asker, one.action, Resource(one.resource, "x"), one.context())
                entry: dict[str, Any] = first.entry()
                assert policies.evaluate_again(entry) == first
