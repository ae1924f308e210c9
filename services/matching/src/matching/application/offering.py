"""Who can be offered now: the need, the network's rules and one look at who is available."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from matching.domain.case import CaseSearches
from matching.domain.need import Wanted
from matching.domain.options import Bounds, Candidate, options_for
from matching.domain.search import Search
from matching.networks import Networks

Available = Callable[[str, Sequence[str], UUID], Iterable[Candidate]]
"""Who is active in a network, among these organisations, and has room or helps in this case."""


class Offering:
    """Ranks who is available. What it finds is an offer; the supporter decides whether there is a place."""

    def __init__(self, networks: Networks, available: Available) -> None:
        self._networks, self._available = networks, available

    def offer(self, search: Search, case: CaseSearches, now: datetime) -> None:
        """Begin a round (MAT-06). Raises UnknownHere and what ``Search.require_choosing`` raises."""
        search.require_choosing()
        need, here = search.need, self._networks.now(search.need.network, now)
        serving = here.serving(need.municipality, need.organisation)
        organisations = sorted({organisation for organisation, _ in serving})
        candidates = self._available(need.network, organisations, search.case_id)
        bounds = Bounds(
            serving=serving,
            never=case.no_clicks,
            left_out=case.left_out,
            last=search.passed_over,
            own_first=here.own_first,
            wished=search.answers is None and need.formality is not Wanted.ANY,
            seed=search.id,
        )
        options = options_for(need, candidates, bounds)
        search.offer(options, network_version=here.version, now=now)
