"""A certificate of erasure is the signer's own, whole, and tells nothing personal."""

from __future__ import annotations

import json

import pytest

from chassis.erasure import Certificates, NotGenuine, verify

OURS, THEIRS = Certificates(bytes(32)), Certificates(bytes(range(32)))
FACTS = {
    "erasureId": "e-1",
    "capacity": "resident",
    "recipients": ["intake", "matching"],
    "destroyedKey": None,
}


def test_genuine_certificate_gives_its_facts() -> None:
    facts = verify(OURS.signed(FACTS), OURS.public_key)
    assert {name: facts[name] for name in FACTS} == FACTS


def test_same_facts_give_the_same_certificate() -> None:
    assert OURS.signed(FACTS) == OURS.signed(dict(reversed(FACTS.items())))


@pytest.mark.parametrize("field", [*FACTS, "kind", "publicKey", "signature"])
def test_any_change_is_noticed(field: str) -> None:
    body = json.loads(OURS.signed(FACTS))
    for changed in ({**body, field: "other"}, {key: body[key] for key in body if key != field}):
        with pytest.raises(NotGenuine):
            verify(json.dumps(changed), OURS.public_key)


def test_added_field_is_noticed() -> None:
    with pytest.raises(NotGenuine):
        verify(json.dumps(json.loads(OURS.signed(FACTS)) | {"more": 1}), OURS.public_key)


def test_certificate_of_somebody_else_is_not_ours() -> None:
    with pytest.raises(NotGenuine):
        verify(THEIRS.signed(FACTS), OURS.public_key)


@pytest.mark.parametrize("garbage", ["", "[]", "null", "{}", '{"signature": 1}', "\x00"])
def test_garbage_is_not_genuine(garbage: str) -> None:
    with pytest.raises(NotGenuine):
        verify(garbage, OURS.public_key)
