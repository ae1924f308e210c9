"""What casefile tells: the case, its parts, responsibility, handovers, consent, closing, the pilot light.

The subject is the case's id, or the person's for what is told of a consent itself. Refusals and endings give
a reason by code, documented where they are decided.
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
from contracts.casefile.consent import (
    ConsentExpired,
    ConsentGiven,
    ConsentNarrowed,
    ConsentRecordedInError,
    ConsentRefused,
    ConsentWithdrawn,
    InvolvementAllowed,
    InvolvementEnded,
    InvolvementNarrowed,
    Party,
)
from contracts.casefile.erasure import PersonalDataErased
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
from contracts.casefile.safeguard import RepresentedInPresence, SafetyRiskFlagged
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
    "ConsentExpired",
    "ConsentGiven",
    "ConsentNarrowed",
    "ConsentRecordedInError",
    "ConsentRefused",
    "ConsentWithdrawn",
    "DeEscalated",
    "Escalated",
    "HandoverOffered",
    "IndicationObserved",
    "InvolvementAllowed",
    "InvolvementEnded",
    "InvolvementNarrowed",
    "Party",
    "PersonalDataErased",
    "RepresentedInPresence",
    "SafetyRiskFlagged",
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
