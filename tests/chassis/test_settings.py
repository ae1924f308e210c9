"""Settings are checked at start: every fault named at once, in words, and no value ever shown."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.key_wrapping import kek_line
from chassis.settings import BrokenSettings, ServiceSettings, checked, load, read_key

CANARY = "kanarie-geheim-0612"


class LampSettings(ServiceSettings):
    """A service's settings."""

    model_config = SettingsConfigDict(env_prefix="LAMPS_")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A whole and good environment."""
    for name in list(os.environ):
        if name.startswith(("LAMPS_", "OTEL_")):
            monkeypatch.delenv(name)
    key_file, jwks_file = tmp_path / "key", tmp_path / "jwks.json"
    key_file.write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
    key_file.chmod(0o600)
    jwks_file.write_text("{}")
    kek_file = tmp_path / "kek"
    kek_file.write_text(kek_line("kek-1", bytes(32)))
    kek_file.chmod(0o600)
    values = {
        "HTTP_PORT": "8000",
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "lamps",
        "API_PASSWORD": CANARY,
        "WORKER_PASSWORD": CANARY,
        "NATS_URL": "nats://127.0.0.1:4222",
        "NATS_USER": "lamps",
        "NATS_PASSWORD": CANARY,
        "SOURCE_URN_PREFIX": "urn:nld:kvknr:00000000:systeem:",
        "JWKS_FILE": str(jwks_file),
        "ISSUER": "https://aanmelden.example",
        "AUDIENCE": "lamps",
        "STAFF_ROLES": "coordinator, supporter",
        "BODY_HMAC_KEY_FILE": str(key_file),
        "CODES_KEY_FILE": str(key_file),
        "KEYRING_HOST": "127.0.0.1",
        "KEYRING_PORT": "5432",
        "KEYRING_PASSWORD": CANARY,
        "KEK_FILE": str(kek_file),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"LAMPS_{name}", value)
    return monkeypatch


def faults_now() -> dict[str, str]:
    with pytest.raises(BrokenSettings) as broken:
        checked(LampSettings)
    return {fault.variable: fault.reason for fault in broken.value.faults}


@pytest.mark.usefixtures("environment")
def test_good_settings_load() -> None:
    settings = load(LampSettings)

    assert settings.service == "lamps"
    assert settings.http_host == "127.0.0.1"
    assert settings.api_password.get_secret_value() == CANARY
    assert read_key(settings.body_hmac_key_file) == bytes(range(32))
    assert (settings.traces_dir, settings.otlp_endpoint, settings.clock_adjustable) == (None, None, False)


@pytest.mark.usefixtures("environment")
def test_secrets_are_never_shown() -> None:
    settings = load(LampSettings)

    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)
    assert CANARY not in settings.model_dump_json()


def test_no_secret_has_a_default() -> None:
    secret = {n: f for n, f in LampSettings.model_fields.items() if SecretStr in (f.annotation,)}

    assert set(secret) == {"api_password", "worker_password", "nats_password", "keyring_password"}
    assert all(field.is_required() for field in secret.values())
    assert LampSettings.model_fields["kek_file"].is_required()
    assert LampSettings.model_fields["body_hmac_key_file"].is_required()


def test_every_fault_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("LAMPS_API_PASSWORD")
    environment.setenv("LAMPS_HTTP_PORT", "70000")
    environment.setenv("LAMPS_DATABASE_PORT", "abc")
    environment.setenv("LAMPS_NATS_URL", "http://127.0.0.1")
    environment.setenv("LAMPS_SOURCE_URN_PREFIX", "urn:nld:kvknr:1:systeem:")
    environment.setenv("LAMPS_JWKS_FILE", "/nowhere/jwks.json")
    environment.setenv("LAMPS_ISSUER", "https://")
    environment.setenv("LAMPS_CLOCK_ADJUSTABLE", "perhaps")

    faults = faults_now()

    assert set(faults) == {
        f"LAMPS_{name}"
        for name in (
            "API_PASSWORD",
            "HTTP_PORT",
            "DATABASE_PORT",
            "NATS_URL",
            "SOURCE_URN_PREFIX",
            "JWKS_FILE",
            "ISSUER",
            "CLOCK_ADJUSTABLE",
        )
    }
    assert faults["LAMPS_API_PASSWORD"].startswith("is missing")
    assert faults["LAMPS_HTTP_PORT"].startswith("is too large")
    assert faults["LAMPS_DATABASE_PORT"].startswith("must be a whole number")
    assert "nats://" in faults["LAMPS_NATS_URL"]
    assert "does not exist" in faults["LAMPS_JWKS_FILE"]
    assert "true or false" in faults["LAMPS_CLOCK_ADJUSTABLE"]


def test_misspelt_variable_is_a_fault_with_a_suggestion(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LAMPS_HTPP_PORT", "8001")

    assert faults_now() == {
        "LAMPS_HTPP_PORT": "is not a setting of this program; did you mean LAMPS_HTTP_PORT?"
    }


def test_another_services_variables_are_no_fault(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CANDLES_ANYTHING", "1")

    load(LampSettings)


def test_values_never_appear_in_faults(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [n for n in os.environ if n.startswith("LAMPS_")]:
        environment.setenv(name, "")
    environment.setenv("LAMPS_HTTP_PORT", CANARY)
    environment.setenv("LAMPS_ISSUER", CANARY)
    environment.setenv("LAMPS_SOURCE_URN_PREFIX", CANARY)
    environment.setenv("LAMPS_KEK_FILE", CANARY)
    environment.setenv("LAMPS_OTHER", CANARY)

    with pytest.raises(SystemExit) as end:
        load(LampSettings)

    told = capsys.readouterr()
    assert end.value.code == 2
    assert told.out == ""
    assert CANARY not in told.err
    assert told.err.startswith("The settings need attention:\n")
    assert "LAMPS_KEK_FILE" in told.err
    assert "LAMPS_OTHER" in told.err


def test_secret_file_that_everybody_may_read_is_refused(environment: pytest.MonkeyPatch) -> None:
    secret = {"LAMPS_KEK_FILE", "LAMPS_BODY_HMAC_KEY_FILE", "LAMPS_CODES_KEY_FILE"}
    for name in secret:
        Path(os.environ[name]).chmod(0o644)

    faults = faults_now()

    assert set(faults) == secret
    assert "everybody" in faults["LAMPS_KEK_FILE"]


@pytest.mark.usefixtures("environment")
def test_file_of_wrapping_keys_is_read_at_start() -> None:
    Path(os.environ["LAMPS_KEK_FILE"]).write_text("kek-1 short")

    assert "line 1" in faults_now()["LAMPS_KEK_FILE"]


def test_short_key_is_refused(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(base64.b64encode(b"short"))
    short.chmod(0o600)
    environment.setenv("LAMPS_BODY_HMAC_KEY_FILE", str(short))

    assert "32 random bytes" in faults_now()["LAMPS_BODY_HMAC_KEY_FILE"]


def test_otlp_address_comes_from_its_own_variable_or_the_usual_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318")
    assert load(LampSettings).otlp_endpoint == "http://collector.example:4318"

    environment.setenv("LAMPS_OTLP_ENDPOINT", "http://other.example:4318")
    assert load(LampSettings).otlp_endpoint == "http://other.example:4318"

    environment.delenv("LAMPS_OTLP_ENDPOINT")
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")
    assert set(faults_now()) == {"LAMPS_OTLP_ENDPOINT"}


# Two issuers.


@pytest.fixture
def residents(environment: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment in which residents sign in too."""
    (tmp_path / "residents.json").write_text("{}")
    environment.setenv("LAMPS_PERSON_JWKS_FILE", str(tmp_path / "residents.json"))
    environment.setenv("LAMPS_PERSON_ISSUER", "https://inwoners.example")
    environment.setenv("LAMPS_PERSON_ROLES", "resident")
    return environment


