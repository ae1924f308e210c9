"""Policies are loaded once and checked, deny by default, and decide the same again (P23)."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from uuid import UUID

import pytest
from tests.support.behaviours.policies import Example, PoliciesBehave, examples_of, faults_of

from chassis.access.policies import (
    GUEST,
    Asker,
    Fact,
    OtherPolicies,
    Policies,
    PoliciesBroken,
    Resource,
)

HOUSE = "tests.support.lamp_house"
KEEPER = Asker("Staff", "kim", {"organisation": "home", "role": "role_keeper"})
LAMP = Resource("Lamp", "00000000-0000-0000-0000-000000000001")
NOTHING: dict[str, Fact] = {"whole": (), "covering": (), "any": ()}
TAKING_PART: dict[str, Fact] = {
    "whole": {"participation"},
    "covering": {"participation"},
    "any": {"participation"},
}
SCHEMA = (resources.files(HOUSE) / "policies" / "schema.cedarschema").read_text("utf-8")
ONE = '@id("one")\n@nl("Mag.")\npermit (principal is Staff, action == Action::"showLamp", resource);'


class TestPoliciesOfLamps(PoliciesBehave):
    package = HOUSE


@pytest.fixture
def policies() -> Policies:
    return Policies.of(HOUSE)


def test_policies_of_a_package_are_loaded_once() -> None:
    assert Policies.of(HOUSE) is Policies.of(HOUSE)


def test_who_may_is_allowed_and_the_policy_is_named(policies: Policies) -> None:
    decision = policies.decide(KEEPER, "showLamp", LAMP, TAKING_PART)

    assert decision.allowed
    assert decision.policies == ("looking.taking-part",)
    assert decision.hash == policies.hash


def test_what_no_policy_allows_is_denied(policies: Policies) -> None:
    decision = policies.decide(KEEPER, "showLamp", LAMP, NOTHING)

    assert not decision.allowed
    assert decision.policies == ()


def test_forbidding_wins_and_is_named(policies: Policies) -> None:
    decision = policies.decide(KEEPER, "lightLamp", LAMP, TAKING_PART | {"broken": True})

    assert not decision.allowed
    assert decision.policies == ("lighting.broken",)


def test_guest_may_what_is_for_everybody(policies: Policies) -> None:
    assert policies.decide(GUEST, "askColour", LAMP, NOTHING).allowed


@pytest.mark.parametrize(
    ("asker", "action", "resource", "context"),
    [
        (KEEPER, "lightLamp", LAMP, TAKING_PART),
        (KEEPER, "lightLamp", LAMP, TAKING_PART | {"broken": "secret-of-nour"}),
        (KEEPER, "lightLamp", LAMP, TAKING_PART | {"broken": False, "colour": "secret-of-nour"}),
        (KEEPER, "blowUp", LAMP, TAKING_PART),
        (KEEPER, "showLamp", Resource("Teapot", "secret-of-nour"), TAKING_PART),
        (Asker("King", "secret-of-nour", {}), "showLamp", LAMP, TAKING_PART),
        (Asker("Staff", "kim", {"organisation": "home"}), "showLamp", LAMP, TAKING_PART),
    ],
)
def test_what_cannot_be_evaluated_is_denied_and_loud_without_content(
    policies: Policies,
    caplog: pytest.LogCaptureFixture,
    asker: Asker,
    action: str,
    resource: Resource,
    context: dict[str, Fact],
) -> None:
    with caplog.at_level(logging.ERROR):
        decision = policies.decide(asker, action, resource, context)

    assert not decision.allowed
    assert "policies cannot decide" in caplog.text
    assert "secret-of-nour" not in caplog.text


def test_policy_that_fails_denies_also_what_another_allows(caplog: pytest.LogCaptureFixture) -> None:
    """The engine skips a policy that fails; a forbid that is skipped would open a door."""
    overflow = '@id("two")\n@nl("Nooit.")\nforbid (principal, action == Action::"lightLamp", resource)'
    overflow += " when { context has volts && context.volts * 9223372036854775807 > 1 };"
    permit = ONE.replace("showLamp", "lightLamp")
    policies = Policies({"a.cedar": permit, "b.cedar": overflow}, SCHEMA)

    decision = policies.decide(KEEPER, "lightLamp", LAMP, TAKING_PART | {"broken": False, "volts": 3})

    assert not decision.allowed
    assert decision.policies == ("two",)
    assert "two" in caplog.text
    assert policies.decide(KEEPER, "lightLamp", LAMP, TAKING_PART | {"broken": False}).allowed


# Taken again (P23).


def test_decision_is_taken_again_from_what_was_stored(policies: Policies) -> None:
    for context in (TAKING_PART, NOTHING):
        first = policies.decide(KEEPER, "showLamp", LAMP, context)
        stored = json.loads(json.dumps(first.entry()))

        assert policies.evaluate_again(stored) == first


def test_changed_inputs_come_out_differently(policies: Policies) -> None:
    """The negative control: evaluating again looks at the inputs, not at the stored answer."""
    stored = json.loads(json.dumps(policies.decide(KEEPER, "showLamp", LAMP, TAKING_PART).entry()))
    stored["inputs"]["context"]["covering"] = []

    assert not policies.evaluate_again(stored).allowed


def test_decision_under_other_policies_is_told_apart(policies: Policies) -> None:
    stored = policies.decide(KEEPER, "showLamp", LAMP, TAKING_PART).entry()

    with pytest.raises(OtherPolicies):
        Policies({"one.cedar": ONE}, SCHEMA).evaluate_again(stored)


def test_hash_is_of_names_and_texts_and_of_no_machine() -> None:
    one = Policies({"one.cedar": ONE}, SCHEMA).hash

    assert Policies({"one.cedar": ONE.replace("\n", "\r\n")}, SCHEMA.replace("\n", "\r\n")).hash == one
    assert Policies({"one.cedar": ONE.replace("Mag.", "Mag wel.")}, SCHEMA).hash != one
    assert Policies({"two.cedar": ONE}, SCHEMA).hash != one
    assert Policies({"one.cedar": ONE}, SCHEMA + "\n// other").hash != one


def test_facts_are_stored_as_codes_and_numbers(policies: Policies) -> None:
    person = UUID(int=7)
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    inputs = policies.decide(KEEPER, "x", LAMP, {"b": person, "a": {"z", "y"}, "c": moment}).inputs

    assert inputs["context"] == {"a": ["y", "z"], "b": str(person), "c": 1772452800000}


# What cannot be used.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no policy"),
        ("permit (principal, action, resource);", "needs @id and @nl"),
        (ONE.replace('@nl("Mag.")', '@nl("")'), "needs @id and @nl"),
        (ONE + ONE, "used twice"),
        (ONE.replace("showLamp", "showLump"), "showLump"),
        (ONE.replace(";", " when { principal.colour == 1 };"), "colour"),
        (ONE.replace("permit", "allow"), "one.cedar"),
        (ONE.replace("principal is Staff", "principal == ?principal"), "templates"),
    ],
)
def test_policies_that_do_not_fit_are_refused(text: str, why: str) -> None:
    with pytest.raises(PoliciesBroken, match=why):
        Policies({"one.cedar": text}, SCHEMA)


def test_schema_that_does_not_parse_is_refused() -> None:
    with pytest.raises(PoliciesBroken, match="schema"):
        Policies({"one.cedar": ONE}, "entity;")


@pytest.mark.parametrize("package", ["tests.support", "nobody.here"])
def test_package_without_policies_is_refused(package: str) -> None:
    with pytest.raises(PoliciesBroken, match="has no policies"):
        Policies.of(package)


def test_what_an_action_is_about_stands_in_the_schema(policies: Policies) -> None:
    assert policies.resource_of("showLamp") == "Lamp"
    assert policies.resource_of("hangLamp") == policies.resource_of("listLamps") == "Organisation"
    assert policies.resource_of("showPart", "Part") == "Part"
    for action, wanted in (("showPart", None), ("showLamp", "Part"), ("blowUp", None)):
        with pytest.raises(PoliciesBroken):
            policies.resource_of(action, wanted)


# Examples that say nothing are found.


def test_missing_and_wrong_examples_are_found(policies: Policies) -> None:
    """The negative control of the inherited behaviour."""
    files = {text.file for text in policies.texts}
    good = {file: examples_of(HOUSE, file) for file in files}
    assert list(faults_of(policies, good)) == []
    [allowed, denied] = [one for one in good["lighting.cedar"] if one.policy == "lighting.broken"]

    def faults(*examples: Example) -> str:
        others = [one for one in good["lighting.cedar"] if one.policy != "lighting.broken"]
        return "\n".join(faults_of(policies, {**good, "lighting.cedar": [*others, *examples]}))

    assert "has no example that is denied" in faults(allowed)
    assert "has no example that is allowed" in faults(denied)
    assert "allowed is True" in faults(allowed, denied, replace(allowed, allowed=False))
    assert "decided by ()" in faults(allowed, denied, replace(denied, whole=[], facts={"broken": False}))
    assert "no policy lighting.blinking" in faults(
        allowed, denied, replace(denied, policy="lighting.blinking")
    )
    assert len(list(faults_of(policies, {}))) == 2 * len(policies.texts)
