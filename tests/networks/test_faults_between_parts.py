"""What must agree between the parts of a network: references, days, municipalities, roles."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.examples.networks import a_file, marked_change, with_change

from deploy.networks import check

FIRST, SECOND = "doors[0].routes[0]", "doors[1].routes[1]"
PARTNERS = "covenants[0].partners"
NOORDDIJK = "      - {municipalities: [noorddijk], receives: buurtkracht, fallbacks: [steunpunt]}\n"

# What the file has, what a person wrote instead (§: the line of the fault), the field, words of the reason.
FAULTS = [
    ("receives: steunpunt", "receives: §stuenpunt", f"{FIRST}.receives", "steunpunt is"),
    ("[buurtkracht]", "§[xyz]", f"{FIRST}.fallbacks[0]", "names xyz, which is no organisation"),
    ("[buurtkracht]", "§[steunpunt]", f"{FIRST}.fallbacks[0]", "receives already"),
    (
        "[buurtkracht]",
        "§[herstelhuis]",
        f"{FIRST}.fallbacks[0]",
        "no role that receives in noorddijk, zuidsluis",
    ),
    ("[noorddijk], receives", "§[nordijk], receives", "doors[1].routes[0].municipalities[0]", "noorddijk is"),
    (NOORDDIJK, "", "doors[1].routes", "has no route for noorddijk"),
    ("[zuidsluis], receives", "§[all], receives", f"{SECOND}.municipalities", "noorddijk, which an earlier"),
    ("[zuidsluis], receives", "§[zuidsluis, noorddijk], receives", f"{SECOND}.municipalities", "noorddijk"),
    (
        "{organisation: buurtkracht}",
        "§{organisation: buurt}",
        f"{PARTNERS}[1].organisation",
        "buurtkracht is",
    ),
    ("{organisation: buurtkracht}", "§{organisation: steunpunt}", f"{PARTNERS}[1].organisation", "more than"),
    ("valid_until: 2026-06-30", "§valid_until: 2027-01-01", f"{PARTNERS}[2].valid_until", "outside the days"),
    (
        "valid_until: 2026-06-30",
        "§valid_until: 2023-12-31",
        f"{PARTNERS}[2].valid_until",
        "before valid_from",
    ),
    ("valid_until: 2026-12-31", "§valid_until: 2020-12-31", "covenants[0].valid_until", "before valid_from"),
    (
        "[noorddijk, zuidsluis]",
        "§[noorddijk, all]",
        "organisations[1].roles[0].municipalities",
        "stands alone",
    ),
    (
        "[noorddijk, zuidsluis]",
        "§[zuidsluis, oost]",
        "organisations[1].roles[0].municipalities[1]",
        "names oost",
    ),
    ("id: walk_in", "§id: website", "doors[1].id", "the id of an earlier entry"),
    ("id: herstelhuis", "§id: steunpunt", "organisations[2].id", "the id of an earlier entry"),
    ("{id: zuidsluis,", "{§id: noorddijk,", "municipalities[1].id", "the id of an earlier entry"),
    ("{id: zuidsluis,", "{§id: all,", "municipalities[1].id", "means: each municipality"),
    ("[steers, finances, refers]", "§[steers, receives]", "organisations[3].roles[0].does", "REG-07"),
    ("offers: [formal, informal]", "offers: []", "organisations[2].roles[0].does", "does not fit"),
    (
        "[contributes, refers]",
        "[refers]\n§        offers: [formal]",
        "organisations[0].roles[1].offers",
        "does not fit",
    ),
    ("valid_until: 2022-12-31", "valid_until: 2023-01-01", "tariffs[1]", "second amount for the same days"),
    ("language: en", "§language: fr", "consent_texts[3].language", "is fr, which is not among"),
    ("language: en", "language: nl", "consent_texts[3]", "of an earlier text"),
    ("id: zoeken", "id: aanmelding", "consent_texts[4].purpose", "differs from the purpose"),
    ("purpose: cp_waakvlam", "purpose: cp_evaluation", "consent_texts", "no text in nl for cp_waakvlam"),
    ("purpose: cp_handover", "purpose: cp_evaluation", "consent_texts", "no text in nl for cp_handover"),
]


@pytest.mark.parametrize(("old", "new", "field", "words"), FAULTS)
def test_fault_has_line_field_and_reason(tmp_path: Path, old: str, new: str, field: str, words: str) -> None:
    text, line = marked_change(old, new)
    faults = check(a_file(tmp_path, text))
    found = [fault for fault in faults if fault.field == field]
    assert len(found) == 1, faults
    assert words in found[0].reason
    assert line in {0, found[0].line}


def test_text_about_waakvlam_is_needed_only_where_it_is_offered(tmp_path: Path) -> None:
    text = with_change("purpose: cp_waakvlam", "purpose: cp_evaluation")
    assert check(a_file(tmp_path, with_change("waakvlam: true", "waakvlam: false", text))) == []


def test_day_on_which_nobody_receives_is_named(tmp_path: Path) -> None:
    """Somebody who receives stops, and the next begins later: requests would come on nobody's list."""
    text = with_change("does: [supports]", "does: [receives, supports]")
    text = with_change(
        "[zuidsluis], receives: buurtkracht, fallbacks: [steunpunt]",
        "[zuidsluis], receives: buurtkracht, fallbacks: [herstelhuis]",
        text,
    )
    text = with_change("valid_from: 2026-01-01", "valid_from: 2026-02-01", text)
    assert check(a_file(tmp_path, text)) == []
    late = with_change("valid_from: 2024-03-01", "valid_from: 2026-01-15", text)
    assert [(fault.field, fault.reason) for fault in check(a_file(tmp_path, late))] == [
        (SECOND, "has nobody who receives on 2026-01-01 in zuidsluis")
    ]


def test_receiver_who_leaves_without_a_follow_up_is_named(tmp_path: Path) -> None:
    text = with_change("offers: [formal]\n", "offers: [formal]\n        valid_until: 2027-06-30\n")
    assert {(fault.field, fault.reason) for fault in check(a_file(tmp_path, text))} == {
        (FIRST, "has nobody who receives on 2027-07-01 in noorddijk"),
        ("doors[1].routes[0]", "has nobody who receives on 2027-07-01 in noorddijk"),
    }
