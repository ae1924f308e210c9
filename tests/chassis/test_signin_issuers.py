"""Two issuers: each makes its own kind of principal, and neither can do the other's work."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from tests.support.clock import START
from tests.support.ids import an_id
from tests.support.tokens import AUDIENCE, ISSUER, PERSON_ISSUER, ProviderForTests, publish

from chassis.clock import FixedClock
from chassis.signin import ORGANISATION_CLAIM, PERSON_CLAIM, Issuer, NotSignedIn, Verifier

FATIMA, SAM = an_id("person", 1), an_id("person", 2)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def provider(tmp_path: Path, clock: FixedClock) -> ProviderForTests:
    return ProviderForTests(tmp_path, clock=clock)


def refusal(provider: ProviderForTests, token: str) -> str:
    with pytest.raises(NotSignedIn) as refused:
        provider.verifier().verify(token)
    assert token not in str(refused.value)
    return refused.value.code


# A person.


def test_person_has_no_organisation_and_asks_for_themselves(provider: ProviderForTests) -> None:
    found = provider.verifier().verify(provider.person_token(FATIMA))

    assert (found.kind, found.person, found.represents) == ("person", FATIMA, None)
    assert (found.organisation, found.role, found.issuer) == ("-", "role_resident", PERSON_ISSUER)


def test_person_may_represent_another(provider: ProviderForTests) -> None:
    token = provider.person_token(FATIMA, represents=str(SAM), roles=["role_representative"])
    found = provider.verifier().verify(token)

    assert (found.person, found.represents, found.role) == (FATIMA, SAM, "role_representative")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({PERSON_CLAIM: None}, "no-person"),
        ({PERSON_CLAIM: "Fatima"}, "malformed-person"),
        ({PERSON_CLAIM: [str(FATIMA)]}, "malformed-person"),
        ({PERSON_CLAIM: str(FATIMA).upper()}, "malformed-person"),
        ({PERSON_CLAIM: f"{{{FATIMA}}}"}, "malformed-person"),
        ({PERSON_CLAIM: FATIMA.hex}, "malformed-person"),
        ({"represents": "Sam"}, "malformed-person"),
        ({"represents": [str(SAM)]}, "malformed-person"),
        ({"represents": str(FATIMA)}, "represents-oneself"),
        ({ORGANISATION_CLAIM: "welzijn"}, "organisation-in-a-person-token"),
        ({"roles": ["role_resident", "role_coordinator"]}, "role-of-another-issuer"),
        ({"aud": "candles"}, "wrong-audience"),
        ({"sub": None}, "no-sub"),
        ({"sub": "123456782"}, "sub-may-be-a-citizen-number"),
    ],
)
def test_persons_token_that_is_wrong_signs_nobody_in(
    provider: ProviderForTests, changed: dict[str, Any], code: str
) -> None:
    assert refusal(provider, provider.person_token(FATIMA, **changed)) == code


# Neither does the other's work.


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"roles": ["role_resident"]}, "role-of-another-issuer"),
        ({"roles": ["role_coordinator", "role_representative"]}, "role-of-another-issuer"),
        ({PERSON_CLAIM: str(FATIMA)}, "person-in-a-staff-token"),
        ({PERSON_CLAIM: None, "represents": str(SAM)}, "person-in-a-staff-token"),
        ({ORGANISATION_CLAIM: "-"}, "no-organisation"),
    ],
)
def test_staff_issuer_makes_nobody_a_person(
    provider: ProviderForTests, changed: dict[str, Any], code: str
) -> None:
    assert refusal(provider, provider.token(**changed)) == code


def test_one_issuers_key_signs_nothing_for_the_other(provider: ProviderForTests) -> None:
    """Also not under the other's key id."""
    staff, person = provider.claims(START), provider.person_claims(START, FATIMA)

    assert refusal(provider, provider.signed(staff, provider.person_key)) == "unknown-kid"
    assert refusal(provider, provider.signed(person, provider.key)) == "unknown-kid"
    forged = provider.signed(staff, provider.person_key, {"kid": provider.key.kid})
    assert refusal(provider, forged) == "not-a-valid-token"
    forged = provider.signed(person, provider.key, {"kid": provider.person_key.kid})
    assert refusal(provider, forged) == "not-a-valid-token"


def test_role_of_another_program_means_nothing_here(provider: ProviderForTests) -> None:
    found = provider.verifier().verify(provider.token(roles=["role_coordinator", "payroll-admin", "*"]))

    assert found.roles == frozenset({"role_coordinator"})
    assert found.role == "role_coordinator"


def test_without_an_issuer_for_persons_none_signs_in(provider: ProviderForTests, clock: FixedClock) -> None:
    staff_only = Verifier(Issuer(ISSUER, provider.file, AUDIENCE, frozenset({"coordinator"})), clock=clock)

    assert staff_only.verify(provider.token()).role == "coordinator"
    with pytest.raises(NotSignedIn, match="wrong-issuer"):
        staff_only.verify(provider.person_token(FATIMA))


def test_issuers_that_could_be_taken_for_each_other_are_refused(
    provider: ProviderForTests, clock: FixedClock
) -> None:
    staff = Issuer(ISSUER, provider.file, AUDIENCE, frozenset({"coordinator"}))
    for name, file, roles in [
        (ISSUER, provider.person_file, frozenset({"resident"})),
        (PERSON_ISSUER, provider.file, frozenset({"resident"})),
        (PERSON_ISSUER, provider.person_file, frozenset({"coordinator"})),
    ]:
        with pytest.raises(ValueError, match=r"of their own|belongs to"):
            Verifier(staff, Issuer(name, file, AUDIENCE, roles, "person"), clock=clock)


