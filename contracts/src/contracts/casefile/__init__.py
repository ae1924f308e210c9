"""What casefile tells: the case, its parts, who is responsible, handovers, closing, the pilot light.

The subject is the case's id. Refusals and endings give a reason by code, documented where they are decided.
"""

from contracts.casefile.case import (
    AssignmentRefused,
    CaseClosed,
    CaseOpened,
    CasePartAdded,
    CasePartClosed,
    CaseReopened,
    DeEscalated,
    Escalated,
    IndicationObserved,
    SupporterAssigned,
    SupportLogged,
)
from contracts.casefile.handover import (
    HandoverOffered,
    ThreeWayTalkHeld,
    WarmHandoverAccepted,
    WarmHandoverCancelled,
    WarmHandoverCompleted,
    WarmHandoverDeclined,
    WarmHandoverPlanned,
    WarmHandoverTimedOut,
)
from contracts.casefile.waakvlam import (
    WaakvlamCheckDone,
    WaakvlamReassigned,
    WaakvlamScheduled,
    WaakvlamStopped,
)

__all__ = [
    "AssignmentRefused",
    "CaseClosed",
    "CaseOpened",
    "CasePartAdded",
    "CasePartClosed",
    "CaseReopened",
    "DeEscalated",
    "Escalated",
    "HandoverOffered",
    "IndicationObserved",
    "SupportLogged",
    "SupporterAssigned",
    "ThreeWayTalkHeld",
    "WaakvlamCheckDone",
    "WaakvlamReassigned",
    "WaakvlamScheduled",
    "WaakvlamStopped",
    "WarmHandoverAccepted",
    "WarmHandoverCancelled",
    "WarmHandoverCompleted",
    "WarmHandoverDeclined",
    "WarmHandoverPlanned",
    "WarmHandoverTimedOut",
]
