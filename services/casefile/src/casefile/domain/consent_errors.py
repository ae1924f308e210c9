"""Why a consent cannot be recorded. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused


class ConsentUnknown(Refused):
    """This person has no such consent: look at the list of consents and choose one of them."""


class ConsentIsOver(Refused):
    """This consent is over already, so there is nothing to change: ask anew when it is wanted again."""


class ConsentRecordedAlready(Refused):
    """There is a consent in force for the same party and purpose that covers all of this."""


class ConsentNotNarrower(Refused):
    """Narrowing takes something away and adds nothing: ask a new consent for what is more or longer."""


class ConsentEndsInThePast(Refused):
    """The end of this consent has passed: choose a later moment, or withdraw it."""


class ConsentInTheFuture(Refused):
    """This consent cannot have been given later than now: correct the time."""


class ConsentTextNotInForce(Refused):
    """Another text is in force for this purpose: show that text and ask again (AVG article 7)."""


class WayDoesNotFit(Refused):
    """It was not given this way: only the person agrees in the portal, only a representative for them."""


class PartyOutsideCovenant(Refused):
    """This organisation is no covenant partner now, so it cannot take part in the case (NET-02)."""


class PartOfAnotherCase(Refused):
    """This part is no part of that case: name parts of the case that the consent is about."""


class CaseOfAnotherPerson(Refused):
    """Only the resident of a case lets others take part in it: this is another person's case (INT-05)."""


# Who consents


class RepresentativeNeeded(Refused):
    """At this age a representative has to consent as well: record the representation, and ask both."""


class PersonMustAgreeToo(Refused):
    """At this age the person has to agree as well: ask both, the person and the representative."""


class NoRepresentationInForce(Refused):
    """No representation of that kind is in force for this: record on what ground somebody speaks first."""


class RepresentationUnknown(Refused):
    """This person has no such representation: look at the list and choose one of them."""


class RepresentationIsOver(Refused):
    """This representation has ended already."""


class RepresentationKindNotHere(Refused):
    """This kind of representation does not count in this network now, for this person."""


class RepresentsThemselves(Refused):
    """Nobody represents themselves: name the person who speaks for this person."""


# The review of looks under a consent that was never given


class ReviewUnknown(Refused):
    """There is no such review for this person."""


class ReviewIsDecided(Refused):
    """This review was decided already."""


class ReviewNotDecided(Refused):
    """The review of who looked has to be decided by another person before this leaves the list."""


class ReviewNeedsAnotherPerson(Refused):
    """Who opened a review does not decide it: let a colleague look at it."""
