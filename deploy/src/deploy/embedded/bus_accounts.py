"""Who may do what on the bus: each service publishes and consumes exactly its own subjects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deploy.parties import STREAM, Service

PROVISION, MONITOR = "provision", "monitor"


@dataclass(frozen=True)
class BusUser:
    """A user of the bus with the subjects that it may publish and subscribe; nothing else is allowed."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    def variable(self, account: str) -> str:
        """The environment variable that hands the server this user's password."""
        return f"WAAKVLAM_BUS_{account}_{self.name}".upper().replace("-", "_")


@dataclass(frozen=True)
class BusAccount:
    """Users who see the same subjects; another account sees nothing of them."""

    name: str
    users: tuple[BusUser, ...]


def service_user(service: Service, prefix: str = "") -> BusUser:
    """A service: its events out, its durable consumers in, asking to send again; not the stream."""
    consumers = [service.consumer(source) for source in service.hears]
    publish = [f"cases.{service.name}.>", f"$JS.API.STREAM.INFO.{STREAM}", "$JS.API.INFO"]
    for consumer in consumers:
        publish += [
            f"$JS.API.CONSUMER.INFO.{STREAM}.{consumer}",
            f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}",
            f"$JS.ACK.{STREAM}.{consumer}.>",
        ]
    publish += [f"resend.{source}" for source in service.hears]
    return BusUser(
        prefix + service.name, tuple(publish), (f"_INBOX_{service.name}.>", f"resend.{service.name}")
    )


def provision_user(prefix: str = "") -> BusUser:
    """Makes and compares the stream and its consumers; publishes no event."""
    return BusUser(prefix + PROVISION, ("$JS.API.>",), (f"_INBOX_{PROVISION}.>",))


def monitor_user(prefix: str = "") -> BusUser:
    """Reads how far the stream and its consumers are; changes nothing."""
    allowed = (
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.LIST",
        "$JS.API.STREAM.INFO.*",
        "$JS.API.CONSUMER.NAMES.*",
        "$JS.API.CONSUMER.LIST.*",
        "$JS.API.CONSUMER.INFO.*.*",
    )
    return BusUser(prefix + MONITOR, allowed, (f"_INBOX_{MONITOR}.>",))


def services_account(services: Iterable[Service], name: str = "SERVICES", prefix: str = "") -> BusAccount:
    """The account that the services share, with a user for each, one that provisions and one that looks."""
    users = [service_user(service, prefix) for service in services if service.on_bus]
    return BusAccount(name, (*users, provision_user(prefix), monitor_user(prefix)))
