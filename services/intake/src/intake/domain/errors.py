"""Why intake refuses. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused


class NothingToGoOn(Refused):
    """A request needs something to go on: a phone number is enough, a name or a question is good too."""


class ReceivedInTheFuture(Refused):
    """The request cannot have come in later than now: correct the time, or leave it out."""


class RequesterIsSomebodyElse(Refused):
    """When the resident asks for themselves, requester and resident are one person: give the name once."""


class ExplainedAtAnotherTime(Refused):
    """The right is explained after the request came in and not later than now: correct or drop the time."""


class RightNotFullyExplained(Refused):
    """Tell the resident that support is a right, is free of charge and is voluntary; then record it."""


class RightExplainedAlready(Refused):
    """The explanation of the right was recorded before: go on to the resident's answer."""


class RightNotExplained(Refused):
    """First explain the right to free support, and record it; then the resident can say yes."""


class ConsentBeforeExplanation(Refused):
    """The resident can only consent after the right was explained: correct the time of the consent."""


class ConsentInTheFuture(Refused):
    """Consent cannot be given later than now: correct the time of the consent."""


class ConsentIsForSomethingElse(Refused):
    """This consent has another purpose: to open a case the resident consents to support (cp_support)."""


class NoPartAgreed(Refused):
    """Agree on at least one delimited question with its own "done when", together with the resident."""


class PartNamedTwice(Refused):
    """Two parts carry the same id: give each part its own."""


class LanguageUnknown(Refused):
    """Ask in which language the resident speaks easily, and give it: it decides who can help."""


class RequestAccepted(Refused):
    """The resident said yes to support: the case file answers for this case now."""


class RequestDeclined(Refused):
    """The resident said no to support: this request is finished. A new question is a new request."""


class AnswerNotOverdueYet(Refused):
    """The case file still has time to answer: nothing is overdue before that has passed."""


class RequestNotAccepted(Refused):
    """A case was opened although the resident has not said yes: that should not be."""
