"""What is asked of this service often, one question per file, fed from its own events."""

from casefile.views.cases import CASES
from casefile.views.history import HISTORY
from casefile.views.worklist import WORKLIST

VIEWS = (CASES, WORKLIST, HISTORY)

__all__ = ["CASES", "HISTORY", "VIEWS", "WORKLIST"]
