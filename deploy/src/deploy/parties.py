"""The services of a deployment and who hears whom: the table from which rights and consumers are made."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.bus import FEED, stream_for, subjects_for

STREAM = "CASES"


@dataclass(frozen=True)
class Service:
    """One service: whether it stands on the bus, the sources that it hears, whether it tells partners and
    whether it decides that people are erased, for which it may destroy their keys.
    """

    name: str
    on_bus: bool = True
    hears: tuple[str, ...] = ()
    shares: bool = False
    erases: bool = False

    def consumer(self, source: str) -> str:
        """The durable consumer through which it hears a source; a name that is never changed."""
        return f"{self.name}--{source}"

    @property
    def owner(self) -> str:
        """The role that owns its tables and functions, and never signs in."""
        return f"{self.name}_owner"

    @property
    def api(self) -> str:
        """The role of its HTTP side."""
        return f"{self.name}_api"

    @property
    def worker(self) -> str:
        """The role of its relay, inbox, followers and deadlines."""
        return f"{self.name}_worker"


SERVICES = (
    Service("intake", hears=("casefile",)),
    Service("casefile", hears=("intake", "matching", "notifications"), shares=True, erases=True),
    Service("matching", hears=("casefile",), erases=True),
    Service("notifications", hears=("casefile",)),
    Service("portal", on_bus=False),
)
KEYRING = "keyring"


def service(name: str) -> Service:
    """The service of that name; raises KeyError."""
    return next(found for found in SERVICES if found.name == name) if name in NAMES else _unknown(name)


def _unknown(name: str) -> Service:
    raise KeyError(f"there is no service named {name!r}; there are {', '.join(NAMES)}")


NAMES = tuple(found.name for found in SERVICES)


@dataclass(frozen=True, order=True)
class Partner:
    """An organisation of a network, with an account of its own on the bus.

    ``may_be_told`` is False for who steers or finances: such an organisation sees checkpoints, and there
    is no stream in which anything of a case could ever stand (CON-08).
    """

    organisation: str
    may_be_told: bool = True

    @property
    def account(self) -> str:
        """Its account on the bus."""
        return f"ORG-{self.organisation}"

    @property
    def user(self) -> str:
        """The one user of its account."""
        return f"partner-{self.organisation}"

    @property
    def stream(self) -> str:
        """What it was told, kept for it in the services' account."""
        return stream_for(self.organisation)

    @property
    def subjects(self) -> str:
        """What it may see besides checkpoints."""
        return subjects_for(self.organisation)

    @property
    def consumer(self) -> str:
        """The durable consumer through which it takes what it was told."""
        return FEED
