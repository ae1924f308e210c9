"""Who may do something in a case: organisations that take part in it, and only with the parts they serve.

Not to be allowed and not to be there look alike (P17).
"""

from __future__ import annotations

from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.handover import SETTERS, Handover, Side, Step
from casefile.domain.part import Supporter
from chassis.signin import Principal
from chassis.store.errors import NotAllowed

COORDINATOR, AUDITOR = "role_coordinator", "role_auditor"


def check_case(case: CaseFile, asker: Principal) -> None:
    """Raises NotAllowed for an organisation that takes no part in the case."""
    if asker.organisation not in case.organisations():
        raise NotAllowed


def check_coordination(case: CaseFile, asker: Principal) -> None:
    """Raises NotAllowed for anybody but the organisation on whose list the case stands."""
    if asker.organisation != case.organisation:
        raise NotAllowed


def check_part(case: CaseFile, part_id: UUID, asker: Principal) -> None:
    """Raises NotAllowed unless the organisation coordinates the case, serves the part or is to receive it.

    A part that is not there is for the rules to refuse.
    """
    check_case(case, asker)
    part = case.parts.get(part_id)
    if part is None or asker.organisation == case.organisation:
        return
    handover = case.handover_of(part_id)
    serving = {each.organisation for each in part.people()}
    receiving = {handover.receiver.organisation} if handover else set()
    if asker.organisation not in serving | receiving:
        raise NotAllowed


def may_read(case: CaseFile, asker: Principal) -> bool:
    """Whether the asker may see this case: their organisation takes part, or they review histories."""
    return AUDITOR in asker.roles or asker.organisation in case.organisations()


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
