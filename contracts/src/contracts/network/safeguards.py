"""What protects a resident when something is urgent or somebody asks (design §6, CON-01, CON-02, CON-18).

Every value has a default that is on the safe side, so that a network that says nothing is protected.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from contracts.codes import AppRole
from contracts.network.configuration import Between, Configuration, Duration, each_once

Channel = Literal["phone", "meeting", "conference_call", "video_call", "letter", "email", "factual_call"]
"""How somebody speaks or writes to an authority."""

Presence = Literal["present", "text_approved", "none"]
"""What the resident does: is there, saw and approved the text, or neither."""


class ChannelRule(Configuration):
    """What a channel asks for when somebody speaks or writes for the resident (CON-01).

    ``names_resident``: false for a factual call, which names nobody and therefore needs nothing.
    """

    needs_consent: StrictBool = True
    presence: Presence = "present"
    names_resident: StrictBool = True


def _writing() -> ChannelRule:
    return ChannelRule(presence="text_approved")


def _factual() -> ChannelRule:
    return ChannelRule(needs_consent=False, presence="none", names_resident=False)


class Channels(Configuration):
    """A rule for each channel; one that is not named in the file keeps the strict one."""

    phone: ChannelRule = Field(default_factory=ChannelRule)
    meeting: ChannelRule = Field(default_factory=ChannelRule)
    conference_call: ChannelRule = Field(default_factory=ChannelRule)
    video_call: ChannelRule = Field(default_factory=ChannelRule)
    letter: ChannelRule = Field(default_factory=_writing)
    email: ChannelRule = Field(default_factory=_writing)
    factual_call: ChannelRule = Field(default_factory=_factual)

    def rule(self, channel: Channel) -> ChannelRule:
        """The rule of a channel."""
        found = getattr(self, channel)
        if not isinstance(found, ChannelRule):
            raise TypeError(channel)
        return found


class BreakGlassRules(Configuration):
    """Who may open a case without a grant in an emergency, for how long, and who looks back (promise P20).

    ``roles``: a coordinator only of an organisation that receives residents. ``lasts``: an hour at most.
    """

    roles: Annotated[tuple[AppRole, ...], Field(max_length=4), AfterValidator(each_once)] = (
        "role_coordinator",
        "role_case_manager",
    )
    lasts: Annotated[Duration, Between("PT5M", "PT60M")] = timedelta(minutes=60)
    review_within: Annotated[Duration, Between("PT1H", "P30D")] = timedelta(days=7)


class Safeguards(Configuration):
    """``safety_reaction_within``: somebody reacts to a safety risk; else it is told again (CON-18).
    ``consent_check_days``: how long a code for a professional at the table works (CON-02).
    """

    break_glass: BreakGlassRules = Field(default_factory=BreakGlassRules)
    safety_reaction_within: Annotated[Duration, Between("PT15M", "P7D")] = timedelta(hours=4)
    consent_check_days: Annotated[StrictInt, Field(ge=1, le=92)] = 31
    channels: Channels = Field(default_factory=Channels)
