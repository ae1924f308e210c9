"""What is asked of this service often, one question per file, fed from its own events."""

from casefile.views.cases import CASES
from casefile.views.consents import CONSENTS
from casefile.views.emergency_access import EMERGENCY_OPENINGS
from casefile.views.history import HISTORY
from casefile.views.people import PEOPLE
from casefile.views.worklist import WORKLIST

VIEWS = (CASES, WORKLIST, HISTORY, PEOPLE, CONSENTS, EMERGENCY_OPENINGS)

__all__ = ["CASES", "CONSENTS", "EMERGENCY_OPENINGS", "HISTORY", "PEOPLE", "VIEWS", "WORKLIST"]
