"""People at work in the house: requests, cases, scaling, closing; and supporters who come and go."""

from __future__ import annotations

import random
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx2
from tests.faults.clients import Client, Headers
from tests.faults.record import Command, Record

REQUEST = {
    "network": "oosterschelde",
    "municipality": "borsele",
    "door": "website",
    "source": "ref_huisarts",
    "requester": {"relation": "professional", "name": "Lieve Klaproos", "phone": "036-0000001"},
    "resident": {"name": "Ewout Dauwdruppel", "phone": "06-00002001"},
    "question": "Ik snap de brieven niet",
    "languages": ["nl"],
}
EXPLANATION = {
    "explainedByRole": "role_coordinator",
    "way": "ck_phone",
    "toldFreeOfCharge": True,
    "toldVoluntary": True,
}
PART = {
    "question": "Orde in de schulden",
    "doneWhen": "Er is een plan waar ik mee kan leven",
    "lifeDomains": ["financien"],
    "formality": "informal",
}
ESCALATION = {"indications": ["IF03"], "reportedByRole": "role_coordinator", "residentAgrees": True}
CLOSING = {"reason": "close_agreements", "waakvlam": {"agreed": True, "dueAfterDays": 30}}
SUPPORTER = {
    "network": "oosterschelde",
    "kind": "formal",
    "paid": True,
    "languages": ["nl"],
    "lifeDomains": ["financien"],
    "places": 2,
    "name": "Roos Wolkenveld",
    "phone": "06-00003001",
}


class Gone(Exception):
    """The story cannot go on: an answer did not come while this person was patient."""


class Person:
    """Somebody at an organisation, who uses several services. ``hurried``: now and then gives up at once."""

    def __init__(
        self,
        name: str,
        urls: Mapping[str, str],
        headers: Headers,
        records: Mapping[str, Record],
        chance: random.Random,
        *,
        kind: type[Client] = Client,
        loses: float = 0.0,
        hurried: bool = True,
    ) -> None:
        self.chance, self._hurried = chance, hurried
        self.clients = {
            service: kind(name, urls[service], headers, record, chance, loses=loses)
            for service, record in records.items()
        }

    def ask(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A command; its answer. Raises Gone."""
        patience = 0.0 if self._hurried and self.chance.random() < 0.2 else 60.0
        command: Command = self.clients[service].ask(f"/v1{path}", body, patience=patience)
        if command.answer is None:
            raise Gone
        return dict(command.answer)

    def look(self, service: str, path: str, within: float) -> dict[str, Any]:
        """A question, until there is an answer. Raises Gone."""
        ends = monotonic() + within
        while monotonic() < ends:
            try:
                answer = self.clients[service].get(f"/v1{path}")
            except httpx2.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 200:
                return dict(answer.json())
            self.clients[service]._pause.wait(0.1)
        raise Gone

    def close(self) -> None:
        """Leave."""
        for client in self.clients.values():
            client.close()

    def accepted_case(self) -> tuple[str, str]:
        """From the request to the resident's yes; the case and its part. Raises Gone, also after a no."""
        request = self.ask("intake", "/requests", REQUEST)["requestId"]
        self.ask("intake", f"/requests/{request}/explanations", EXPLANATION)
        if self.chance.random() < 0.1:
            self.ask("intake", f"/requests/{request}/declines")
            raise Gone
        query = "network=oosterschelde&purpose=cp_support&language=nl"
        text = self.look("intake", f"/consent-texts?{query}", within=60.0)
        consent = {
            "textId": text["textId"],
            "textSha256": text["textSha256"],
            "way": "cw_spoken",
            "recordedByRole": "role_coordinator",
        }
        answer = self.ask("intake", f"/requests/{request}/acceptances", {"consent": consent, "parts": [PART]})
        return str(answer["caseId"]), str(answer["partIds"][0])

    def a_case(self) -> None:
        """A case from the request to its closing; scaled up in between, perhaps."""
        try:
            case, part = self.accepted_case()
            self.look("casefile", f"/cases/{case}", within=10.0)
            if self.chance.random() < 0.7:
                self.ask("casefile", f"/cases/{case}/parts/{part}/escalations", ESCALATION)
            if self.chance.random() < 0.5:
                self.ask("casefile", f"/cases/{case}/closings", CLOSING)
        except Gone:
            return

    def a_supporter(self) -> None:
        """A supporter is registered, takes a break, is back."""
        try:
            supporter = self.ask("matching", "/supporters", SUPPORTER)["supporterId"]
            self.ask("matching", f"/supporters/{supporter}/pauses")
            self.ask("matching", f"/supporters/{supporter}/resumptions")
        except Gone:
            return


def story(client: Person) -> None:
    """What somebody does next."""
    if client.chance.random() < 0.75:
        client.a_case()
    else:
        client.a_supporter()
