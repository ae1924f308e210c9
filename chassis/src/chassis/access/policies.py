"""Who may do what: Cedar policies of a service, loaded once, checked against their schema, deny by default.

A service's ``policies/`` holds one ``*.cedar`` file per question, ``schema.cedarschema``, and for every file
``<name>.examples.toml`` (`chassis.access.examples`). Every policy has ``@id`` and ``@nl``, a Dutch sentence
that tells a lawyer what it allows or forbids and why.

The schema names principals ``Staff {organisation, role}``, ``Person {role}`` and ``Guest`` and the service's
own resources. The context of every action has what guards say (`chassis.access.scope`): ``whole``,
``covering`` and ``any``, sets of kinds of grants, and the facts that the action needs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import cedarpy

__all__ = [
    "Asker",
    "Decision",
    "Fact",
    "NoPolicies",
    "OtherPolicies",
    "Policies",
    "PoliciesBroken",
    "PolicyText",
    "Resource",
]

log = logging.getLogger(__name__)

SCHEMA = "schema.cedarschema"
Fact = str | bool | int | UUID | datetime | Iterable[str]
"""What a policy may be told besides grants: codes, ids, truths, whole numbers, moments (ms since 1970)."""


class PoliciesBroken(Exception):
    """The policies of a service cannot be used: they are absent, malformed, or do not fit their schema."""


class NoPolicies(PoliciesBroken):
    """A package has no policies: nothing can be decided there."""


class OtherPolicies(Exception):
    """A decision was taken under other policies than these."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as policies see it. ``id`` is a pseudonym."""

    type: str
    id: str
    attributes: Mapping[str, str]


