"""Each service with a case in it, prepared once for all that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from tests.access.state import State
from tests.access.state_casefile import CasefileState
from tests.access.state_intake import IntakeState
from tests.access.state_matching import MatchingState
from tests.access.state_notifications import NotificationsState
from tests.support.running import Running, running
from tests.support.stack import PostgresForTests, ServiceDatabase

from casefile import bootstrap as casefile_bootstrap
from casefile.settings import Settings as CasefileSettings
from intake import bootstrap as intake_bootstrap
from intake.settings import Settings as IntakeSettings
from matching import bootstrap as matching_bootstrap
from matching.settings import Settings as MatchingSettings
from notifications import bootstrap as notifications_bootstrap
from notifications.settings import Settings as NotificationsSettings

BUILT: dict[str, tuple[Callable[[Any], Any], type[Any], type[State], str]] = {
    "intake": (intake_bootstrap.build, IntakeSettings, IntakeState, "oco_almere"),
    "casefile": (casefile_bootstrap.build, CasefileSettings, CasefileState, "smwo"),
    "matching": (matching_bootstrap.build, MatchingSettings, MatchingState, "oco_almere"),
    "notifications": (
        notifications_bootstrap.build,
        NotificationsSettings,
        NotificationsState,
        "oco_almere",
    ),
}


class States:
    """The states that were asked for so far."""

    def __init__(self, make: Callable[[str], State]) -> None:
        self._make, self._made = make, dict[str, State]()

    def of(self, service: str) -> State:
        """Made at the first question, kept for the others."""
        if service not in self._made:
            self._made[service] = self._make(service)
        return self._made[service]


@contextmanager
def a_running(
    service: str, postgres: PostgresForTests, folder: Any, build: Callable[[Any], Any] | None = None
) -> Iterator[Running]:
    """A service on databases of its own, which are gone afterwards."""
    made: list[str] = []

    def database(name: str) -> ServiceDatabase:
        found = postgres.service_database(name)
        made.append(found.name)
        return found

    built, settings, _, organisation = BUILT[service]
    here = running(build or built, settings, database, folder, organisation=organisation)
    try:
        yield here
    finally:
        here.close()
        for name in made:
            postgres.remove(name)


@pytest.fixture(scope="session")
def states(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[States]:
    """Every service, on its first use in this test worker."""
    with ExitStack() as open_ones:

        def make(service: str) -> State:
            folder = tmp_path_factory.mktemp(service)
            return BUILT[service][2](open_ones.enter_context(a_running(service, postgres, folder)))

        yield States(make)
