"""The environment variables that a service gets from this command; a real deployment sets the same ones."""

from __future__ import annotations

import base64
import os
import secrets as chance
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chassis.key_wrapping import kek_line
from chassis.settings import ProcessSettings
from deploy.embedded.faults import ServerCannotStart
from deploy.folder import DataFolder
from deploy.issuer import (
    AUDIENCE,
    ISSUER,
    PERSON_ISSUER,
    PERSON_PRIVATE,
    PERSON_PUBLIC,
    PERSON_ROLES,
    PUBLIC,
    STAFF_ROLES,
    issuer_keys,
    person_issuer_keys,
)
from deploy.parties import KEYRING, SERVICES, STREAM, Service
from deploy.provision.service_database import KEYRING_ERASER, KEYRING_LOGIN
from deploy.servers import Servers

SOURCE_URN_PREFIX = "urn:nld:kvknr:00000000:systeem:"
FIRST_PORT = 8100
PORTAL_TOKEN = "portal-token"  # noqa: S105  # the name of a file
# What a service may see of our own environment: programs, language, certificates, telemetry.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
PASSED_PREFIXES = ("LC_", "OTEL_")


def http_port(folder: DataFolder, service: Service, part: str = "") -> int:
    """The remembered HTTP port of a service; `part` is `worker` when it runs as two processes."""
    position = [each.name for each in SERVICES].index(service.name)
    preferred = FIRST_PORT + (position + 1) % len(SERVICES) + (10 if part else 0)
    return folder.ports.pick(f"{service.name}-{part}" if part else service.name, preferred)


def settings_of(service: Service) -> type[ProcessSettings]:
    """The service's own settings class; raises ServerCannotStart when it is not installed here."""
    if find_spec(service.name) is None or find_spec(f"{service.name}.settings") is None:
        raise ServerCannotStart(f"Service {service.name} is not installed here, or has no settings.")
    found: type[ProcessSettings] = import_module(f"{service.name}.settings").Settings
    return found


def service_environment(
    service: Service,
    folder: DataFolder,
    servers: Servers,
    ports: Mapping[str, int],
    *,
    port: int,
    adjustable: bool,
    ours: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Every variable of a service. Its own in our environment (`INTAKE_HTTP_PORT`, …) go first."""
    settings = settings_of(service)
    prefix = settings.model_config.get("env_prefix", "")
    known = _known_values(service, folder, servers, ports, port, adjustable)
    if not ours.get(f"{prefix}JWKS_FILE"):
        # Else a provider of their own signs people in, and the made-up one has no key.
        known["jwks_file"] = issuer_keys(folder.secrets, folder.path / PUBLIC)
    made = {
        prefix + name.upper(): str(known[name])
        for name in settings.model_fields
        if known.get(name) is not None
    }
    passed = {
        name: value for name, value in ours.items() if name in PASSED_ON or name.startswith(PASSED_PREFIXES)
    }
    own = {name: value for name, value in ours.items() if prefix and name.startswith(prefix)}
    return {"TZ": "UTC", "PYTHONUNBUFFERED": "1", **passed, **made, **own}


def _known_values(
    service: Service,
    folder: DataFolder,
    servers: Servers,
    ports: Mapping[str, int],
    port: int,
    adjustable: bool,
) -> dict[str, Any]:
    database_host, database_port = servers.database_host
    secrets = folder.secrets
    kek = secrets.path("key-encrypting-keys")
    secrets.text(kek.name, lambda: kek_line("local-1", chance.token_bytes(32)))
    values: dict[str, Any] = {
        "http_host": "127.0.0.1",
        "http_port": port,
        "traces_dir": folder.traces,
        "database_host": database_host,
        "database_port": database_port,
        "database_name": service.name,
        "api_password": servers.role_password(service.api),
        "worker_password": servers.role_password(service.worker),
        "stream": STREAM,
        "source_urn_prefix": SOURCE_URN_PREFIX,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "staff_roles": ",".join(STAFF_ROLES),
        "person_jwks_file": person_issuer_keys(secrets, folder.path / PERSON_PUBLIC),
        "person_issuer": PERSON_ISSUER,
        "person_roles": ",".join(PERSON_ROLES),
        "person_key_file": secrets.path(PERSON_PRIVATE),
        "keyring_host": database_host,
        "keyring_port": database_port,
        "keyring_name": KEYRING,
        "keyring_user": KEYRING_LOGIN,
        "keyring_password": servers.role_password(KEYRING_LOGIN),
        "kek_file": kek,
        "erasure_log": folder.erasure_log,
        "erasure_copies": folder.erasure_copy,
        "keyring_eraser": KEYRING_ERASER,
        "keyring_eraser_password": servers.role_password(KEYRING_ERASER) if service.erases else None,
        "token_file": secrets.path(PORTAL_TOKEN),
        "clock_adjustable": "true" if adjustable else "false",
        **{f"{name}_url": f"http://127.0.0.1:{number}" for name, number in ports.items()},
    }
    values |= {
        name: _key_file(folder, f"{service.name}-{name.removesuffix('_file').replace('_', '-')}")
        for name in (
            "body_hmac_key_file",
            "codes_key_file",
            "certificate_key_file",
            "cursor_key_file",
            "search_key_file",
            "session_key_file",
        )
        if name in settings_of(service).model_fields
    }
    if service.on_bus:
        values["nats_url"] = servers.nats_url
        values["nats_user"] = service.name
        values["nats_password"] = servers.bus_password(service.name)
    return values


def _key_file(folder: DataFolder, name: str) -> Path:
    folder.secrets.text(name, lambda: base64.b64encode(chance.token_bytes(32)).decode("ascii"))
    return folder.secrets.path(name)
