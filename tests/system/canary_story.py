"""One resident's story with a canary in every field, and every mistake that people make with such fields."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx2
import nats
from tests.support.canaries import Canaries
from tests.support.waiting import until

from deploy.commands import keys
from deploy.commands.rebuild import rebuild
from deploy.demo.supporters import invented_supporters
from deploy.demo.voices import Tokens, coordinator_of
from deploy.operating import ON_BUS, Operations
from deploy.parties import STREAM
from deploy.stack import Stack

Body = dict[str, Any]
COORDINATION = "smwo"


class CanaryStory:
    """Plays it through the public API; ``said``: every answer that may repeat nothing."""

    def __init__(self, stack: Stack, operations: Operations) -> None:
        self.stack, self.operations, self.planted = stack, operations, Canaries()
        self.said: list[bytes] = []
        self.tokens = Tokens(operations.folder.secrets)
        self.client = httpx2.Client(timeout=30.0, trust_env=False)
        self.case_id = self.person = self.number = ""

    def close(self) -> None:
        self.client.close()

    def play(self) -> None:
        """The whole story."""
        self._register_supporter()
        self._ask_and_say_yes()
        self._work_on_the_case()
        self._make_mistakes()
        self._let_a_message_die()
        self._renew_keys_and_views()

    def _register_supporter(self) -> None:
        supporter = next(each for each in invented_supporters() if each.organisation == COORDINATION)
        body = supporter.body | {
            "name": self.planted.name("supporter's name"),
            "phone": self.planted.phone("supporter's phone"),
        }
        self.done("matching", "/supporters", body)

    def _ask_and_say_yes(self) -> None:
        plant = self.planted
        body = {
            "network": "oosterschelde",
            "municipality": "tholen",
            "door": "referrer",
            "source": "ref_huisarts",
            "sourceNote": plant.words("note of the referrer"),
            "requester": {
                "relation": "professional",
                "name": plant.name("referrer's name"),
                "phone": plant.phone("referrer's phone"),
            },
            "resident": {
                "name": plant.name("resident's name"),
                "phone": plant.phone("resident's phone"),
                "safeContact": self._safe("at intake"),
            },
            "question": plant.words("question"),
            "languages": ["nl"],
        }
        received = self.done("intake", "/requests", body)
        self.case_id, self.number = received["requestId"], received["number"]
        explained = {
            "explainedByRole": "role_coordinator",
            "way": "ck_phone",
            "toldFreeOfCharge": True,
            "toldVoluntary": True,
        }
        self.done("intake", f"/requests/{self.case_id}/explanations", explained)
        until(lambda: self.ask("intake", "POST", "/requests/_zoek", self._text("resident's name")))
        text = self.ask(
            "intake", "GET", "/consent-texts?network=oosterschelde&purpose=cp_support&language=nl"
        ).json()
        consent = {name: text[name] for name in ("textId", "textSha256")}
        yes = {
            "consent": consent | {"way": "cw_spoken", "recordedByRole": "role_coordinator"},
            "parts": [self._part("first"), self._part("second")],
        }
        self.done("intake", f"/requests/{self.case_id}/acceptances", yes)

    def _work_on_the_case(self) -> None:
        found = until(
            lambda: (
                self.ask("casefile", "POST", "/cases/_zoek", self._text("resident's name"))
                .json()
                .get("items")
            )
        )
        self.person = found[0]["personId"]
        self.done("casefile", f"/cases/{self.case_id}/parts", self._part("third"))
        changed = {
            "name": self.planted.name("corrected name"),
            "phone": self.planted.phone("corrected phone"),
            "safeContact": self._safe("in the case"),
            "changedByRole": "role_coordinator",
        }
        self.done("casefile", f"/people/{self.person}/contact-details", changed)
        until(
            lambda: (
                self.ask("casefile", "POST", "/cases/_zoek", self._text("corrected name")).json().get("items")
            )
        )

    def _make_mistakes(self) -> None:
        """Every answer here is an error, and may repeat nothing."""
        plant, case = self.planted, self.case_id
        words, name = plant.words("words in a wrong place"), plant.name("name in a wrong place")
        wrong: list[tuple[str, str, str, Any]] = [
            ("intake", "POST", "/requests", {"network": words, name: words, "question": ["x", words]}),
            ("intake", "POST", "/requests", {"resident": {"phone": words}}),
            ("intake", "POST", f"/requests/{case}/acceptances", {"parts": [self._part("too late")]}),
            ("intake", "POST", f"/requests/{case}/declines", {"reason": words}),
            ("intake", "GET", f"/requests/{case}", None),
            ("intake", "GET", f"/requests/{name}", None),
            ("intake", "GET", f"/requests?naam={name}", None),
            ("intake", "POST", "/requests/_zoek", {"text": words * 9}),
            ("casefile", "POST", "/cases/_zoek", {"text": words, "naam": name}),
            ("casefile", "GET", f"/cases/{name}", None),
            ("casefile", "GET", f"/{name}/{words}", None),
            ("casefile", "POST", f"/cases/{case}/parts", {"question": words, "doneWhen": words, "x": name}),
            ("casefile", "POST", f"/cases/{case}/closings", {"reason": words}),
            ("casefile", "POST", f"/people/{self.person}/contact-details", {"phone": words}),
            ("casefile", "POST", f"/people/{uuid4()}/contact-details", {"name": name}),
            ("matching", "POST", "/supporters", {"name": name, "phone": words}),
            ("matching", "GET", f"/supporters/{name}", None),
            ("notifications", "GET", f"/checks?text={words}", None),
        ]
        for service, method, path, body in wrong:
            answer = self.ask(service, method, path, body)
            assert answer.status_code >= 400, (service, path.split("?")[0][:20], answer.status_code)
            self.said.append(answer.content)
        for content in (f'{{"question": "{words}"'.encode(), words.encode("utf-16"), b"\xff" + name.encode()):
            answer = self.client.post(
                f"{self.stack.urls['intake']}/v1/requests",
                content=content,
                headers=self._headers() | {"Content-Type": "application/json"},
            )
            assert answer.status_code == 400
            self.said.append(answer.content)
        headers = {"Authorization": f"Bearer {words.encode().hex()}", "Idempotency-Key": "k"}
        answer = self.client.get(f"{self.stack.urls['casefile']}/v1/cases", headers=headers)
        assert answer.status_code == 401
        self.said.append(answer.content)

    def _let_a_message_die(self) -> None:
        """A yes as it was really sent, sealed values and all, in a form that casefile cannot take."""
        (intake,) = (each for each in ON_BUS if each.name == "intake")
        with self.operations.connected(intake, "worker") as connection:
            row = connection.execute(
                "select convert_from(payload, 'UTF8') from store.outbox where subject_id = %s"
                " order by id desc limit 1",
                (self.case_id,),
            ).fetchone()
        assert row
        message = json.loads(row[0])
        message["id"], message["sequence"] = str(uuid4()), str(int(message["sequence"]) + 1)
        message["data"]["number"] = {"not": "a number"}
        asyncio.run(self._publish("cases.intake.support-accepted.v1", json.dumps(message).encode()))
        (casefile,) = (each for each in ON_BUS if each.name == "casefile")

        def dead() -> bool:
            with self.operations.connected(casefile, "worker") as connection:
                found = connection.execute("select count(*) from store.dead_letter").fetchone()
            return bool(found and found[0])

        until(dead)

    def _renew_keys_and_views(self) -> None:
        """Another key for all data keys, and the views that open values made again, while everything runs."""
        data = self.operations.folder.path
        keys.rotate(data)
        keys.retire("local-1", data)
        for view in ("people", "casefile.people"):
            rebuild(view, data)
        found = self.ask("casefile", "POST", "/cases/_zoek", self._text("corrected name")).json()["items"]
        assert [each["name"] for each in found] == [self.planted.planted["corrected name"]]

    async def _publish(self, subject: str, payload: bytes) -> None:
        servers = self.operations.servers
        client = await nats.connect(
            servers.nats_url,
            user="intake",
            password=servers.bus_password("intake"),
            inbox_prefix=b"_INBOX_intake",
        )
        try:
            await client.jetstream().publish(subject, payload, stream=STREAM)
        finally:
            await client.close()

    # How it is asked.

    def done(self, service: str, path: str, body: Body) -> Body:
        """A command that is applied; its answer is kept, so it is looked at too."""
        answer = self.ask(service, "POST", path, body)
        assert answer.status_code == 201, (
            f"{service} {path.split('/')[1]}: {answer.status_code} {answer.text}"
        )
        self.said.append(answer.content)
        told: Body = answer.json()
        return told

    def ask(self, service: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        """Ask as the coordinator."""
        return self.client.request(
            method, f"{self.stack.urls[service]}/v1{path}", json=body, headers=self._headers()
        )

    def _headers(self) -> dict[str, str]:
        token = self.tokens.of(coordinator_of(COORDINATION))
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

    def _text(self, what: str) -> Body:
        return {"text": self.planted.planted[what]}

    def _part(self, which: str) -> Body:
        return {
            "question": self.planted.words(f"question of the {which} part"),
            "doneWhen": self.planted.words(f"done-when of the {which} part"),
            "lifeDomains": ["wonen"],
            "formality": "any",
        }

    def _safe(self, where: str) -> Body:
        return {
            "ways": [
                {"channel": "phone", "address": self.planted.phone(f"safe phone {where}"), "shared": True}
            ],
            "voicemail": "no",
            "letters": "no",
            "othersReading": [self.planted.name(f"who else reads {where}")],
            "note": self.planted.words(f"safe note {where}"),
        }
