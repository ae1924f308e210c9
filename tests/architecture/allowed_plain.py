"""The fields that may hold plain text, with the reason; everything else that could hold words is a fault.

By the last name of the path where that name says what stands in it, whatever it is a field of. A name that
could as well stand for somebody's words (``name``, ``reason``, ``code``, …) is allowed by its path only.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

NAMES: dict[str, str] = {
    "a code of the catalogue": (
        "capacity category categories[] data_categories[] because[]"
        " indication indications[] life_domains[] purpose way outcome kind"
        " *_role role participant_roles[] asked_formality formality closed_for recorded_as stage standing"
        " experience_level state erasing"
    ),
    "an id or word of the network's configuration": (
        "network municipality door organisation organisations[] coordinated_by[] reviewing[]"
        " recipients[] party party_id"
        " party_kind authority entered_by *_organisation text_id consented_parties[] roles[]"
    ),
    "a language": "language languages[] *_language",
    "the number of a case, made by chance": "number",
    "a hash or a digest, from which nothing is read back": (
        "sha256 *_sha256 digest identity policy_hash former_name certificate"
    ),
    "the opaque id of who signed in, as their provider gives it (chassis.signin refuses citizen numbers)": (
        "coordinator *_by claimed_by handlers[] came[] went[]"
    ),
    "the library's own": "originator_topic",
    "an address of a provider or of this API": "issuer href",
}
"""Reason: names, where `*` stands for any letters."""

PLACES: dict[str, str] = {
    "Chronicle.Heard.facts{key}": "the name of a contract's field",
    "Chronicle.Heard.facts{}": "codes and ids of a contract event (`casefile.subscriptions.facts_of`)",
    "Chronicle.Heard.facts{}[]": "codes of a contract event",
    "Chronicle.Heard.source": "the service that told it",
    "CaseFile.Opened.source": "a code of the catalogue: who referred",
    "Request.Received.source.code": "a code of the catalogue: who referred",
    "Source.code": "a code of the catalogue: who referred",
    "*.rule.source": "a word of the retention table",
    "*.rule.reason": "a word of the retention table",
    "Erasure.TermBegan.source": "a word of the retention table",
    "Forgetting.ErasureAnswered.*": "words of the retention table",
    "Forgetting.TermBegan.source": "a word of the retention table",
    "Safety.SafetyRiskReactedTo.by": "the opaque id of who signed in",
    "Closing.Closed.reason": "a code of the catalogue",
    "Closing.PartClosed.reason": "a code of the catalogue",
    "*.AssignmentRefused.reason": "a code of the program",
    "*.MatchEnded.reason": "a code of the program",
    "Search.MatchEnded.told": "a code of the program",
    "*.party.id": "an id of the network's configuration, or of a person",
    "OwnFile.PersonalTie*.subject": "the opaque id of who signed in",
    "ReferrerLink.Made.link": "a keyed digest of the link",
    "ResidentSignIn.*.code": "the digest of a code that was given",
    "ResidentSignIn.*.name": "the digest of a sign-in name",
    "ResidentSignIn.*.replaces": "the digest of a code that was given",
    "ResidentSignIn.Revoked.bindings[]": "digests of a provider and its subject",
    "ResidentSignIn.PinChosen.pin.*": "a salted, slow hash of a PIN",
}
"""Path, where `*` stands for any letters: why."""


def not_allowed(paths: Iterable[str], *, places: dict[str, str] = PLACES) -> list[str]:
    """Those of these paths that neither list allows."""
    names = [name for some in NAMES.values() for name in some.split()]
    return sorted(
        path
        for path in paths
        if not any(_like(path.rpartition(".")[2], name) for name in names)
        and not any(_like(path, place) for place in places)
    )


def _like(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text.replace("[]", "()"), pattern.replace("[]", "()"))
