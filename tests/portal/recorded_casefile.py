"""A real HTTP server that answers as casefile did: what was recorded, to who brings the token."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.portal.answers import Json, a_page, a_standing

TOKEN = "aa.bb.cc"


@dataclass
class Asked:
    """One question as it came in."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


@dataclass
class RecordedCasefile:
    """What it knows can be changed while it runs."""

    cases: list[Json] = field(default_factory=list)
    histories: dict[str, list[Json]] = field(default_factory=dict)
    token: str = TOKEN
    status: int | None = None
    body: bytes | None = None
    may_answer: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)
    gone: bool = False
    cut_next: bool = False

    def __post_init__(self) -> None:
        self.may_answer.set()

    def start(self) -> None:
        casefile = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                casefile._handle(self)

            def log_message(self, *_: Any) -> None:
                """Tests say themselves what went wrong."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gone: connections are refused, and those that were kept are cut."""
        self.gone = True
        self.may_answer.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def knows(self, *cases: Json, **histories: list[Json]) -> None:
        """These cases, and histories by number."""
        self.cases, self.histories = list(cases), histories

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        if self.gone or self.cut_next:
            self.cut_next = False
            request.close_connection = True
            return
        url = urlsplit(request.path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(url.path, parse_qs(url.query), headers)
        self.asked.append(asked)
        self.may_answer.wait()
        status, found = self._answer(asked)
        body = self.body if self.body is not None else json.dumps(found).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _answer(self, asked: Asked) -> tuple[int, Json]:
        if self.status is not None:
            return self.status, {"title": "as told", "status": self.status}
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"title": "Unauthorized", "status": 401}
        match asked.path.removeprefix("/v1/").split("/"):
            case ["cases"]:
                return self._some(self.cases, asked)
            case ["cases", name]:
                return self._case(name)
            case ["cases", name, "history"]:
                status, case = self._case(name)
                if status != 200:
                    return status, case
                found, page = self._some(self.histories.get(case["number"], []), asked)
                return found, page | {"hidden": case["hiddenParts"]}
        return 404, {"title": "Not Found", "status": 404}

    def _case(self, name: str) -> tuple[int, Json]:
        for case in self.cases:
            if name in (case["caseId"], case["number"]):
                return 200, a_standing(case)
        return 404, {"title": "Not Found", "status": 404}

    def _some(self, items: list[Json], asked: Asked) -> tuple[int, Json]:
        limit, cursor = int(asked.query["limit"][0]), asked.query.get("cursor", ["0"])[0]
        if not cursor.isdecimal():
            return 400, {"title": "Bad Request", "status": 400}
        begin = int(cursor)
        more = str(begin + limit) if len(items) > begin + limit else None
        return 200, a_page(items[begin : begin + limit], here=asked.path, cursor=more)