# The token itself.


def _segment(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signed_raw(provider: ProviderForTests, header: str, payload: str) -> str:
    """A token with a true signature over exactly these texts."""
    signed = f"{_segment(header)}.{_segment(payload)}"
    signature = JWSRegistry(algorithms=["ES256"]).get_alg("ES256").sign(signed.encode(), provider.key)
    return f"{signed}.{_segment(signature)}"


def test_claim_that_stands_there_twice_is_refused(provider: ProviderForTests) -> None:
    """Two programs that read one token must not see two organisations."""
    header = json.dumps({"alg": "ES256", "kid": "key-1"})
    claims = json.dumps(provider.claims(START))
    assert provider.verifier().verify(_signed_raw(provider, header, claims)).organisation == "welzijn"

    twice = f'{claims[:-1]}, "{ORGANISATION_CLAIM}": "zorg"}}'
    assert refusal(provider, _signed_raw(provider, header, twice)) == "not-a-valid-token"
    deeper = f'{claims[:-1]}, "other": {{"a": 1, "a": 2}}}}'
    assert refusal(provider, _signed_raw(provider, header, deeper)) == "not-a-valid-token"
    header_twice = '{"alg": "ES256", "kid": "other", "kid": "key-1"}'
    assert refusal(provider, _signed_raw(provider, header_twice, claims)) == "not-a-valid-token"


@pytest.mark.parametrize("payload", ["[]", "3", '"x"', "null", "{", "", "[" * 3000])
def test_payload_that_is_no_object_is_refused(provider: ProviderForTests, payload: str) -> None:
    header = json.dumps({"alg": "ES256", "kid": "key-1"})

    assert refusal(provider, _signed_raw(provider, header, payload)) == "not-a-valid-token"


def test_header_cannot_bring_its_own_key(provider: ProviderForTests) -> None:
    mine = ECKey.generate_key("P-256", {"kid": "key-1"})
    public = mine.as_dict(private=False)
    for header in ({"jwk": public}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example"}):
        forged = jwt.encode(
            {"alg": "ES256", "kid": "key-1", **header}, provider.claims(START), mine, algorithms=["ES256"]
        )
        assert refusal(provider, forged) == "not-a-valid-token"


@pytest.mark.parametrize("header", [{"b64": False, "crit": ["b64"]}, {"crit": ["exp"]}, {"crit": []}])
def test_critical_extensions_are_not_understood(provider: ProviderForTests, header: dict[str, Any]) -> None:
    whole = json.dumps({"alg": "ES256", "kid": "key-1"} | header)

    token = _signed_raw(provider, whole, json.dumps(provider.claims(START)))
    assert refusal(provider, token) == "not-a-valid-token"


def test_public_key_as_shared_secret_is_refused_in_every_form(provider: ProviderForTests) -> None:
    """HS256 with what everybody may know: PEM, DER, the JWK and the JWKS as they are published."""
    public = provider.key.as_dict(private=False)
    forms = [
        provider.key.as_pem(private=False),
        provider.key.as_der(private=False),
        json.dumps(public).encode(),
        json.dumps(public, sort_keys=True, separators=(",", ":")).encode(),
        provider.file.read_bytes(),
    ]
    signed = ".".join(
        _segment(json.dumps(part)) for part in ({"alg": "HS256", "kid": "key-1"}, provider.claims(START))
    )
    for form in forms:
        token = f"{signed}.{_segment(hmac.digest(form, signed.encode(), 'sha256'))}"
        assert refusal(provider, token) == "algorithm-not-allowed"


# Rotation.


class Elapsed:
    """Seconds that pass when the test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_key_that_was_taken_back_is_refused_within_a_second_and_a_new_one_accepted(
    provider: ProviderForTests,
) -> None:
    elapsed = Elapsed()
    verifier = provider.verifier(elapsed=elapsed)
    old, old_key = provider.token(), provider.key
    person = provider.person_token(FATIMA)
    assert verifier.verify(old)

    provider.key = ECKey.generate_key("P-256", {"kid": "key-2"})
    provider.publish(old_key, provider.key)
    elapsed.seconds = 1.0
    assert verifier.verify(old)
    assert verifier.verify(provider.token())

    provider.publish(provider.key)
    elapsed.seconds = 2.0
    with pytest.raises(NotSignedIn, match="unknown-kid"):
        verifier.verify(old)
    assert verifier.verify(provider.token())
    assert verifier.verify(person).person == FATIMA


def test_broken_key_file_of_one_issuer_signs_out_only_its_own(provider: ProviderForTests) -> None:
    provider.person_file.write_text("{")

    assert provider.verifier().verify(provider.token())
    assert refusal(provider, provider.person_token(FATIMA)) == "keys-file-malformed"
    assert provider.verifier().readiness() == ["keys-file-malformed"]
    publish(provider.person_file, provider.person_key)
    assert provider.verifier().readiness() == []


def test_persons_token_expires(provider: ProviderForTests, clock: FixedClock) -> None:
    token, verifier = provider.person_token(FATIMA), provider.verifier()
    clock.advance(timedelta(minutes=5, seconds=30))

    with pytest.raises(NotSignedIn, match="expired"):
        verifier.verify(token)
