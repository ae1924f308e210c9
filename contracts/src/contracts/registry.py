"""Every event that crosses a border: by type, by owner, and who hears whom."""

from __future__ import annotations

from types import MappingProxyType, ModuleType

from contracts import casefile, intake, matching, notifications, partner
from contracts.envelope import ContractEvent

CENTRAL = (
    intake.RequestReceived,
    matching.VolunteerMatched,
    casefile.Escalated,
    casefile.WarmHandoverCompleted,
    notifications.WaakvlamCheckDue,
)
"""The five events that everything else is arranged around."""

HEARD_BY = MappingProxyType(
    {
        "intake": ("casefile",),
        "casefile": ("intake", "matching", "notifications"),
        "matching": ("casefile",),
        "notifications": ("casefile",),
    }
)
"""hearer -> the sources it listens to, each as a whole."""


def _events_of(module: ModuleType) -> tuple[type[ContractEvent], ...]:
    """The events that a module, or a package of them, shows; in its order."""
    return tuple(
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, ContractEvent)
        and each.__module__.startswith(module.__name__)
        and "TYPE" in vars(each)
    )


OWNED = MappingProxyType(
    {
        "intake": _events_of(intake),
        "casefile": _events_of(casefile),
        "matching": _events_of(matching),
        "notifications": _events_of(notifications),
    }
)
"""owner service -> the events that it alone publishes."""

EVENTS = tuple(event for owned in OWNED.values() for event in owned)
"""All events of all services."""

TOLD_TO_PARTNERS = _events_of(partner)
"""What partner organisations are told, each on subjects of its own; no service hears it."""

BY_TYPE = MappingProxyType({event.TYPE: event for event in EVENTS})
"""wire type -> event class."""
