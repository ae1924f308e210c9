"""Every service gets all the variables that it asks for, and none of ours that is not its business."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.settings import checked
from deploy.addresses import Addresses
from deploy.folder import DataFolder
from deploy.issuer import ISSUER, PRIVATE
from deploy.parties import SERVICES, Service
from deploy.servers import Servers
from deploy.service_environment import http_port, service_environment, settings_of

PORTS = {service.name: 9100 + number for number, service in enumerate(SERVICES)}
GIVEN = Addresses(
    postgres_url="postgresql://admin:very-secret@db.example:5433/postgres", nats_url="nats://bus:4222"
)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    with DataFolder(tmp_path_factory.mktemp("environment") / "data") as held:
        yield held


def made(folder: DataFolder, service: Service, **ours: str) -> dict[str, str]:
    return service_environment(
        service, folder, Servers(folder, GIVEN), PORTS, port=PORTS[service.name], adjustable=True, ours=ours
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_its_settings_find_no_fault(
    folder: DataFolder, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in made(folder, service).items():
        monkeypatch.setenv(name, value)
    settings = checked(settings_of(service))
    assert settings.http_port == PORTS[service.name]
    folder.secrets.verify()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_it_sees_neither_the_administrators_address_nor_anothers_secrets(
    folder: DataFolder, service: Service
) -> None:
    found = made(
        folder, service, WAAKVLAM_POSTGRES_URL="x", HOME="/home/x", AWS_SECRET="x", OTEL_SERVICE_NAME="y"
    )
    assert "very-secret" not in str(found)
    assert {"HOME", "OTEL_SERVICE_NAME"} <= found.keys()
    assert found.keys().isdisjoint({"WAAKVLAM_POSTGRES_URL", "AWS_SECRET"})
    values = set(found.values())
    for other in SERVICES:
        if other != service:
            prefix = other.name.upper() + "_"
            assert not any(name.startswith(prefix) for name in found)
            for secret in folder.secrets.folder.glob(f"*{other.name}*"):
                assert secret.read_text().strip() not in values
    assert folder.secrets.path(PRIVATE).read_text() not in values


def test_its_own_variable_in_our_environment_goes_first(folder: DataFolder) -> None:
    found = made(
        folder, SERVICES[0], INTAKE_ISSUER="https://id.example", CASEFILE_ISSUER="https://other.example"
    )
    assert found["INTAKE_ISSUER"] == "https://id.example"
    assert "CASEFILE_ISSUER" not in found
    assert made(folder, SERVICES[0])["INTAKE_ISSUER"] == ISSUER


def test_keys_and_ports_stay_the_same(folder: DataFolder) -> None:
    first, port = made(folder, SERVICES[1]), http_port(folder, SERVICES[1])
    assert made(folder, SERVICES[1]) == first
    assert http_port(folder, SERVICES[1]) == port
