"""What must be true between the parts of a network, beyond the form of each part."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.network.configuration import Dated
from contracts.network.incoherence import Incoherence, Incoherences, municipalities_known, unknown
from contracts.network.organisation import EVERYWHERE
from contracts.network.parts import Parts
from contracts.network.reception import reception
from contracts.network.retention import incoherent

ALWAYS_ASKED = ("cp_intake", "cp_support", "cp_matching", "cp_handover")
"""Purposes for which the flow from request to handover needs a text."""

NEVER_SEES_A_CASE = frozenset({"municipality", "regional_partnership", "care_office"})
HANDLES_CASES = frozenset({"receives", "coordinates", "supports"})


def incoherences(parts: Parts) -> Incoherences:
    """All of them; none for a network that services can rely on."""
    yield from _ids_once(parts)
    yield from _roles(parts)
    yield from _covenants(parts)
    yield from reception(parts)
    yield from _tariffs(parts)
    yield from _consent_texts(parts)
    yield from _representation(parts)
    yield from _retention(parts)


def _ids_once(parts: Parts) -> Incoherences:
    lists: Mapping[str, Mapping[int, str]] = {
        "municipalities": parts.municipalities.ids,
        "organisations": parts.organisations.ids,
        "covenants": parts.covenants.ids,
        "doors": parts.doors.ids,
    }
    for field, ids in lists.items():
        first: dict[str, int] = {}
        for place, each in ids.items():
            if first.setdefault(each, place) != place:
                yield Incoherence((field, place, "id"), f"{each} is the id of an earlier entry too")
    for place, each in parts.municipalities.ids.items():
        if each == EVERYWHERE:
            yield Incoherence(("municipalities", place, "id"), f"{EVERYWHERE} means: each municipality")


def _roles(parts: Parts) -> Incoherences:
    for place, organisation in parts.organisations.read.items():
        for number, role in enumerate(organisation.roles):
            where = ("organisations", place, "roles", number)
            yield from municipalities_known(
                (*where, "municipalities"), role.municipalities, parts.municipalities.known
            )
            if role.type in NEVER_SEES_A_CASE and (too_much := HANDLES_CASES & set(role.does)):
                reason = f"lets a {role.type} do what shows cases: {', '.join(sorted(too_much))} (REG-07)"
                yield Incoherence((*where, "does"), reason)
            if ("supports" in role.does) is not bool(role.offers):
                reason = "does not fit: `offers` says informal, formal or both, exactly when a role supports"
                yield Incoherence((*where, "offers" if role.offers else "does"), reason)


def _covenants(parts: Parts) -> Incoherences:
    known = parts.organisations.known
    for place, covenant in parts.covenants.read.items():
        seen: set[str] = set()
        for number, partner in enumerate(covenant.partners):
            where = ("covenants", place, "partners", number)
            if known and partner.organisation not in known:
                reason = unknown("organisation", partner.organisation, known)
                yield Incoherence((*where, "organisation"), reason)
            if partner.organisation in seen:
                yield Incoherence((*where, "organisation"), f"names {partner.organisation} more than once")
            seen.add(partner.organisation)
            for field, day in (("valid_from", partner.valid_from), ("valid_until", partner.valid_until)):
                if day and not covenant.in_force(day):
                    yield Incoherence((*where, field), "lies outside the days of the covenant")


def _tariffs(parts: Parts) -> Incoherences:
    earlier: dict[str, list[Dated]] = {}
    for place, tariff in parts.tariffs.read.items():
        others = earlier.setdefault(tariff.code, [])
        if any(_overlap(tariff, other) for other in others):
            yield Incoherence(("tariffs", place), f"gives {tariff.code} a second amount for the same days")
        others.append(tariff)


def _overlap(a: Dated, b: Dated) -> bool:
    return a.in_force(b.valid_from) or b.in_force(a.valid_from)


def _consent_texts(parts: Parts) -> Incoherences:
    seen: set[tuple[str, int, str]] = set()
    purposes: dict[str, str] = {}
    for place, text in parts.consent_texts.read.items():
        if parts.languages and text.language not in parts.languages:
            reason = f"is {text.language}, which is not among the languages of this network"
            yield Incoherence(("consent_texts", place, "language"), reason)
        key = (text.id, text.version, text.language)
        if key in seen:
            yield Incoherence(("consent_texts", place), "has the id, version and language of an earlier text")
        seen.add(key)
        if purposes.setdefault(text.id, text.purpose) != text.purpose:
            reason = f"differs from the purpose of an earlier text with the id {text.id}"
            yield Incoherence(("consent_texts", place, "purpose"), reason)
    if not parts.languages or len(parts.consent_texts.read) != len(parts.consent_texts.ids):
        return
    first = parts.languages[0]
    asked = (*ALWAYS_ASKED, *(("cp_waakvlam",) if parts.switches and parts.switches.waakvlam else ()))
    there = {text.purpose for text in parts.consent_texts.read.values() if text.language == first}
    for purpose in asked:
        if purpose not in there:
            yield Incoherence(("consent_texts",), f"has no text in {first} for {purpose}")


def _representation(parts: Parts) -> Incoherences:
    if parts.representation:
        for gap in parts.representation.gaps():
            yield Incoherence(("representation", "ages"), gap)


def _retention(parts: Parts) -> Incoherences:
    for gap in incoherent(parts.retention.read, whole=len(parts.retention.read) == parts.retention.many):
        yield Incoherence(("retention",) if gap.place is None else ("retention", gap.place), gap.reason)
