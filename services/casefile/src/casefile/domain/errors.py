"""Why the case file refuses. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused

# The case and its parts


class CaseIsClosed(Refused):
    """This case is closed: reopen it together with the resident before you go on."""


class CaseIsOpen(Refused):
    """This case is still open: close it first, together with the resident."""


class PartUnknown(Refused):
    """This case has no such part: look at the case and choose one of its parts."""


class PartIsClosed(Refused):
    """This part is closed: reopen the case with a new part if the resident has a question again."""


class PartNamedTwice(Refused):
    """Two parts carry the same id: give each part its own."""


class NoPartGiven(Refused):
    """Name at least one part: a case consists of delimited questions, each with its "done when"."""


class PartHasNobody(Refused):
    """Nobody is responsible for this part, so it stays on the list until somebody is."""


# The coordinator's list


class NotOnTheList(Refused):
    """This does not stand on the list for that reason (any more): look at the list again."""


class TakenByAnotherCoordinator(Refused):
    """Another coordinator is working on this: take something else, or ask for it within the organisation."""


class NotTakenByYou(Refused):
    """You are not working on this, so you cannot put it back."""


# Responsibility


class SupporterNotAvailable(Refused):
    """This supporter takes a break or has left: choose somebody else together with the resident."""


class SupporterServesPartAlready(Refused):
    """This supporter is responsible for this part already."""


class ConsentMissing(Refused):
    """The resident has not consented to this organisation: ask first, and record the answer."""


class NoConsentToWithdraw(Refused):
    """There is no running consent for this party, so there is nothing to withdraw."""


class ConsentRecordedAlready(Refused):
    """This consent was recorded before."""


# Scaling up and down


class IndicationUnknown(Refused):
    """This is not one of the reasons to scale up or down: choose one from the list."""


class NoIndication(Refused):
    """Give at least one reason: "I cannot or do not want to" is reason enough."""


class IndicationPointsTheOtherWay(Refused):
    """One of the reasons is for the other direction, or for the own network: choose reasons that fit."""


class BurdenIsNoSoleGround(Refused):
    """Trouble for the municipality is never reason enough by itself (IF04): name what the resident needs."""


class PartAlreadyEscalated(Refused):
    """This part was scaled up already: what comes next is the choice and the warm handover."""


class PartIsWithFormalSupporter(Refused):
    """A formal supporter is responsible for this part already, so it cannot be scaled up further."""


class PartIsNotWithFormalSupporter(Refused):
    """No formal supporter is responsible for this part, so there is nothing to scale down."""


class PartAlreadyDeEscalated(Refused):
    """This part was scaled down already: what comes next is the choice and the warm handover."""


class NothingToScale(Refused):
    """No open part of this case can be scaled that way now."""


# Warm handover


class HandoverUnknown(Refused):
    """This case has no such handover: look at the case to see which one runs."""


class HandoverRunsAlready(Refused):
    """A handover of this part is running: finish or cancel it before another one starts."""


class HandoverIsOver(Refused):
    """This handover has ended: look at the case to see how."""


class HandoverAcceptedAlready(Refused):
    """The receiver has accepted already: hold the three-way talk to complete the handover."""


class HandoverNotAccepted(Refused):
    """The receiver has not accepted yet: plan the talk after that."""


class HandoverUnderWay(Refused):
    """Something was done in this handover already, so it cannot be declined or undone like that any more."""


class HandoverIsOnHold(Refused):
    """This handover rests: let the receiver resume it first."""


class HandoverIsNotOnHold(Refused):
    """This handover does not rest, so there is nothing to resume."""


class NotYourStepInTheHandover(Refused):
    """That step belongs to the other side of the handover: let them take it, or record it for them."""


class TalkHeldAlready(Refused):
    """The three-way talk was recorded already."""


class TalkNeedsAllThree(Refused):
    """Resident, giver's side and receiver all take part in the three-way talk; with one away, it waits."""


class TalkInTheFuture(Refused):
    """The talk cannot have been held later than now: correct the time, or plan it."""


class TalkPlannedInThePast(Refused):
    """The talk is planned for a moment that has passed: choose a later one, or record it as held."""


class ReceiverIsGiver(Refused):
    """Giver and receiver are the same person: a handover goes to somebody else."""


# Waakvlam, the pilot light


class WaakvlamNotOfferedHere(Refused):
    """This organisation does not offer pilot-light contact."""


class MomentMissing(Refused):
    """Say after how many days the resident wants to be contacted: there is no usual moment."""


class WaakvlamAnsweredAlready(Refused):
    """The resident's answer about pilot-light contact was recorded before."""


class WaakvlamDoesNotFit(Refused):
    """After this way of closing no pilot-light contact is planned."""


class CheckUnknown(Refused):
    """This case has no such pilot-light check."""


class CheckIsOver(Refused):
    """This pilot-light check was done or stopped already."""


class CheckInThePast(Refused):
    """A pilot-light check lies in the future: choose a later moment."""


class NotKnownInThisCase(Refused):
    """This supporter takes no part in this case: choose somebody known here, or leave it open."""


# The support log


class HappenedInTheFuture(Refused):
    """This cannot have happened later than now: correct the time."""


class ContactLoggedOtherwise(Refused):
    """A contact with this id was logged before, with other facts: give the new contact its own id."""
