"""Why matching refuses. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused


class InformalSupporterNeedsOrganisation(Refused):
    """A volunteer or experience expert always belongs to a responsible organisation: name it (MAT-22)."""


class NotTrainedAsExperienceExpert(Refused):
    """Only who was trained on own experience counts as experience expert: register a volunteer (MAT-19)."""


class SpeaksNoLanguage(Refused):
    """Give at least one language that the supporter speaks easily."""


class NoExperienceShared(Refused):
    """This supporter's own experience is not used for matching, so there is nothing to withdraw."""


class ConsentTextNotInForce(Refused):
    """Another text is in force for this purpose: show that text and ask again (AVG article 7)."""


class SupporterHasLeft(Refused):
    """This supporter has left: nobody can be matched with them any more."""


class SupporterIsPaused(Refused):
    """This supporter takes a break: choose somebody else, or wait until they are back."""


class NoPlaceLeft(Refused):
    """This supporter has no free place any more: choose somebody else together with the resident."""


class NoClickBefore(Refused):
    """There was no click with this supporter in this case: choose somebody else."""


class ConsentMissing(Refused):
    """The resident does not agree that this organisation takes part: ask again, or choose somebody else."""


class NothingOffered(Refused):
    """No options are open for this search: offer some first, so that the resident can choose."""


class NotAmongTheOptions(Refused):
    """This supporter is not one of the options that were offered: choose one of those, or offer again."""


class AnswerAwaited(Refused):
    """Somebody was proposed and has not answered yet: record the answer before you offer again."""


class MatchRuns(Refused):
    """Somebody is matched already for this question: end that match before you offer again."""


class SearchHasEnded(Refused):
    """This question is closed, and so is the search for a supporter."""


class AcceptedAlready(Refused):
    """This side has said yes already: the other side's answer is awaited."""


class ProposalIsOver(Refused):
    """This proposal is not open any more: look at the search to see who is proposed now."""


class MatchIsOver(Refused):
    """This match is not running any more: look at the search to see where it stands."""


class TooManyProposals(Refused):
    """This search has had as many proposals as it can have: look at the question anew."""


class MatchedElsewhere(Refused):
    """In this network residents find their supporter outside this system: nothing is offered here."""