GUEST = Asker("Guest", "guest", {})


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked for."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One policy, as people read about it. ``effect`` is ``permit`` or ``forbid``."""

    id: str
    nl: str
    effect: str
    file: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which policies, on what (promise P23)."""

    allowed: bool
    policies: tuple[str, ...]
    hash: str
    inputs: Mapping[str, Any]

    def entry(self) -> dict[str, Any]:
        """Its part of an access record."""
        return {
            "decision": "allow" if self.allowed else "deny",
            "policyHash": self.hash,
            "policies": list(self.policies),
            "inputs": self.inputs,
        }


class Policies:
    """The policies of one service. Make it by `of`, which loads and checks them once per process."""

    def __init__(self, files: Mapping[str, str], schema: str) -> None:
        self.texts = tuple(text for name in sorted(files) for text in _texts_of(name, files[name]))
        _check_ids(self.texts)
        # Positions of policies in the joined text, as the engine counts them.
        joined = "\n".join(files[name] for name in sorted(files))
        self._schema, self._set = _parsed(joined, schema)
        self._resources = _resources_of(schema)
        self._ids = {f"policy{place}": text.id for place, text in enumerate(self.texts)}
        self.hash = _hash({**files, SCHEMA: schema})

    @staticmethod
    @cache
    def of(package: str) -> Policies:
        """The policies of an installed package. Raises PoliciesBroken, and NoPolicies of it."""
        try:
            folder = resources.files(package) / "policies"
            files = {
                one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".cedar")
            }
            schema = (folder / SCHEMA).read_text("utf-8")
        except (ModuleNotFoundError, FileNotFoundError, NotADirectoryError) as absent:
            raise NoPolicies(f"{package} has no policies") from absent
        return Policies(files, schema)

    def resource_of(self, action: str, wanted: str | None = None) -> str:
        """The type of what an action is about; ``wanted`` chooses when the schema names several."""
        types = self._resources.get(action, ())
        if wanted is not None and wanted in types:
            return wanted
        if wanted is None and len(types) == 1:
            return types[0]
        raise PoliciesBroken(f"{action}: say which of {list(types)} it is about")

    def decide(self, asker: Asker, action: str, resource: Resource, context: Mapping[str, Fact]) -> Decision:
        """May this be done? Whatever no policy allows is denied; so is what a policy cannot evaluate."""
        inputs = {
            "principal": {"type": asker.type, "id": asker.id, **asker.attributes},
            "action": action,
            "resource": {"type": resource.type, "id": resource.id},
            "context": {name: _plain(fact) for name, fact in sorted(context.items())},
        }
        return self._evaluate(inputs)

    def evaluate_again(self, entry: Mapping[str, Any]) -> Decision:
        """The decision of an access record, taken again on what it stores (promise P23).

        Raises OtherPolicies when it was taken under policies with another hash.
        """
        if entry["policyHash"] != self.hash:
            raise OtherPolicies(entry["policyHash"])
        return self._evaluate(entry["inputs"])

    def _evaluate(self, inputs: Mapping[str, Any]) -> Decision:
        principal, resource = dict(inputs["principal"]), inputs["resource"]
        uid = {"type": principal.pop("type"), "id": principal.pop("id")}
        request = {
            "principal": uid,
            "action": {"type": "Action", "id": inputs["action"]},
            "resource": dict(resource),
            "context": inputs["context"],
        }
        entities = [
            {"uid": uid, "attrs": principal, "parents": []},
            {"uid": dict(resource), "attrs": {}, "parents": []},
        ]
        result = cedarpy.is_authorized(request, self._set, entities, schema=self._schema)
        errors = result.diagnostics.errors
        if errors or result.decision is cedarpy.Decision.NoDecision:
            # Never the text of an error: it may quote what it was asked about.
            named = sorted({self._ids.get(id_, id_) for text in errors for id_ in _POSITION.findall(text)})
            log.error("policies cannot decide %s (in %s): denied", inputs["action"], named or "the request")
            return Decision(False, tuple(named), self.hash, inputs)
        reasons = tuple(sorted(self._ids[reason] for reason in result.diagnostics.reasons))
        return Decision(result.allowed, reasons, self.hash, inputs)


_POSITION = re.compile(r"\bpolicy\d+\b")


def _texts_of(file: str, text: str) -> list[PolicyText]:
    try:
        found = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as broken:
        raise PoliciesBroken(f"{file}: {broken}") from broken
    if found.get("templates"):
        raise PoliciesBroken(f"{file}: templates are not used here")
    known = sorted(found["staticPolicies"].items(), key=lambda item: int(item[0].removeprefix("policy")))
    texts = []
    for place, (_, policy) in enumerate(known, 1):
        notes = policy.get("annotations", {})
        if not notes.get("id") or not notes.get("nl"):
            raise PoliciesBroken(f"{file}: policy {place} needs @id and @nl")
        texts.append(PolicyText(notes["id"], notes["nl"], policy["effect"], file))
    if not texts:
        raise PoliciesBroken(f"{file}: has no policy")
    return texts


def _check_ids(texts: Iterable[PolicyText]) -> None:
    seen: set[str] = set()
    for text in texts:
        if text.id in seen:
            raise PoliciesBroken(f"{text.file}: {text.id} is used twice")
        seen.add(text.id)


def _parsed(policies: str, schema: str) -> tuple[cedarpy.Schema, cedarpy.PolicySet]:
    try:
        known = cedarpy.Schema.from_str(schema)
        result = cedarpy.validate_policies(policies, known)
        parsed = cedarpy.PolicySet.from_str(policies)
    except ValueError as broken:
        raise PoliciesBroken(f"{SCHEMA}: {broken}") from broken
    if not result.validation_passed:
        raise PoliciesBroken("; ".join(f"{error.policy_id}: {error.error}" for error in result.errors))
    return known, parsed


_COMMENT = re.compile(r"//[^\n]*")
_ACTION = re.compile(r"\baction\b([^;{]*?)\bappliesTo\s*\{(.*?)\}\s*;", re.DOTALL)
_NAME = re.compile(r'"([^"]+)"|(\w+)')
_RESOURCE = re.compile(r"\bresource\s*:\s*(\[[^\]]*\]|\w+)")


def _resources_of(schema: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for names, body in _ACTION.findall(_COMMENT.sub("", schema)):
        types = _RESOURCE.search(body)
        about = tuple(quoted or plain for quoted, plain in _NAME.findall(types[1])) if types else ()
        head = re.split(r"\bin\b", names)[0]
        found |= {quoted or plain: about for quoted, plain in _NAME.findall(head)}
    return found


def _hash(files: Mapping[str, str]) -> str:
    """Over names and texts, with line ends alike on every machine."""
    canonical = json.dumps({name: "\n".join(files[name].splitlines()) for name in sorted(files)})
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(fact: Fact) -> Any:
    match fact:
        case str() | bool() | int():
            return fact
        case UUID():
            return str(fact)
        case datetime():
            return int(fact.timestamp() * 1000)
        case _:
            return sorted(fact)
