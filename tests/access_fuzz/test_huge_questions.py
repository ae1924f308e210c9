"""Bodies that are too large, too deep, too many or never whole, at every command of every service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.support.running import running
from tests.support.stack import ServiceDatabase

from casefile.bootstrap import build as build_casefile
from casefile.settings import Settings as CasefileSettings
from chassis.http.requests import MAX_BODY_BYTES, RequestChecks
from intake.bootstrap import build as build_intake
from intake.settings import Settings as IntakeSettings
from matching.bootstrap import build as build_matching
from matching.settings import Settings as MatchingSettings

SERVICES: dict[str, tuple[Any, Any]] = {
    "casefile": (build_casefile, CasefileSettings),
    "intake": (build_intake, IntakeSettings),
    "matching": (build_matching, MatchingSettings),
}
AN_ID = "3f1c0f5e-4f0b-4c57-9a55-0f7d2b6f2f11"
MILLION = 1_000_000


class At:
    """A service, and every address at which it takes a command."""

    def __init__(self, app: Any, headers: Callable[[], dict[str, str]]) -> None:
        self.app, self._headers = app, headers
        self._client = TestClient(app, raise_server_exceptions=False)
        described = self._client.get("/v1/openapi.json").json()
        self.commands: dict[str, dict[str, Any]] = {}
        for path, operations in described["paths"].items():
            if "post" in operations:
                self.commands[path] = _fields(described, operations["post"])

    def says(self, path: str, content: bytes) -> int:
        """The status of the answer to this body."""
        wanted = {"Content-Type": "application/json", "Idempotency-Key": "huge"} | self._headers()
        return self._client.post(_filled(path), content=content, headers=wanted).status_code


def _filled(path: str) -> str:
    return "/".join(AN_ID if part.startswith("{") else part for part in path.split("/"))


def _fields(described: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for each in (schema, *schema.get("anyOf", [])):
        if "$ref" in each:
            name = each["$ref"].rsplit("/", 1)[1]
            found: dict[str, Any] = described["components"]["schemas"][name].get("properties", {})
            return found
    return {}


@pytest.fixture(params=sorted(SERVICES))
def at(
    request: pytest.FixtureRequest, service_database: Callable[[str], ServiceDatabase], tmp_path: Path
) -> Iterator[At]:
    build, settings = SERVICES[request.param]
    with closing(running(build, settings, service_database, tmp_path)) as service:
        found = At(service.client.app, service.headers)
        assert found.commands
        yield found


def test_a_million_ids_are_too_large(at: At) -> None:
    content = json.dumps([AN_ID] * MILLION).encode()
    for path in list(at.commands)[:3]:
        assert at.says(path, content) == 413, path


def test_as_many_ids_as_fit_in_any_field_are_refused_by_what_they_are(at: At) -> None:
    """Whatever the field: refused as malformed or as absent, and no fault of ours."""
    ids = [AN_ID] * (MAX_BODY_BYTES // 40 - 40)
    for path, fields in at.commands.items():
        content = json.dumps(dict.fromkeys(list(fields)[:1] or ["any"], ids)).encode()
        assert len(content) <= MAX_BODY_BYTES
        assert at.says(path, content) in (400, 404, 409), path


def test_deep_bodies_are_malformed(at: At) -> None:
    for opens, closes in ((b"[", b"]"), (b'{"partIds":', b"}")):
        for depth in (70, 5_000):
            content = opens * depth + b"0" + closes * depth
            told = {at.says(path, content) for path in at.commands}
            assert told == {400}, (opens, depth)


def test_a_body_that_does_not_come_is_given_up(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    given = RequestChecks.__init__.__kwdefaults__
    assert given
    monkeypatch.setitem(given, "body_within", 0.01)
    for path in at.commands:
        assert asyncio.run(_slow(at.app, path)) == 408, path


async def _slow(app: Any, path: str) -> int:
    checks = app.build_middleware_stack()
    sent: list[Any] = []
    parts = iter([{"type": "http.request", "body": b'{"a"', "more_body": True}])

    async def receive() -> Any:
        for part in parts:
            return part
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": _filled(path),
        "raw_path": _filled(path).encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("198.51.100.7", 1),
        "app": app,
    }
    await checks(scope, receive, send)
    return int(sent[0]["status"])
