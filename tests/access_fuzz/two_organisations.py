"""Any question that an API describes, asked by two organisations: one has data there, the other nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.support.running import As, Running

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
UNCHECKED: list[Any] = [positive_data_acceptance, ignored_auth]
"""What fits the description may still be refused; who is not signed in has a test of its own."""
EXAMPLES = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WHICH = st.integers(min_value=0, max_value=9)
Described = Case[Any]


def ids_in(*texts: str) -> set[str]:
    """Every id in these texts."""
    return {found for text in texts for found in ID.findall(text)}


@dataclass
class Two:
    """A service, who has data there (and which ids), and who has none."""

    service: Running
    insider: As
    outsider: As
    ids: list[str]
    words: tuple[str, ...] = ()

    @classmethod
    def at(cls, service: Running, insider: As, outsider: As, ids: Iterable[object], *words: str) -> Two:
        """With at least one id, or nothing would be asked of it."""
        known = sorted({str(each) for each in ids})
        assert known
        return cls(service, insider, outsider, known, words)

    def everything_is_asked(self) -> None:
        """Each operation that the API describes, a few times, as described and not as described."""
        asked = 0
        for found in self._schema().get_all_operations():
            assert isinstance(found, Ok), "the description itself is broken"
            for mode in GenerationMode:
                asked += self._some(found.ok(), mode)
        assert asked > 0

    def _some(self, operation: Any, mode: GenerationMode) -> int:
        asked = 0

        @settings(EXAMPLES, max_examples=4 if mode is GenerationMode.POSITIVE else 2)
        @given(case=operation.as_strategy(generation_mode=mode), which=WHICH)
        def ask(case: Described, which: int) -> None:
            nonlocal asked
            asked += 1
            self.asks(case, which)

        with suppress(Unsatisfiable):  # nothing can be wrong about what takes nothing
            ask()
        return asked

    def _schema(self) -> BaseSchema:
        found = schemathesis.openapi.from_asgi("/v1/openapi.json", self.service.service.app(lambda: []))
        found.config.generation.update(allow_x00=False)
        return found

    def asks(self, case: Described, which: int) -> None:
        """Both ask it; ``which`` puts one of the insider's ids where an id belongs, or (0) leaves it."""
        if which:
            known = self.ids[which % len(self.ids)]
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known
        case.headers.pop("Acting-As", None)
        for asker in (self.insider, self.outsider):
            answer = case.call_and_validate(
                headers=self.service.headers(asker), checks=CHECKS, excluded_checks=UNCHECKED
            )
            if asker is not self.insider:
                self._tells_nothing(case, answer.text)

    def _tells_nothing(self, case: Described, told: str) -> None:
        asked = f"{case.path_parameters} {case.query} {case.body!r}"
        found = [one for one in (*self.ids, *self.words) if one in told and one not in asked]
        assert not found, f"{case.operation.label} tells another organisation {found}"
