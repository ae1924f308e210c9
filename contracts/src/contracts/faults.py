"""What can be wrong with a message, in words a person can act on; never a word of its content."""

from __future__ import annotations

from pydantic import ValidationError

_MOST = 20


class Unparsable(Exception):
    """A message that does not keep its contract: a message fault, for the dead letters.

    ``faults`` names all that is wrong by field path, without quoting content; so does ``str()``.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))

    @property
    def reason(self) -> str:
        """All faults in one line, fit for a log and a dead letter."""
        return str(self)


class UnknownType(Unparsable):
    """A type that this version does not know. Who hears a whole source may advance past it."""


class UnknownVersion(Unparsable):
    """A version, unknown here, of a type that is known: deploy this reader before that writer."""


_WORDS = {
    "missing": "is missing",
    "literal_error": "is not one of the values that the contract allows",
    "string_type": "is not text",
    "string_pattern_mismatch": "does not have the form that the contract asks",
    "string_too_long": "is too long",
    "string_too_short": "is too short",
    "uuid_type": "is not a UUID",
    "uuid_parsing": "is not a UUID",
    "datetime_type": "is not a time",
    "datetime_parsing": "is not a time that exists",
    "datetime_from_date_parsing": "is not a time that exists",
    "datetime_object_invalid": "is not a time that exists",
    "timezone_aware": "is a time without an offset from UTC",
    "bool_type": "is not true or false",
    "bool_parsing": "is not true or false",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "int_parsing": "is not a whole number",
    "greater_than_equal": "is too small a number",
    "less_than_equal": "is too large a number",
    "tuple_type": "is not a list",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "model_type": "is not an object",
    "model_attributes_type": "is not an object",
    "json_invalid": "is not JSON that can be read",
}


def faults_of(error: ValidationError) -> list[str]:
    """One line per fault: the field's path and what is wrong with it; at most twenty, then how many more.

    Paths hold names from our own contracts and places in lists only.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [
        f"{'.'.join(map(str, fault['loc'])) or 'the message'}: {_WORDS.get(fault['type'], 'is not valid')}"
        for fault in found[:_MOST]
    ]
    if len(found) > _MOST:
        lines.append(f"and {len(found) - _MOST} more faults")
    return lines
