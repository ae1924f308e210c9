"""What every contract event is, and which ones are known here."""

from __future__ import annotations

from typing import Any, ClassVar

from contracts.faults import UnknownType, UnknownVersion
from contracts.values import ContractValue


class ContractEvent(ContractValue):
    """A fact that one service tells the others; the subclasses live in ``contracts.<service>``.

    ``TYPE`` is its CloudEvents type, ``SUBJECT`` its subject on the bus, ``SOURCE`` the service that alone
    publishes it. They are written out, never derived: renaming a class changes nothing on the wire.
    """

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    SOURCE: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        wire_type = cls.__dict__.get("TYPE")
        if wire_type is None:
            return
        known = _classes.setdefault(wire_type, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{wire_type} is the type of {known.__qualname__} already")
        _classes[wire_type] = cls
        _names.add(wire_type.rpartition(".v")[0])


_classes: dict[str, type[ContractEvent]] = {}
_names: set[str] = set()


def class_of(wire_type: str) -> type[ContractEvent]:
    """The event class of a CloudEvents type. Raises UnknownVersion or UnknownType."""
    event_class = _classes.get(wire_type)
    if event_class is not None:
        return event_class
    if wire_type.rpartition(".v")[0] in _names:
        raise UnknownVersion("type: this version of the type is not known here; a newer reader knows it")
    raise UnknownType("type: is not known here")
