"""A provider that a resident bound, and somebody who speaks for them: doors besides code and PIN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from tests.casefile.resident import PIN, a_name_with_pin, a_paper, as_person, at_the_door, in_door
from tests.casefile.telling import CASE, NOUR, a_supported_case, done
from tests.support.ids import a_person_id
from tests.support.running import Running, settings_for
from tests.support.stack import ServiceDatabase
from tests.support.tokens import ProviderForTests, publish

from casefile.bootstrap import build
from casefile.settings import Settings

SAM = a_person_id("Sam")
BROKER, FOR_US = "https://digid.example", "waakvlam-residents"


@pytest.fixture
def broker() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "broker"})


@pytest.fixture
def casefile(
    service_database: Callable[[str], ServiceDatabase], tmp_path: Path, broker: ECKey
) -> Iterator[Running]:
    """Casefile of a region where residents may sign in through a broker."""
    provider, file = ProviderForTests(tmp_path), tmp_path / "broker.json"
    publish(file, broker)
    database, keyring = service_database("casefile"), service_database("keyring")
    with_broker = settings_for(Settings, database, keyring, provider, tmp_path).model_copy(
        update={"resident_jwks_file": file, "resident_issuer": BROKER, "resident_audience": FOR_US}
    )
    service = Running(build(with_broker), database, keyring, provider, "smwo").with_networks()
    a_supported_case(service)
    yield service
    service.close()


def pseudonym(casefile: Running, broker: ECKey, sub: str = "a-b", **changed: Any) -> str:
    """A token of the broker: a pseudonym, and nothing that we gave out."""
    provider = casefile.provider
    claims = provider.person_claims(provider.clock.now(), NOUR, iss=BROKER, aud=FOR_US, sub=sub, roles=None)
    kept = {name: value for name, value in claims.items() if "claims/" not in name}
    return provider.signed(kept | changed, broker)


def bind(casefile: Running, token: str, at_broker: str, person: object = NOUR) -> tuple[int, str]:
    answer = as_person(
        casefile, "POST", f"/people/{person}/sign-in-bindings", token, json={"providerToken": at_broker}
    )
    return answer.status_code, str(answer.json().get("title", ""))


# A provider.


def test_bound_provider_opens_the_door_for_its_pseudonym_only(casefile: Running, broker: ECKey) -> None:
    at_broker = pseudonym(casefile, broker)
    assert at_the_door(casefile, providerToken=at_broker) == "SignInFailed"
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)

    assert bind(casefile, token, at_broker) == (201, "")

    entered = casefile.service.base.verifier.verify(in_door(casefile, providerToken=at_broker))
    assert (entered.person, entered.role) == (NOUR, "role_resident")
    for sub in ("A-B", "ab", "a b", "a-b "):
        assert at_the_door(casefile, providerToken=pseudonym(casefile, broker, sub)) == "SignInFailed"
    assert bind(casefile, token, at_broker) == (409, "BoundAlready")


def test_token_of_the_provider_is_checked_like_any_other(casefile: Running, broker: ECKey) -> None:
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)
    other = ECKey.generate_key("P-256", {"kid": "broker"})
    for bad in (
        pseudonym(casefile, broker, aud="another"),
        pseudonym(casefile, broker, iss="https://other.example"),
        pseudonym(casefile, broker, exp=1),
        pseudonym(casefile, other),
        pseudonym(casefile, broker, sub="123456782"),
        casefile.provider.token(),
        token,
    ):
        assert bind(casefile, token, bad) == (409, "SignInFailed")
        assert at_the_door(casefile, providerToken=bad) == "SignInFailed"


def test_provider_token_itself_signs_in_nowhere(casefile: Running, broker: ECKey) -> None:
    answer = as_person(casefile, "GET", f"/cases/{CASE}", pseudonym(casefile, broker))

    assert answer.status_code == 401


def test_nobody_binds_for_another(casefile: Running, broker: ECKey) -> None:
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)

    assert bind(casefile, token, pseudonym(casefile, broker), SAM)[0] == 404
    assert bind(casefile, casefile.provider.token(roles=["role_coordinator"]), "x", NOUR)[0] == 404


def test_revocation_closes_that_door_too(casefile: Running, broker: ECKey) -> None:
    at_broker = pseudonym(casefile, broker)
    token = in_door(casefile, code=a_paper(casefile)["code"], newPin=PIN)
    bind(casefile, token, at_broker)

    done(casefile, f"/people/{NOUR}/sign-in-revocations", {"caseId": str(CASE)})

    assert at_the_door(casefile, providerToken=at_broker) == "SignInFailed"
    assert bind(casefile, token, at_broker) == (409, "NotSetUp")


# Somebody who speaks for the resident.


def sam_speaks(casefile: Running) -> str:
    """Sam speaks for Nour for ten days, and has a sign-in of his own; its name."""
    until = (casefile.now() + timedelta(days=10)).isoformat()
    paper = {"representative": str(SAM), "kind": "rk_mentor", "validUntil": until}
    done(casefile, f"/people/{NOUR}/representations", paper)
    handed = a_paper(casefile, person=SAM)
    in_door(casefile, code=handed["code"], newPin=PIN)
    return str(handed["signInName"])


def test_representative_signs_in_as_themselves_or_for_the_resident(casefile: Running) -> None:
    name = sam_speaks(casefile)
    verify = casefile.service.base.verifier.verify

    alone = verify(in_door(casefile, signInName=name, pin=PIN))
    for_nour = verify(in_door(casefile, signInName=name, pin=PIN, representing=str(NOUR)))

    assert (alone.person, alone.represents, alone.role) == (SAM, None, "role_resident")
    assert (for_nour.person, for_nour.represents, for_nour.role) == (SAM, NOUR, "role_representative")


def test_representation_that_is_over_opens_nothing(casefile: Running) -> None:
    name = sam_speaks(casefile)
    casefile.move_clock(timedelta(days=11))

    assert at_the_door(casefile, signInName=name, pin=PIN, representing=str(NOUR)) == "SignInFailed"
    assert in_door(casefile, signInName=name, pin=PIN)


def test_resident_represents_nobody(casefile: Running) -> None:
    name = a_name_with_pin(casefile)

    for somebody in (SAM, NOUR):
        assert at_the_door(casefile, signInName=name, pin=PIN, representing=str(somebody)) == "SignInFailed"
