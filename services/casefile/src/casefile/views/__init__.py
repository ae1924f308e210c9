"""What is asked of this service often, one question per file, fed from its own events."""

from casefile.views.cases import CASES
from casefile.views.consents import CONSENTS
from casefile.views.history import HISTORY
from casefile.views.people import PEOPLE
from casefile.views.worklist import WORKLIST

VIEWS = (CASES, WORKLIST, HISTORY, PEOPLE, CONSENTS)

__all__ = ["CASES", "CONSENTS", "HISTORY", "PEOPLE", "VIEWS", "WORKLIST"]
