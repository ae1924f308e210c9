"""FastAPI's defaults against the Dutch API rules; what ours does instead is in tests/chassis.

`test_trailing_slash_is_another_address_and_no_redirect`, `test_library_pages_and_redirects_are_off`,
`test_every_answer_has_version_and_safe_headers` (test_http_answers.py); `test_all_faults_are_told_together`
(test_http_bodies.py).
"""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient


class Body(BaseModel):
    """Anything."""

    number: int


@pytest.fixture
def client() -> TestClient:
    """An application as the framework's own pages show it."""
    app = FastAPI()

    @app.post("/things")
    def make(body: Body) -> Body:
        return body

    @app.get("/things")
    def things() -> list[str]:
        return []

    return TestClient(app, follow_redirects=False)


def test_a_trailing_slash_is_redirected(client: TestClient) -> None:
    """The rules want 404."""
    assert client.get("/things/").status_code == 307


def test_malformed_input_is_422(client: TestClient) -> None:
    """The rules want 400 and a problem document."""
    answer = client.post("/things", json={"number": "none"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"


def test_a_faulty_value_is_quoted_in_the_answer(client: TestClient) -> None:
    """It may be personal: ours says where and why, and never what."""
    assert "Anouk" in client.post("/things", json={"number": "Anouk"}).text


def test_pages_and_description_are_open_under_their_own_addresses(client: TestClient) -> None:
    """Ours has one description, at /v1/openapi.json."""
    assert [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [200] * 3


def test_answers_have_no_header_that_protects(client: TestClient) -> None:
    headers = client.get("/things").headers
    assert [name for name in ("cache-control", "x-frame-options", "api-version") if name in headers] == []
