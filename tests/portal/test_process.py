"""The portal as a process: its settings, its end, its traces."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.portal.answers import a_case, a_number
from tests.portal.recorded_casefile import RecordedCasefile
from tests.support.waiting import until

COMMAND = [sys.executable, "-m", "portal", "serve"]


def environment(**settings: object) -> dict[str, str]:
    """An environment with these settings and none of ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "OTEL_"))}
    return ours | {f"PORTAL_{name.upper()}": str(value) for name, value in settings.items()}


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/v1/health/ready", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.fixture
def address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def process(
    address: str, casefile: RecordedCasefile, token_file: Path, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    casefile.knows(a_case())
    settings = environment(
        http_port=address.rpartition(":")[2],
        casefile_url=casefile.address,
        token_file=token_file,
        traces_dir=tmp_path,
        clock_adjustable="true",
    )
    child = subprocess.Popen(COMMAND, env=settings, stderr=subprocess.PIPE)
    until(lambda: answers(address) or child.poll() is not None)
    yield child
    child.kill()
    child.communicate()


def test_it_serves_and_says_that_it_is_a_demo(address: str, process: subprocess.Popen[bytes]) -> None:
    page = httpx2.get(f"{address}/zaken", trust_env=False)

    assert page.status_code == 200
    assert a_number(0) in page.text
    assert "Demo<span>: verzonnen gegevens</span>" in page.text
    assert "tijden kunnen in de toekomst liggen" in page.text
    assert "server" not in page.headers


def test_it_ends_when_asked_and_finishes_the_page_that_it_makes(
    address: str, process: subprocess.Popen[bytes], casefile: RecordedCasefile
) -> None:
    casefile.may_answer.clear()
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as asker:
        asker.sendall(b"GET /zaken HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        until(lambda: casefile.asked)
        process.send_signal(signal.SIGTERM)
        casefile.may_answer.set()
        answer = b"".join(iter(lambda: asker.recv(65536), b""))

    assert b"200 OK" in answer
    assert a_number(0).encode() in answer
    assert process.wait(10) == 0


def test_trace_goes_on_in_casefile_and_holds_routes_only(
    address: str, process: subprocess.Popen[bytes], casefile: RecordedCasefile, tmp_path: Path
) -> None:
    httpx2.get(f"{address}/zaken/{a_number(0)}", trust_env=False)
    process.send_signal(signal.SIGTERM)
    process.wait(10)

    text = (tmp_path / "portal.jsonl").read_text()
    spans = [json.loads(line) for line in text.splitlines()]
    assert {span["name"] for span in spans} == {
        "GET /zaken/{name}",
        "GET casefile /v1/cases/{id_or_number}",
        "GET casefile /v1/cases/{id_or_number}/history",
    }
    traces = {asked.headers["traceparent"].split("-")[1] for asked in casefile.asked}
    assert len(traces) == 1
    assert traces.pop() in text
    assert a_number(0) not in text


def test_every_wrong_setting_is_named_at_once() -> None:
    wrong = environment(casefile_url="casefile", http_prt=1)

    done = subprocess.run(COMMAND, env=wrong, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "PORTAL_HTTP_PORT" in done.stderr
    assert "PORTAL_CASEFILE_URL" in done.stderr
    assert "PORTAL_HTTP_PRT" in done.stderr
