"""Notifications with a planned check of a case in Almere, which Joost will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from tests.access.almere import ORGANISATIONS
from tests.access.askers import Relations
from tests.access.state import Body, Case, Ids, State

from contracts.casefile import CaseOpened, WaakvlamScheduled


class NotificationsState(State):
    service: ClassVar[str] = "notifications"
    activity: ClassVar[str] = "read-checks"
    bodies: ClassVar[Mapping[str, Callable[[Ids], Body]]] = {}

    def a_case(self) -> Case:
        """Told by casefile."""
        case_id, check_id, resident, joost = uuid4(), uuid4(), uuid4(), uuid4()
        now, home = self.running.now(), ORGANISATIONS["home"]
        opened = CaseOpened(
            number="2741-9063", network="almere", network_version=1, organisation=home, municipality="almere",
            resident=resident, languages=("nl",), opened_at=now,
        )  # fmt: skip
        check = WaakvlamScheduled(
            check_id=check_id, due_at=now + timedelta(days=91), responsible=joost, organisation=home
        )
        self.running.hear(opened, case_id)
        self.running.hear(check, case_id)
        relations = Relations(ORGANISATIONS, resident, {"serving": (home, joost)})
        return Case({"case_id": case_id, "check_id": check_id}, relations, (str(case_id),))
