"""Who may do what on the bus: a service publishes and consumes its own, an organisation sees only its own.

The services share one account. Each partner organisation has another, which sees nothing of it but what the
services' account shows to that one account by name: the organisation's own subjects, the pulling and
acknowledging of its own consumer, and the checkpoints of the ledgers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.bus import CHECKPOINTS
from deploy.parties import STREAM, Partner, Service

PROVISION, MONITOR = "provision", "monitor"
# Small letters stand for what a variable's name cannot hold: two users never share a variable.
_IN_VARIABLES = str.maketrans({"-": "_", "_": "_line_", ".": "_dot_"})


@dataclass(frozen=True)
class BusUser:
    """A user of the bus with the subjects that it may publish and subscribe; nothing else is allowed."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    def variable(self, account: str) -> str:
        """The environment variable that hands the server this user's password; different for every user."""
        return "WAAKVLAM_BUS_" + f"{account}-{self.name}".upper().translate(_IN_VARIABLES)


@dataclass(frozen=True)
class Shown:
    """Subjects of one account that another may see (``stream``) or ask something of (``service``)."""

    kind: Literal["stream", "service"]
    subject: str
    to: tuple[str, ...]
    many_answers: bool = False


@dataclass(frozen=True)
class BusAccount:
    """Users who see the same subjects; another account sees nothing of them but what is shown to it."""

    name: str
    users: tuple[BusUser, ...]
    jetstream: bool = True
    shows: tuple[Shown, ...] = ()
    sees: tuple[tuple[str, Shown], ...] = ()


def service_user(service: Service, prefix: str = "", partners: Iterable[Partner] = ()) -> BusUser:
    """A service: its events out, its durable consumers in, asking to send again; not the stream.

    Who shares with partners may also publish what each of those is told, one by one, and take it back.
    """
    consumers = [service.consumer(source) for source in service.hears]
    publish = [f"cases.{service.name}.>", f"$JS.API.STREAM.INFO.{STREAM}", "$JS.API.INFO"]
    for consumer in consumers:
        publish += [
            f"$JS.API.CONSUMER.INFO.{STREAM}.{consumer}",
            f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}",
            f"$JS.ACK.{STREAM}.{consumer}.>",
        ]
    publish += [f"resend.{source}" for source in service.hears]
    for partner in partners if service.shares else ():
        if partner.may_be_told:
            publish += [partner.subjects, f"$JS.API.STREAM.MSG.DELETE.{partner.stream}"]
    return BusUser(
        prefix + service.name, tuple(publish), (f"_INBOX_{service.name}.>", f"resend.{service.name}")
    )


def provision_user(prefix: str = "") -> BusUser:
    """Makes and compares the streams and their consumers; publishes no event."""
    return BusUser(prefix + PROVISION, ("$JS.API.>",), (f"_INBOX_{PROVISION}.>",))


def monitor_user(prefix: str = "") -> BusUser:
    """Reads how far the streams and their consumers are; changes nothing."""
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


def services_account(
    services: Iterable[Service], name: str = "SERVICES", prefix: str = "", partners: Sequence[Partner] = ()
) -> BusAccount:
    """The account that the services share: a user for each, one that provisions, one that looks.

    It shows each partner's account that partner's own, and all of them the checkpoints.
    """
    users = [service_user(service, prefix, partners) for service in services if service.on_bus]
    shown = [_checkpoints(prefix, partners)] if partners else []
    shown += [each for partner in partners for each in _own(prefix, partner)]
    return BusAccount(name, (*users, provision_user(prefix), monitor_user(prefix)), shows=tuple(shown))


def partner_account(
    partner: Partner, partners: Sequence[Partner], services: BusAccount, prefix: str = ""
) -> BusAccount:
    """An organisation's account. Its user asks for and acknowledges messages of its own consumer; no more."""
    shown = (*_own(prefix, partner), _checkpoints(prefix, partners))
    asks = tuple(each.subject for each in shown if each.kind == "service")
    hears = tuple(each.subject for each in shown if each.kind == "stream")
    user = BusUser(prefix + partner.user, asks, ("_INBOX.>", *hears))
    sees = tuple((services.name, each) for each in shown)
    return BusAccount(prefix + partner.account, (user,), jetstream=False, sees=sees)


def all_accounts(
    services: Iterable[Service], partners: Sequence[Partner], name: str = "SERVICES", prefix: str = ""
) -> tuple[BusAccount, ...]:
    """Every account of a deployment, the services' first."""
    shared = services_account(services, name, prefix, partners)
    return (shared, *(partner_account(partner, partners, shared, prefix) for partner in partners))


def _checkpoints(prefix: str, partners: Sequence[Partner]) -> Shown:
    return Shown("stream", CHECKPOINTS, tuple(prefix + partner.account for partner in partners))


def _own(prefix: str, partner: Partner) -> tuple[Shown, ...]:
    if not partner.may_be_told:
        return ()
    to, consumer = (prefix + partner.account,), f"{partner.stream}.{partner.consumer}"
    return (
        Shown("stream", partner.subjects, to),
        Shown("service", f"$JS.API.CONSUMER.MSG.NEXT.{consumer}", to, many_answers=True),
        Shown("service", f"$JS.ACK.{consumer}.>", to),
    )
