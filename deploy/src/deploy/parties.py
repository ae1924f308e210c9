"""The services of a deployment and who hears whom: the table from which rights and consumers are made."""

from __future__ import annotations

from dataclasses import dataclass

STREAM = "CASES"


@dataclass(frozen=True)
class Service:
    """One service: its name, whether it stands on the bus, and the sources that it hears."""

    name: str
    on_bus: bool = True
    hears: tuple[str, ...] = ()

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
    Service("casefile", hears=("intake", "matching", "notifications")),
    Service("matching", hears=("casefile",)),
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
