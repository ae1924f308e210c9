"""Why erasing is refused. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused


class ErasedAlready(Refused):
    """The data of this person were erased already: the certificate says when."""


class ErasureDecidedAlready(Refused):
    """It was decided already that the data of this person are erased: that is done within seconds."""


class ResidentErased(Refused):
    """The data of this resident were erased, so that nothing can be done in this case any more."""
