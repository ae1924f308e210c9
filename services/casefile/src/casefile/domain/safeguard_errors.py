"""Why the safeguards refuse. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused

# Break-glass


class AccessRunsAlready(Refused):
    """You have emergency access for this reason already: it cannot be prolonged without a new reason."""


class TooLong(Refused):
    """Emergency access lasts an hour at most."""


class OpeningUnknown(Refused):
    """There is no such emergency access: look at the list of those that wait for a review."""


class ReviewedAlready(Refused):
    """This emergency access was reviewed before."""


class SomebodyElseReviews(Refused):
    """Somebody other than who used the emergency access reviews it."""


# Safety risk


class SharingNeedsAGround(Refused):
    """Say on which ground each party was told: without a ground nothing may be shared."""


class NoConsentToTellParty(Refused):
    """The resident has not consented to telling this party: name a ground that holds, or do not tell."""


class ToldInTheFuture(Refused):
    """A party cannot have been told later than now: correct the time."""


class RiskUnknown(Refused):
    """This case has no such safety risk: look at the case."""


class ReactedAlready(Refused):
    """Somebody reacted to this safety risk before."""


# Own file, restricted case


class SupporterIsBarred(Refused):
    """This supporter has a personal tie to the resident: choose somebody else together with the resident."""


class BarredAlready(Refused):
    """This was recorded before: this person cannot open the file."""


class BarUnknown(Refused):
    """This case has no such record of a personal tie."""


class AnotherCoordinatorEndsIt(Refused):
    """Only another coordinator ends this: not who it is about, and not who recorded it."""


class RestrictedAlready(Refused):
    """This case is restricted already: change who handles it."""


class NotRestricted(Refused):
    """This case is not restricted, so there is nothing to change or end."""


class HandlersNeeded(Refused):
    """Name at least one handler: a restricted case is never without somebody who looks after it."""


class HandlerIsBarred(Refused):
    """One of the handlers has a personal tie to the resident: name somebody else."""


# Speaking and writing for the resident


class RepresentingNeedsConsent(Refused):
    """The resident has not consented to speaking or writing for them to this authority: ask first."""


class ResidentMustBePresent(Refused):
    """Speaking for the resident is done with the resident there, also in a conference call."""


class TextMustBeApproved(Refused):
    """Writing for the resident is done with a text that the resident saw and approved."""


class FactualCallNamesNobody(Refused):
    """A factual call names nobody: leave the resident out of it, or choose another channel."""


# The check by a professional at the table


class NothingToCheck(Refused):
    """There is no consent to speak for the resident to this authority about this: ask first."""


class NotServedByThem(Refused):
    """This supporter does not serve that part of the case: choose somebody who does."""
