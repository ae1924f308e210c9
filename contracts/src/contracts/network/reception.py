"""Whether each request comes on somebody's list: by every door, in every municipality, on every day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from contracts.network.door import Door, Route
from contracts.network.incoherence import Incoherence, Incoherences, Where, municipalities_known, unknown
from contracts.network.organisation import EVERYWHERE, Organisation
from contracts.network.parts import Parts

Days = tuple[date, date | None]


def reception(parts: Parts) -> Incoherences:
    """Faults in the doors: a reference, a municipality without a route, a day without a receiver."""
    for place, door in parts.doors.read.items():
        yield from _municipalities_once(parts, ("doors", place), door)
        for number, route in enumerate(door.routes):
            yield from _receivers(parts, ("doors", place, "routes", number), route)


def _municipalities_once(parts: Parts, where: Where, door: Door) -> Incoherences:
    known = parts.municipalities.known
    served: set[str] = set()
    for number, route in enumerate(door.routes):
        field = (*where, "routes", number, "municipalities")
        yield from municipalities_known(field, route.municipalities, known)
        meant = known if EVERYWHERE in route.municipalities else set(route.municipalities)
        if twice := sorted(served & meant):
            yield Incoherence(field, f"names {', '.join(twice)}, which an earlier route of this door serves")
        served |= meant
    if missing := sorted(known - served):
        yield Incoherence((*where, "routes"), f"has no route for {', '.join(missing)}")


def _receivers(parts: Parts, where: Where, route: Route) -> Incoherences:
    known = parts.organisations.known
    by_id = {each.id: each for each in parts.organisations.read.values()}
    meant = sorted(each for each in parts.municipalities.known if route.serves(each))
    for number, organisation in enumerate(route.chain):
        field: Where = (*where, "fallbacks", number - 1) if number else (*where, "receives")
        if number and organisation == route.receives:
            yield Incoherence(field, f"names {organisation}, which receives already")
        if known and organisation not in known:
            yield Incoherence(field, unknown("organisation", organisation, known))
        elif (found := by_id.get(organisation)) and (lacking := _not_received_in(found, meant)):
            reason = f"names {organisation}, which has no role that receives in {', '.join(lacking)}"
            yield Incoherence(field, reason)
    if set(route.chain) <= by_id.keys():
        chain = [by_id[each] for each in route.chain]
        for municipality in meant:
            if gap := _first_day_without(chain, municipality):
                reason = f"has nobody who receives on {gap.isoformat()} in {municipality}"
                yield Incoherence(where, reason)


def _receiving_days(organisation: Organisation, municipality: str) -> list[Days]:
    return [
        (role.valid_from, role.valid_until)
        for role in organisation.roles
        if "receives" in role.does and role.serves(municipality)
    ]


def _not_received_in(organisation: Organisation, municipalities: Iterable[str]) -> list[str]:
    return [each for each in municipalities if not _receiving_days(organisation, each)]


def _first_day_without(chain: list[Organisation], municipality: str) -> date | None:
    """The first day after the beginning on which nobody of the chain receives there."""
    periods = sorted(
        (period for organisation in chain for period in _receiving_days(organisation, municipality)),
        key=lambda period: period[0],
    )
    if not periods:
        return None
    covered_until = periods[0][0]
    for start, end in periods:
        if start > covered_until + timedelta(days=1):
            break
        if end is None:
            return None
        covered_until = max(covered_until, end)
    return covered_until + timedelta(days=1)
