"""On which side of a handover somebody stands. Whether they may see or do anything at all is for the policies
(``casefile/policies``); not to be allowed and not to be there look alike (P17).
"""

from __future__ import annotations

from casefile.domain.case import CaseFile
from casefile.domain.handover import SETTERS, Handover, Side, Step
from casefile.domain.part import Supporter
from chassis.signin import Principal
from chassis.store.errors import NotAllowed

COORDINATOR, AUDITOR = "role_coordinator", "role_auditor"


def side_for(case: CaseFile, handover: Handover, step: Step, asker: Principal) -> Side:
    """As which side the asker takes this step: the one whose step it is, when they have several.

    A supporter is their own side; a coordinator acts for whoever belongs to their organisation. Raises
    NotAllowed for somebody who is on no side.
    """
    sides: list[Side] = []
    if _is_or_acts_for(asker, handover.receiver):
        sides.append("receiver")
    if handover.giver and _is_or_acts_for(asker, handover.giver):
        sides.append("giver")
    if asker.organisation == case.organisation and COORDINATOR in asker.roles:
        sides.append("coordinator")
    if not sides:
        raise NotAllowed
    return next((side for side in sides if side in SETTERS[step]), sides[0])


def _is_or_acts_for(asker: Principal, supporter: Supporter) -> bool:
    if COORDINATOR in asker.roles:
        return asker.organisation == supporter.organisation
    return asker.subject == str(supporter.supporter_id)
