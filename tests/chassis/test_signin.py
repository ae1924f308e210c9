"""A token proves who is asking, or nobody is signed in."""

from __future__ import annotations

import base64
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.support.clock import START
from tests.support.tokens import ProviderForTests

from chassis.clock import FixedClock
from chassis.signin import ORGANISATION_CLAIM, NotSignedIn, Principal
from chassis.signin_keys import KeyFileBroken, ProviderKeys


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def provider(tmp_path: Path, clock: FixedClock) -> ProviderForTests:
    return ProviderForTests(tmp_path, clock=clock)


def refusal(provider: ProviderForTests, token: str) -> str:
    with pytest.raises(NotSignedIn) as refused:
        provider.verifier().verify(token)
    assert token not in str(refused.value) or not token
    assert refused.value.__cause__ is None or isinstance(refused.value.__cause__, KeyFileBroken)
    return refused.value.code


def test_good_token_tells_subject_organisation_and_roles(provider: ProviderForTests) -> None:
    token = provider.token(roles=["coordinator", "supporter"], name="Nour")

    assert provider.verifier().verify(token) == Principal(
        "f81d4fae", "welzijn", frozenset({"coordinator", "supporter"})
    )


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_rsa_signatures_are_accepted(provider: ProviderForTests, algorithm: str) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    provider.publish(provider.key)

    assert provider.verifier().verify(provider.token(header={"alg": algorithm})).subject == "f81d4fae"


def test_audience_may_be_a_list_that_has_ours(provider: ProviderForTests) -> None:
    assert provider.verifier().verify(provider.token(aud=["candles", "lamps"])).organisation == "welzijn"


def test_token_without_roles_has_none(provider: ProviderForTests) -> None:
    assert provider.verifier().verify(provider.token(roles=None)).roles == frozenset()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://elders.example"}, "wrong-issuer"),
        ({"iss": None}, "wrong-issuer"),
        ({"aud": "candles"}, "wrong-audience"),
        ({"aud": None}, "wrong-audience"),
        ({"aud": ["candles"]}, "wrong-audience"),
        ({"aud": {"lamps": 1}}, "wrong-audience"),
        ({"exp": None}, "no-exp"),
        ({"exp": "tomorrow"}, "malformed-exp"),
        ({"exp": True}, "malformed-exp"),
        ({"exp": float("inf")}, "malformed-exp"),
        ({"nbf": "today"}, "malformed-nbf"),
        ({"jti": None}, "no-jti"),
        ({"jti": ""}, "no-jti"),
        ({"azp": None}, "no-azp"),
        ({"azp": 7}, "no-azp"),
        ({"sub": None}, "no-sub"),
        ({"sub": "x" * 256}, "no-sub"),
        ({"sub": "123456782"}, "sub-may-be-a-citizen-number"),
        ({"sub": "12345678"}, "sub-may-be-a-citizen-number"),
        ({ORGANISATION_CLAIM: None}, "no-organisation"),
        ({ORGANISATION_CLAIM: ["welzijn", "zorg"]}, "no-organisation"),
        ({ORGANISATION_CLAIM: ""}, "no-organisation"),
        ({"roles": "coordinator"}, "malformed-roles"),
        ({"roles": [1]}, "malformed-roles"),
        ({"roles": ["r"] * 65}, "malformed-roles"),
    ],
)
def test_claim_that_is_missing_or_wrong_signs_nobody_in(
    provider: ProviderForTests, changed: dict[str, Any], code: str
) -> None:
    assert refusal(provider, provider.token(**changed)) == code


def test_token_expires(provider: ProviderForTests, clock: FixedClock) -> None:
    token, verifier = provider.token(), provider.verifier()
    clock.advance(timedelta(minutes=5, seconds=29))
    assert verifier.verify(token)

    clock.advance(timedelta(seconds=1))

    with pytest.raises(NotSignedIn, match="expired"):
        verifier.verify(token)


def test_token_of_the_future_is_refused(provider: ProviderForTests) -> None:
    later = int((START + timedelta(minutes=2)).timestamp())

    assert refusal(provider, provider.token(nbf=later)) == "not-yet-valid"
    assert refusal(provider, provider.token(iat=later)) == "not-yet-valid"


def test_unsigned_token_is_refused(provider: ProviderForTests) -> None:
    header, payload, _ = provider.token().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "key-1"}).encode()).decode().rstrip("=")

    assert refusal(provider, f"{none}.{payload}.") == "algorithm-not-allowed"
    assert refusal(provider, f"{header}.{payload}.") == "not-a-valid-token"


def test_public_key_used_as_a_shared_secret_is_refused(provider: ProviderForTests) -> None:
    """The classic confusion: HS256 with the bytes of the public key, which everybody knows."""
    for secret in (provider.key.as_pem(private=False), provider.file.read_bytes()):
        confused = OctKey.import_key(secret, {"kid": "key-1"}) if b"BEGIN" not in secret else None
        key = confused or OctKey.import_key(base64.b64encode(secret), {"kid": "key-1"})
        token = jwt.encode(
            {"alg": "HS256", "kid": "key-1"}, provider.claims(START), key, algorithms=["HS256"]
        )
        assert refusal(provider, token) == "algorithm-not-allowed"


def test_key_of_another_kind_than_the_algorithm_is_refused(provider: ProviderForTests) -> None:
    other = RSAKey.generate_key(2048, {"kid": "key-1"})
    token = jwt.encode({"alg": "RS256", "kid": "key-1"}, provider.claims(START), other, algorithms=["RS256"])

    assert refusal(provider, token) == "unknown-kid"