@pytest.mark.usefixtures("environment")
def test_without_an_issuer_for_residents_only_staff_signs_in() -> None:
    staff = load(LampSettings).issuers()

    (only,) = staff
    assert only.name == "https://aanmelden.example"
    assert only.kind == "staff"
    assert only.roles == frozenset({"coordinator", "supporter"})


@pytest.mark.usefixtures("residents")
def test_issuer_for_residents_has_its_own_keys_and_roles() -> None:
    _, residents = load(LampSettings).issuers()

    assert residents.name == "https://inwoners.example"
    assert residents.kind == "person"
    assert residents.roles == frozenset({"resident"})


@pytest.mark.parametrize("missing", ["PERSON_JWKS_FILE", "PERSON_ISSUER", "PERSON_ROLES"])
def test_issuer_for_residents_is_set_whole_or_not_at_all(residents: pytest.MonkeyPatch, missing: str) -> None:
    residents.delenv(f"LAMPS_{missing}")

    assert "go together" in faults_now()["LAMPS_…"]


def test_issuers_that_could_be_taken_for_each_other_are_refused(residents: pytest.MonkeyPatch) -> None:
    for name, value in [
        ("PERSON_ISSUER", os.environ["LAMPS_ISSUER"]),
        ("PERSON_ROLES", "resident, supporter"),
        ("PERSON_JWKS_FILE", os.environ["LAMPS_JWKS_FILE"]),
    ]:
        with residents.context() as one:
            one.setenv(f"LAMPS_{name}", value)
            assert name in faults_now()["LAMPS_…"] or "differ" in faults_now()["LAMPS_…"]


@pytest.mark.parametrize(
    "roles", ["", "Coordinator", "a:b", "a@b", "staff", "person,coordinator", "a,,b", "*"]
)
def test_role_names_that_could_be_read_as_something_else_are_refused(
    environment: pytest.MonkeyPatch, roles: str
) -> None:
    environment.setenv("LAMPS_STAFF_ROLES", roles)

    assert "names of roles" in faults_now()["LAMPS_STAFF_ROLES"]
