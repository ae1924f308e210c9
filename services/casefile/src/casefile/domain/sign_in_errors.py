"""Why somebody does not sign in. Residents read these themselves, so they are Dutch, at level B1."""

from __future__ import annotations

from chassis.aggregates import Refused


class SignInFailed(Refused):
    """Dit klopt niet, of het is te vaak geprobeerd. Wacht even, of vraag om een nieuwe code."""


class PinTooEasy(Refused):
    """Kies een andere pincode: geen rijtje, geen herhaling en geen geboortedatum of geboortejaar."""


class NotSetUp(Refused):
    """Er is nog geen manier om in te loggen. Vraag om een code."""


class BoundAlready(Refused):
    """Deze manier van inloggen is al in gebruik."""


class NotTheirCase(Refused):
    """This person has no part in that case: choose the case of the resident who is to sign in."""