def test_foreign_signature_under_a_known_kid_is_refused(provider: ProviderForTests) -> None:
    provider.key = ECKey.generate_key("P-256", {"kid": "key-1"})

    assert refusal(provider, provider.token()) == "not-a-valid-token"


def test_altered_payload_is_refused(provider: ProviderForTests) -> None:
    header, _, signature = provider.token().split(".")
    claims = json.dumps(provider.claims(START, sub="somebody-else")).encode()
    payload = base64.urlsafe_b64encode(claims).decode().rstrip("=")

    assert refusal(provider, f"{header}.{payload}.{signature}") == "not-a-valid-token"


def test_kid_is_required_and_must_be_known(provider: ProviderForTests) -> None:
    assert refusal(provider, provider.token(header={"kid": None})) == "no-kid"
    assert refusal(provider, provider.token(header={"kid": "other"})) == "unknown-kid"


@pytest.mark.parametrize(
    "token",
    ["", "x", "..", "a.b.c", "ééé.é.é", "\ud800", ".".join(["e30"] * 3), ".".join(["W10"] * 3), "a." * 4000],
)
def test_garbage_is_refused(provider: ProviderForTests, token: str) -> None:
    assert refusal(provider, token) in {"not-a-valid-token", "algorithm-not-allowed"}


def test_deeply_nested_header_is_refused(provider: ProviderForTests) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 5000).decode().rstrip("=")

    assert refusal(provider, f"{deep}.e30.e30") in {"not-a-valid-token", "algorithm-not-allowed"}


def test_oversize_token_is_refused_unread(provider: ProviderForTests) -> None:
    assert refusal(provider, provider.token(filler="x" * 8192)) == "token-too-large"


# The provider's key file.


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def a_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def write(path: Path, entries: Any, mtime: int) -> None:
    path.write_text(json.dumps(entries))
    os.utime(path, (mtime, mtime))


def public(*keys: ECKey | RSAKey) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def test_changed_key_file_is_read_again_once_a_second_at_most(tmp_path: Path) -> None:
    file, elapsed = tmp_path / "jwks.json", Elapsed()
    write(file, public(a_key("old")), 1000)
    keys = ProviderKeys(file, elapsed=elapsed)
    assert set(keys.current()) == {"old"}

    write(file, public(a_key("new")), 2000)
    elapsed.seconds = 0.9
    assert set(keys.current()) == {"old"}

    elapsed.seconds = 1.0
    assert set(keys.current()) == {"new"}


def test_unchanged_key_file_is_not_parsed_again(tmp_path: Path) -> None:
    file, elapsed = tmp_path / "jwks.json", Elapsed()
    write(file, public(a_key("old")), 1000)
    keys = ProviderKeys(file, elapsed=elapsed)
    first = keys.current()
    elapsed.seconds = 5.0

    assert keys.current() is first


def test_key_file_that_breaks_signs_nobody_in_until_it_is_whole(tmp_path: Path) -> None:
    file, elapsed = tmp_path / "jwks.json", Elapsed()
    write(file, public(a_key("good")), 1000)
    keys = ProviderKeys(file, elapsed=elapsed)
    keys.current()

    file.write_text("{")
    elapsed.seconds = 2.0
    with pytest.raises(KeyFileBroken, match="malformed"):
        keys.current()
    file.unlink()
    elapsed.seconds = 4.0
    with pytest.raises(KeyFileBroken, match="unreadable"):
        keys.current()

    write(file, public(a_key("good")), 1000)
    elapsed.seconds = 6.0
    assert set(keys.current()) == {"good"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "malformed"),
        ({"keys": 3}, "malformed"),
        ({"keys": ["x"]}, "malformed"),
        ({"keys": []}, "empty"),
        ({"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]}, "not-public"),
        ({"keys": [{"kty": "EC", "kid": "a", "crv": "P-256", "x": "AA", "y": "AA"}]}, "malformed"),
        ({"keys": [{"kty": "RSA", "kid": "a", "e": "AQAB", "n": "q" * 172}]}, "short-key"),
        ({"keys": [{"kty": "RSA", "kid": "a", "e": "AQAB", "n": 3}]}, "malformed"),
        ({"keys": [{"kty": "EC", "kid": "", "crv": "P-256"}]}, "without-kid"),
    ],
)
def test_unusable_key_file_says_why(tmp_path: Path, content: Any, code: str) -> None:
    (tmp_path / "jwks.json").write_text(json.dumps(content))

    with pytest.raises(KeyFileBroken, match=code):
        ProviderKeys(tmp_path / "jwks.json").current()


def test_private_short_and_double_keys_are_refused(tmp_path: Path) -> None:
    file, key = tmp_path / "jwks.json", a_key("a")
    for entries, code in [
        ({"keys": [key.as_dict(private=True)]}, "not-public"),
        (public(key, key), "twice"),
    ]:
        file.write_text(json.dumps(entries))
        with pytest.raises(KeyFileBroken, match=code):
            ProviderKeys(file).current()


def test_key_of_a_kind_that_is_not_for_us_is_passed_over(tmp_path: Path) -> None:
    file, entries = tmp_path / "jwks.json", public(a_key("a"))
    entries["keys"].append({"kty": "OKP", "kid": "b", "crv": "Ed25519", "x": "AA"})
    file.write_text(json.dumps(entries))

    assert set(ProviderKeys(file).current()) == {"a"}


def test_readiness_tells_that_nobody_can_sign_in(provider: ProviderForTests) -> None:
    assert provider.verifier().readiness() == []
    provider.file.unlink()
    assert provider.verifier().readiness() == ["keys-file-unreadable"]
