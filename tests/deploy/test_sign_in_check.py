"""Made-up people and real ones never meet, whatever is started on whose data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.ids import a_person_id
from tests.support.stack import ServiceDatabase
from typer.testing import CliRunner

from chassis.clock import SystemClock
from chassis.signin import Issuer, Verifier
from deploy.__main__ import app
from deploy.embedded.faults import DataFolderRefused
from deploy.folder import DataFolder
from deploy.issuer import (
    AUDIENCE,
    ISSUER,
    PERSON_ISSUER,
    PERSON_PUBLIC,
    PERSON_ROLES,
    PRIVATE,
    PUBLIC,
    STAFF_ROLES,
    issuer_keys,
    person_issuer_keys,
)
from deploy.parties import SERVICES
from deploy.personas import PERSONAS, invented_id, persona, token_for
from deploy.sign_in_check import OWN_SETTINGS, SignIn, SignInMixed, check, chosen

OWN = {
    f"{service.name.upper()}_{name}": "https://id.example"
    for service in SERVICES
    if service.on_bus
    for name in OWN_SETTINGS
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with DataFolder(tmp_path / "data") as held:
        yield held


@pytest.fixture
def keyring(service_database: Callable[[str], ServiceDatabase]) -> str:
    return service_database("keyring").url("admin")


def somebody_is_in(keyring: str) -> None:
    with psycopg.connect(keyring, autocommit=True) as connection:
        connection.execute(
            "insert into keyring.data_key (key_id, person, capacity, kek_id, wrapped)"
            " values (gen_random_uuid(), gen_random_uuid(), 'resident', 'kek-1', 'x')"
        )


# Which provider.


def test_made_up_provider_unless_every_service_names_another() -> None:
    assert chosen(SERVICES, {}) is SignIn.MADE_UP
    assert chosen(SERVICES, {"PATH": "x", "CASEFILE_HTTP_PORT": "1"}) is SignIn.MADE_UP
    assert chosen(SERVICES, OWN) is SignIn.OWN


@pytest.mark.parametrize("missing", sorted(OWN))
def test_two_providers_at_once_are_refused(missing: str) -> None:
    with pytest.raises(SignInMixed, match=missing):
        chosen(SERVICES, {name: value for name, value in OWN.items() if name != missing})


def test_real_provider_cannot_carry_the_made_up_ones_name() -> None:
    with pytest.raises(SignInMixed, match="CASEFILE_ISSUER"):
        chosen(SERVICES, OWN | {"CASEFILE_ISSUER": ISSUER})


# On which data.


@pytest.mark.parametrize("first", SignIn)
def test_same_provider_starts_again_and_the_other_does_not(
    keyring: str, folder: DataFolder, first: SignIn
) -> None:
    other = next(each for each in SignIn if each is not first)
    check(keyring, folder.secrets, first)
    somebody_is_in(keyring)

    check(keyring, folder.secrets, first)
    with pytest.raises(SignInMixed, match="--data"):
        check(keyring, folder.secrets, other)
    check(keyring, folder.secrets, first)


def test_nobody_in_it_means_that_the_choice_is_free(keyring: str, folder: DataFolder) -> None:
    for wanted in (SignIn.MADE_UP, SignIn.OWN, SignIn.MADE_UP):
        check(keyring, folder.secrets, wanted)


def test_people_without_a_mark_are_real(keyring: str, folder: DataFolder) -> None:
    """Services that were started by themselves, without this command, leave no mark."""
    somebody_is_in(keyring)

    with pytest.raises(SignInMixed, match="let everybody in"):
        check(keyring, folder.secrets, SignIn.MADE_UP)
    check(keyring, folder.secrets, SignIn.OWN)


def test_own_provider_takes_the_made_up_ones_key_away(keyring: str, folder: DataFolder) -> None:
    issuer_keys(folder.secrets, folder.path / PUBLIC)

    check(keyring, folder.secrets, SignIn.OWN)

    assert not folder.secrets.path(PRIVATE).exists()
    with pytest.raises(DataFolderRefused, match="your own provider"):
        token_for(folder.secrets, PERSONAS[0])


# Invented people.


@pytest.fixture
def verifier(folder: DataFolder) -> Verifier:
    """As every service checks tokens."""
    staff = issuer_keys(folder.secrets, folder.path / PUBLIC)
    persons = person_issuer_keys(folder.secrets, folder.path / PERSON_PUBLIC)
    return Verifier(
        Issuer(ISSUER, staff, AUDIENCE, frozenset(STAFF_ROLES)),
        Issuer(PERSON_ISSUER, persons, AUDIENCE, frozenset(PERSON_ROLES), "person"),
        clock=SystemClock(),
    )


def test_there_is_somebody_for_every_role(folder: DataFolder, verifier: Verifier) -> None:
    found = [verifier.verify(token_for(folder.secrets, each)) for each in PERSONAS]

    assert frozenset().union(*(each.roles for each in found)) == {*STAFF_ROLES, *PERSON_ROLES}
    assert any(len(each.roles) > 1 for each in found)
    assert {each.kind for each in found} == {"staff", "person"}


def test_made_up_resident_is_who_was_asked_for(folder: DataFolder, verifier: Verifier) -> None:
    nour, sam = a_person_id("Nour"), a_person_id("Sam")
    resident, representative = persona("resident"), persona("representative")
    assert resident is not None
    assert representative is not None

    assert verifier.verify(token_for(folder.secrets, resident, person=nour)).person == nour
    found = verifier.verify(token_for(folder.secrets, representative, person=sam, represents=nour))
    assert (found.person, found.represents, found.role) == (sam, nour, "role_representative")
    assert verifier.verify(token_for(folder.secrets, representative)).represents == invented_id("resident")


def test_command_prints_a_token(folder: DataFolder, verifier: Verifier) -> None:
    told = CliRunner().invoke(
        app, ["token", "--persona", "coordinator", "--organisation", "oco_almere", "--data", str(folder.path)]
    )

    assert told.exit_code == 0
    found = verifier.verify(told.stdout.strip())
    assert (found.role, found.organisation) == ("role_coordinator", "oco_almere")


def test_command_says_who_there_is(folder: DataFolder) -> None:
    told = CliRunner().invoke(app, ["token", "--persona", "mayor", "--data", str(folder.path)])

    assert "coordinator, supporter" in str(told.exception)
