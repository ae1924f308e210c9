"""Somebody is erased, yesterday's backups are put back, and nobody reads a word of them (P15, CON-17).

Real servers, real processes, real dumps: of casefile's database, of the key ring, and of both.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.support.waiting import until

from deploy.__main__ import run
from deploy.addresses import Addresses
from deploy.embedded.postgres import programs_folder
from deploy.folder import DataFolder
from deploy.issuer import mint
from deploy.parties import KEYRING, service
from deploy.servers import Servers
from deploy.stack import Stack

ORGANISATION, NAME, WORDS = "oco_almere", "Zeynep Kanariepiet", "De kanarie wil naar huis"
SERVICES = (service("intake"), service("casefile"))
DATABASES = ("casefile", "intake", KEYRING)
RESTORED = {
    "the case file": ("casefile",),
    "the key ring": (KEYRING,),
    "both, and intake": ("casefile", KEYRING, "intake"),
}
Answer = dict[str, Any]


class People:
    """Whoever asks the services, as the coordination of one organisation."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.many = stack, 0

    def headers(self) -> dict[str, str]:
        token = mint(
            self.stack.folder.secrets,
            subject="coordinator",
            organisation=ORGANISATION,
            roles=["role_coordinator"],
            now=datetime.now(UTC),
        )
        self.many += 1
        return {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": f"{os.getpid()}-{id(self)}-{self.many}",
        }

    def post(self, where: str, path: str, body: Answer) -> Answer:
        found = self.send("POST", where, path, json=body)
        assert found.status_code in (200, 201), found.text
        return dict(found.json())

    def get(self, where: str, path: str) -> Answer | None:
        found = self.send("GET", where, path)
        return dict(found.json()) if found.status_code == 200 else None

    def send(self, method: str, where: str, path: str, **body: Any) -> httpx2.Response:
        with httpx2.Client(timeout=20.0, trust_env=False) as client:
            address = f"{self.stack.urls[where]}/v1{path}"
            return client.request(method, address, headers=self.headers(), **body)


@dataclass
class Erased:
    """What was made before: a folder with an erased resident, and dumps from before that."""

    data: Path
    dumps: Path
    case_id: str
    person: str
    key_id: str
    history: list[str]


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    data, dumps = tmp_path_factory.mktemp("erase") / "data", tmp_path_factory.mktemp("dumps")
    with Stack(data, Addresses(), services=SERVICES) as stack:
        people = People(stack)
        case_id = a_case(people)
        person, key_id = sealed_of(stack.servers, case_id)
        until(lambda: shown(people) == [NAME])
        assert found(people) == [case_id]
        dump_all(stack.servers, dumps / "before")
        history = sentences(people, case_id)
        command = ["erase", person, "--organisation", ORGANISATION, "--yes", "--data", str(data)]
        assert run(command) == 0
        until(lambda: sentences(people, case_id)[-1:] != history[-1:] and shown(people) == ["gewist"])
        until(lambda: "zijn gewist" in sentences(people, case_id)[-1])
        assert sentences(people, case_id)[: len(history)] == history
        until(lambda: heard_by_intake(stack.servers, person))
        dump_all(stack.servers, dumps / "after")
    return Erased(data, dumps, case_id, person, key_id, history)


def a_case(people: People) -> str:
    """A resident said yes; every word of theirs is a canary."""
    asked = {
        "network": "almere",
        "municipality": "almere",
        "door": "phone",
        "source": "ref_self",
        "resident": {"name": NAME, "phone": "06 5550 0199"},
        "requester": {"relation": "resident"},
        "question": WORDS,
        "languages": ["nl"],
    }
    request = people.post("intake", "/requests", asked)["requestId"]
    explained = {
        "explainedByRole": "role_coordinator",
        "way": "ck_phone",
        "toldFreeOfCharge": True,
        "toldVoluntary": True,
    }
    people.post("intake", f"/requests/{request}/explanations", explained)
    text = people.get("intake", "/consent-texts?network=almere&purpose=cp_support&language=nl")
    assert text
    consent = {"textId": text["textId"], "textSha256": text["textSha256"], "way": "cw_spoken"}
    part = {"question": WORDS, "doneWhen": WORDS, "lifeDomains": ["wonen"], "formality": "any"}
    body = {"consent": consent | {"recordedByRole": "role_coordinator"}, "parts": [part]}
    people.post("intake", f"/requests/{request}/acceptances", body)
    until(lambda: people.get("casefile", f"/cases/{request}"))
    return str(request)


