"""Who may do something with a search or a supporter: on which side somebody stands, put to the policies.

Who holds no grant does not get as far: what they ask for is not there (P17).
"""

from __future__ import annotations

from typing import Literal

from chassis.access.access import Access
from chassis.access.asking import Asking
from chassis.access.scope import Scope
from matching.domain.search import Search
from matching.domain.supporter import Supporter

COORDINATOR = "role_coordinator"
Side = Literal["resident", "case", "supporter", "supporters_coordination", "none"]
"""The resident; the coordination of the case; whoever is asked; the coordination that answers for them."""


class Permission:
    """One decision per request. Raises NotAllowed, which looks like absence."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def at_organisation(self, asking: Asking, action: str) -> None:
        """Something new, or a list, of the asker's organisation."""
        self._access.changing(asking, action)

    def about_search(self, asking: Asking, action: str, search: Search, **facts: str) -> Scope:
        """Something with a search, as the side on which the asker stands."""
        return self._access.changing(
            asking, action, search.case_id, search.part_id, side=side_of(asking, search), **facts
        )

    def about_supporter(self, asking: Asking, action: str, supporter: Supporter) -> Scope:
        """Something with a supporter."""
        return self._access.changing(asking, action, supporter.id)


def side_of(asking: Asking, search: Search) -> Side:
    """On which side of a search somebody stands."""
    if asking.person is not None:
        return "resident"
    match = search.match
    if asking.role != COORDINATOR:
        return "supporter" if match and asking.subject == str(match.supporter_id) else "none"
    if asking.organisation == search.need.organisation:
        return "case"
    return (
        "supporters_coordination"
        if match and asking.organisation == search.asked_of[match.match_id]
        else "none"
    )
