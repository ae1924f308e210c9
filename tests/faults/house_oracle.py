"""The oracle over the real services: what each command and each message comes to there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.faults import oracle
from tests.faults.books import Books, Fact, Mark
from tests.faults.house import SERVICES, House
from tests.faults.oracle import Trace
from tests.faults.record import Command, Record
from tests.support.waiting import NotInTime

from deploy.commands.rebuild import views
from deploy.opening import bound_view
from deploy.operating import ON_BUS

# The last part of a command's path → the fact that it comes to, and the answer's field that names it.
BY_COMMAND = {
    "requests": ("intake:Request.Received", "requestId"),
    "explanations": ("intake:Request.RightExplained", "requestId"),
    "acceptances": ("intake:Request.SupportAccepted", "requestId"),
    "declines": ("intake:Request.DeclinedByResident", "requestId"),
    "escalations": ("casefile:CaseFile.PartEscalated", "escalationId"),
    "closings": ("casefile:CaseFile.Closed", "caseId"),
    "supporters": ("matching:Supporter.Registered", "supporterId"),
    "pauses": ("matching:Supporter.Paused", "supporterId"),
    "resumptions": ("matching:Supporter.Resumed", "supporterId"),
}
COMMANDED = {topic for topic, _ in BY_COMMAND.values()}
COMMANDING = ("intake", "casefile", "matching")


def expected(command: Command) -> Iterator[Trace]:
    """The fact that an applied command must have left."""
    topic, field = BY_COMMAND[command.path.rpartition("/")[2]]
    if command.answer is not None:
        yield topic, command.answer[field]


def stored(fact: Fact) -> Iterator[Trace]:
    """The same, seen from the store."""
    if fact.topic == "casefile:CaseFile.PartEscalated":
        yield fact.topic, fact.state["escalation_id"]
    elif fact.topic in COMMANDED:
        yield fact.topic, str(fact.originator)


def told_to(hearer: str, source: Books) -> list[Trace]:
    """The messages of a source that must leave a trace with a hearer."""
    if hearer == "casefile":
        # Of supporters it keeps no chronicle: they belong to no case.
        return [
            (source.service, one.subject, one.position)
            for one in source.told
            if not one.type.startswith("supporter-")
        ]
    return [
        (one.type, str(one.subject), _about(one.event["data"]))
        for one in source.told
        if one.type in HEARD_BY[hearer]
    ]


HEARD_BY = {
    "intake": {"case-opened"},
    "matching": {"case-part-added", "escalated"},
    "notifications": {"case-opened", "waakvlam-scheduled"},
}


def _about(data: dict[str, Any]) -> str | None:
    return data.get("escalation_id") or data.get("check_id") or data.get("part_id")


def effects_in(hearer: Books, source: str) -> list[Trace]:
    """The traces that messages of a source left with a hearer."""
    return [trace for fact in hearer.facts if (trace := _effect(hearer.service, fact, source)) is not None]


def _effect(hearer: str, fact: Fact, source: str) -> Trace | None:
    subject, state = str(fact.subject), fact.state
    match fact.topic:
        case "casefile:Chronicle.Heard":
            return (source, fact.subject, state["position"]) if state["source"] == source else None
        case "intake:Request.CaseOpened":
            return "case-opened", subject, None
        case "matching:Search.Opened" if state["answers"]:
            return "escalated", subject, state["answers"]
        case "matching:Search.Opened":
            return "case-part-added", subject, state["part_id"]
        case "notifications:Matter.Noted":
            return "case-opened", subject, None
        case "notifications:Check.Planned":
            return "waakvlam-scheduled", subject, str(fact.originator)
        case _:
            return None


class Scene:
    """One test's part of the house: the record of its clients, and where the books stood before."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.records = {service: Record() for service in COMMANDING}
        self.marks: dict[str, Mark] = house.marks()

    def objections(self, *, balanced: bool = True) -> list[str]:
        """Everything that the oracle has to say about what happened since this scene began."""
        books = {service: self.house.books(service, self.marks[service]) for service in SERVICES}
        found: list[str] = []
        for service in SERVICES:
            found += oracle.in_order(books[service]) + oracle.nothing_counted(books[service])
        for service, record in self.records.items():
            found += oracle.kept(record, books[service], expected, stored)
        for hearer in ON_BUS:
            for source in hearer.hears:
                found += oracle.arrived(books[source], books[hearer.name])
                found += oracle.once_each(
                    told_to(hearer.name, books[source]), effects_in(books[hearer.name], source)
                )
        return found + (self.balance_objections() if balanced and not found else [])

    def balance_objections(self) -> list[str]:
        """P6, by the account that operators see."""
        return [
            f"P6: {account.consumer}: {account}"
            for account in self.house.balances()
            if account.lost or not account.settled
        ]

    def settled(self, within: float = 60.0) -> list[str]:
        """Wait until the oracle is content, at most so long; what it says in the end."""
        try:
            self.house.until(lambda: not self.objections(), within=within, every=0.4)
        except NotInTime:
            return self.objections()
        return []

    def view_objections(self) -> list[str]:
        """P8, for every view of every service, once their followers have read everything."""
        found = []
        for service, view in views().values():
            # Stored events are read by their topics, which become known when a service is imported.
            import_module(f"{service.name}.bootstrap")
            self.house.caught_up(service.name)
            with (
                bound_view(view, service, self.house.operations) as view_with_means,
                self.house.as_owner(service.name) as conn,
            ):
                found += oracle.views_hold(conn, [view_with_means], api=service.api, worker=service.worker)
        return found

    def summary(self) -> str:
        """How many commands ended how."""
        return "; ".join(f"{service}: {record.summary()}" for service, record in self.records.items())
