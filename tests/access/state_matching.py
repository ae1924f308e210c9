"""Matching with a search in Almere: Mirjam of a partner is asked, Joost of the own organisation is not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from tests.access.almere import ORGANISATIONS
from tests.access.askers import Relations
from tests.access.state import Body, Case, Ids, State
from tests.matching.telling import PLACE, a_registration, done

from contracts.casefile import CaseOpened, CasePartAdded
from matching.domain.names import search_id_of

_languages = (f"q{first}{second}" for first, second in itertools.product("abcdefghijklmnopqrst", repeat=2))


def _experience(_: Ids) -> Body:
    text = {"id": "eigen_ervaring", "sha256": "ab" * 32}
    return {"lifeDomains": ["financien"], "shown": False, "text": text, "way": "cw_spoken"}


class MatchingState(State):
    service: ClassVar[str] = "matching"
    activity: ClassVar[str] = "read-searches"
    bodies: ClassVar[Mapping[str, Callable[[Ids], Body]]] = {
        "POST /v1/supporters": lambda _: a_registration(languages=["fy"]),
        "POST /v1/supporters/{supporter_id}/places": lambda _: {"places": 2},
        "POST /v1/supporters/{supporter_id}/pauses": lambda _: {},
        "POST /v1/supporters/{supporter_id}/resumptions": lambda _: {},
        "POST /v1/supporters/{supporter_id}/experience-consents": _experience,
        "POST /v1/supporters/{supporter_id}/experience-withdrawals": lambda _: {},
        "POST /v1/supporters/{supporter_id}/departures": lambda _: {"erased": False},
        "POST /v1/searches/{search_id}/offers": lambda _: {},
        "POST /v1/searches/{search_id}/choices": lambda ids: {"supporterId": str(ids["mirjam"])},
        "POST /v1/matches/{match_id}/acceptances | resident": lambda _: {"by": "resident"},
        "POST /v1/matches/{match_id}/acceptances | supporter": lambda _: {"by": "supporter"},
        "POST /v1/matches/{match_id}/declines | resident": lambda _: {"by": "resident"},
        "POST /v1/matches/{match_id}/declines | supporter": lambda _: {"by": "supporter"},
        "POST /v1/matches/{match_id}/endings": lambda _: {},
        "POST /v1/matches/{match_id}/no-clicks": lambda _: {},
    }
    each_anew: ClassVar[frozenset[str]] = frozenset(
        {
            "POST /v1/matches/{match_id}/declines | resident",
            "POST /v1/matches/{match_id}/declines | supporter",
            "POST /v1/matches/{match_id}/endings",
            "POST /v1/matches/{match_id}/no-clicks",
        }
    )

    queries: ClassVar[Mapping[str, str]] = {
        "GET /v1/searches": "?caseId={case_id}",
        "GET /v1/supporters": "?limit=100",
    }

    def a_case(self) -> Case:
        """Joost and Mirjam both speak a language that nobody else does, and Nour chose Mirjam."""
        language, case_id, part_id, resident = next(_languages), uuid4(), uuid4(), uuid4()
        joost = self._registered("Joost", language)
        mirjam = self._registered("Mirjam", language)
        self.running.look()
        place: dict[str, Any] = dict(PLACE)
        opened = CaseOpened(
            number="2741-9063", network_version=1, resident=resident, languages=(language,),
            opened_at=self.running.now(), **place,
        )  # fmt: skip
        part = CasePartAdded(
            part_id=part_id, life_domains=("financien",), languages=(language,), formality="any", **place
        )
        self.running.hear(opened, case_id)
        self.running.hear(part, case_id)
        search_id = search_id_of(part_id)
        done(self.running, f"/searches/{search_id}/offers")
        chosen = done(self.running, f"/searches/{search_id}/choices", {"supporterId": str(mirjam)})
        ids = {
            "case_id": case_id,
            "part_id": part_id,
            "search_id": search_id,
            "match_id": UUID(chosen["matchId"]),
            "supporter_id": joost,
            "mirjam": mirjam,
            "person_id": resident,
            "key": f"no-command-{uuid4()}",
        }
        serving = {
            "asked": (ORGANISATIONS["partner"], mirjam),
            "not_asked": (ORGANISATIONS["home"], joost),
        }
        return Case(ids, Relations(ORGANISATIONS, resident, serving), (str(search_id), str(joost)))

    def _registered(self, name: str, language: str) -> UUID:
        answer = self.running.post("/supporters", a_registration(name, languages=[language]))
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["supporterId"])
