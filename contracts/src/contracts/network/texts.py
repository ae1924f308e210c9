"""The network's own words, and the texts that a consent is given to (PUB-01, NET-13, AVG article 7)."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field, StrictInt, StringConstraints

from contracts.codes import ConsentPurpose
from contracts.network.configuration import Configuration, Day, Name
from contracts.values import Language, Slug


class Wording(Configuration):
    """What residents read, in the network's first language. Never a kind of supporter as a rank (NET-15)."""

    network: Name
    supporters: Name
    informal_supporter: Name
    formal_supporter: Name
    coordination: Name
    waakvlam: Name
    paused: Name
    scaled_up: Name
    free_and_a_right: Name


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=40, max_length=4000)]


class ConsentText(Configuration):
    """A text as it is shown or read aloud. Changed words are a new ``version``; old ones stay readable."""

    id: Slug
    purpose: ConsentPurpose
    version: Annotated[StrictInt, Field(ge=1)]
    language: Language
    valid_from: Day
    text: Text

    @property
    def sha256(self) -> str:
        """SHA-256 over the text in UTF-8, in hexadecimal: what a consent proof stores."""
        return hashlib.sha256(self.text.encode()).hexdigest()
