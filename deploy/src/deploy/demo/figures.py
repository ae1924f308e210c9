"""What the demo shows in the end: events counted, waiting times, the account of every event, the cases."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from deploy.balance import Balance, balances
from deploy.commands.balance import told
from deploy.operating import ON_BUS, Operations

CENTRAL = ("RequestReceived", "VolunteerMatched", "Escalated", "WarmHandoverCompleted", "WaakvlamCheckDue")


@dataclass(frozen=True)
class Ended:
    """A case as it is in the end; ``fault`` says why it did not reach its end."""

    number: str
    case_id: str
    network: str
    organisation: str
    plot: str
    state: str
    closed_for: str | None
    fault: str | None


@dataclass(frozen=True)
class Figures:
    """Everything that is told, also as JSON."""

    events: dict[str, int]
    latency: dict[str, dict[str, float]]
    balance: list[Balance]
    cases: list[Ended]
    addresses: dict[str, str]
    seconds: float

    def wrong(self) -> list[str]:
        """Why the demo did not show what it promises; empty when it did."""
        found = [case.fault for case in self.cases if case.fault]
        found += [f"no {name} occurred" for name in CENTRAL if not self.events.get(name)]
        found += [f"{one.consumer} is not settled" for one in self.balance if not one.settled]
        return found

    def to_json(self) -> dict[str, Any]:
        """The facts for a script."""
        return {
            "events": self.events,
            "latencyMs": self.latency,
            "balance": [told(one) for one in self.balance],
            "cases": [
                {
                    "number": case.number,
                    "caseId": case.case_id,
                    "network": case.network,
                    "plot": case.plot,
                    "state": case.state,
                    "closedFor": case.closed_for,
                    "fault": case.fault,
                }
                for case in self.cases
            ],
            "addresses": self.addresses,
            "durationSeconds": round(self.seconds, 1),
        }

    def to_keep(self) -> dict[str, Any]:
        """What the demo folder keeps for the next look at it."""
        return {
            "latency": self.latency,
            "cases": [asdict(case) for case in self.cases],
            "seconds": self.seconds,
        }


def events_counted(operations: Operations) -> dict[str, int]:
    """How often each event was published, by name, the most frequent first."""
    found: dict[str, int] = {}
    for service in ON_BUS:
        with operations.connected(service, "worker") as connection:
            rows = connection.execute("select bus_subject, count(*) from store.outbox group by 1").fetchall()
        found |= {_name(subject): int(many) for subject, many in rows}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def balance_now(operations: Operations) -> list[Balance]:
    """The account of every consumer."""
    return asyncio.run(balances(operations))


def _name(bus_subject: str) -> str:
    """``cases.intake.request-received.v1`` → ``RequestReceived``."""
    return "".join(word.capitalize() for word in bus_subject.split(".")[2].split("-"))