def shown(people: People) -> list[str | None]:
    """The names in the list of cases."""
    page = people.get("casefile", "/cases")
    return [each["residentName"] for each in page["items"]] if page else []


def found(people: People) -> list[str]:
    """The cases that a search by name finds."""
    answer = people.post("casefile", "/cases/_zoek", {"text": NAME})
    return [each["caseId"] for each in answer["items"]]


def sentences(people: People, case_id: str) -> list[str]:
    page = people.get("casefile", f"/cases/{case_id}/history?limit=100")
    return [each["sentence"] for each in page["items"]] if page else [""]


def sealed_of(servers: Servers, case_id: str) -> tuple[str, str]:
    """The resident and the data key, as the stored event names them."""
    with admin(servers, "casefile") as conn:
        (state,) = conn.execute(
            "select convert_from(state, 'UTF8') from store.event where originator_id = %s"
            " and originator_version = 1",
            (case_id,),
        ).fetchone() or ("",)
    opened = json.loads(state)
    return str(opened["resident"]), str(opened["resident_name"]["key_id"])


def heard_by_intake(servers: Servers, person: str) -> bool:
    with admin(servers, "intake") as conn:
        rows = conn.execute(
            "select from store.event where subject_id = %s and topic = 'intake:Forgotten.Recorded'", (person,)
        ).fetchall()
    return len(rows) == 1


def admin(servers: Servers, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(make_conninfo(servers.admin_url, dbname=database), autocommit=True)


def tool(servers: Servers, program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, as an operator runs it."""
    where = {key: str(value) for key, value in conninfo_to_dict(servers.admin_url).items()}
    environment = os.environ | {
        "PGHOST": where["host"],
        "PGPORT": where["port"],
        "PGUSER": where["user"],
        "PGPASSWORD": where["password"],
    }
    done = subprocess.run(
        [str(programs_folder() / program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def dump_all(servers: Servers, folder: Path) -> None:
    folder.mkdir()
    for database in DATABASES:
        tool(servers, "pg_dump", "--format=custom", "--create", f"--file={folder / database}", database)


def restore(dumps: Path, databases: tuple[str, ...]) -> Callable[[Servers], None]:
    """Put dumps from before back while no service runs; the others are as they were after the erasure."""

    def put_back(servers: Servers) -> None:
        for database in DATABASES:
            folder = dumps / ("before" if database in databases else "after")
            with admin(servers, "postgres") as conn:
                conn.execute(f'drop database "{database}" with (force)')
            tool(servers, "pg_restore", "--create", "--dbname=postgres", str(folder / database))
        if KEYRING in databases:
            with admin(servers, KEYRING) as conn:
                alive = conn.execute("select from keyring.data_key").fetchall()
            assert alive, "the backup did bring keys back"

    return put_back


@pytest.mark.parametrize("which", RESTORED)
def test_backup_from_before_brings_nobody_back(erased: Erased, which: str) -> None:
    put_back = restore(erased.dumps, RESTORED[which])
    with Stack(erased.data, Addresses(), services=SERVICES, before_services=put_back) as stack:
        with admin(stack.servers, KEYRING) as conn:
            keys = conn.execute("select from keyring.data_key where person = %s", (erased.person,)).fetchall()
            dead = conn.execute(
                "select from keyring.tombstone where person = %s", (erased.person,)
            ).fetchall()
        assert (len(keys), len(dead)) == (0, 1), "destroyed again before anything was served"
        people = People(stack)
        until(lambda: shown(people) == ["gewist"])
        assert found(people) == []
        until(lambda: "zijn gewist" in sentences(people, erased.case_id)[-1])
        told = sentences(people, erased.case_id)
        assert told[: len(erased.history)] == erased.history


def test_log_that_was_edited_keeps_every_service_shut(erased: Erased) -> None:
    """Nobody knows any more who must not come back: loud, and nothing is served."""
    folder = DataFolder(erased.data)
    log, copy = folder.erasure_log, folder.erasure_copy / folder.erasure_log.name
    whole = log.read_bytes()
    try:
        for file in (log, copy):
            file.write_bytes(whole.replace(b'"resident"', b'"carer"'))
        assert run(["erasures", "--data", str(erased.data)]) != 0
    finally:
        log.write_bytes(whole)
        copy.write_bytes(whole)
    assert run(["erasures", "--data", str(erased.data)]) == 0
