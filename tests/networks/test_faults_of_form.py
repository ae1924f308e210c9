"""What a person may write wrong in one place: named with its line, its field and a reason in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.support.examples.networks import A_NETWORK, a_file, marked_change, with_change

from contracts.network import Network
from deploy.networks import BrokenNetworks, Fault, check, load
from deploy.placed_yaml import read

ROLE = "organisations[0].roles[1]"
OFFER = "intervals.offer_within"

# What the file has, what a person wrote instead (§: the line of the fault), the field, words of the reason.
FAULTS = [
    ("name: Meedenkers De Polder\n", "", "name", "is missing"),
    ("id: polder", "§id: poldr", "id", "have to be the same"),
    ("id: polder", "id: polder\n§word: x", "word", "no field that is known"),
    ("[nl, en]", "§[nl, nl]", "languages", "names nl more than once"),
    ("switches:", "§switches: off\nrest:", "switches", "a group of fields"),
    ("waakvlam: true", "§waakvlam: yes", "switches.waakvlam", "true or false"),
    ("matching: pool", "§matching: puddle", "switches.matching", "'pool'"),
    ("offer_within: P2D", "§offer_within: P2M", OFFER, "months or years"),
    ("offer_within: P2D", "§offer_within: -P2D", OFFER, "ISO 8601"),
    ("offer_within: P2D", "§offer_within: 48", OFFER, "ISO 8601"),
    ("offer_within: P2D", "§offer_within: PT", OFFER, "ISO 8601"),
    ("offer_within: P2D", "§offer_within: P61D", OFFER, "between PT1H and P60D"),
    ("offer_within: P2D", "§offer_within: PT0S", OFFER, "between PT1H and P60D"),
    ("[P30D, P91D, P365D]", "§[P91D, P30D]", "intervals.waakvlam_after", "short to long"),
    ("[P30D, P91D, P365D]", "§[P30D, PT999H]", "intervals.waakvlam_after", "whole days"),
    ("[P30D, P91D, P365D]", "[P30D,\n§    P5000D]", "intervals.waakvlam_after[1]", "P7D and P1100D"),
    ("type: aspects", "§type: aspect", f"{ROLE}.type", "'aspects'"),
    ("2021-01-01", "§2021-02-30", f"{ROLE}.valid_from", "calendar"),
    ("2021-01-01", "§1-2-2021", f"{ROLE}.valid_from", "2026-01-31"),
    ("2021-01-01", "§20210101", f"{ROLE}.valid_from", "2026-01-31"),
    ("2021-01-01", "§2021-01-01T10:00:00Z", f"{ROLE}.valid_from", "2026-01-31"),
    ("2021-01-01", "2021-01-01\n§        valid_until: 2020-12-31", f"{ROLE}.valid_until", "before"),
    ("[contributes, refers]", "§refers", f"{ROLE}.does", "should be a list"),
    ("[contributes, refers]", "§[refers, refers]", f"{ROLE}.does", "refers more than once"),
    ("[contributes, refers]", "§[contributes, helps]", f"{ROLE}.does[1]", "'receives'"),
    ("id: buurtkracht", "§id: 12", "organisations[1].id", "between quotes"),
    ("id: buurtkracht", "§id: Buurt kracht", "organisations[1].id", "match pattern"),
    ("waakvlam: false", "§waakvlam: 0", "organisations[2].waakvlam", "true or false"),
    ("amount_cents: 500", "§amount_cents: 5.00", "tariffs[1].amount_cents", "whole number"),
    ("amount_cents: 500", '§amount_cents: "500"', "tariffs[1].amount_cents", "whole number"),
    ("amount_cents: 500", "§amount_cents: -500", "tariffs[1].amount_cents", "greater than or equal to 0"),
    (" amount_cents: 500,", "§", "tariffs[1]", "has amount_cents"),
    ("[buurtkracht]", "§[]", "doors[0].routes[0].fallbacks", "at least 1"),
    (", fallbacks: [buurtkracht]", "§", "doors[0].routes[0].fallbacks", "is missing"),
    ("[buurtkracht]", "§[buurtkracht, buurtkracht]", "doors[0].routes[0].fallbacks", "more than once"),
    ("version: 2\n", "§version: two\n", "consent_texts[2].version", "whole number"),
    ("purpose: cp_intake", "§purpose: cp_everything", "consent_texts[0].purpose", "'cp_intake'"),
    ("Ik vind het goed dat het coör", "§Ja.\n    x: coör", "consent_texts[0].text", "at least 40"),
]


@pytest.mark.parametrize(("old", "new", "field", "words"), FAULTS)
def test_fault_has_line_field_and_reason(tmp_path: Path, old: str, new: str, field: str, words: str) -> None:
    text, line = marked_change(old, new)
    faults = check(a_file(tmp_path, text))
    found = [fault for fault in faults if fault.field == field]
    assert len(found) == 1, faults
    assert words in found[0].reason
    assert found[0].file.endswith("polder.yaml")
    assert line in {0, found[0].line}


@pytest.mark.parametrize(("old", "new", "field", "words"), FAULTS[:4])
def test_nothing_of_a_broken_file_is_loaded(
    tmp_path: Path, old: str, new: str, field: str, words: str
) -> None:
    path = a_file(tmp_path, with_change(old, new))
    with pytest.raises(BrokenNetworks) as broken:
        load(path)
    assert broken.value.faults == tuple(check(path))
    assert f"{path}:" in str(broken.value)
    assert words in str(broken.value)


def test_all_faults_are_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Of form and between parts, together."""
    text = with_change("[nl, en]", "nl")
    text = with_change("type: aspects", "type: aspect", text)
    text = with_change("{organisation: buurtkracht}", "{organisation: buurt}", text)
    text = with_change("receives: steunpunt", "receives: stuenpunt", text)
    text = with_change("[noorddijk], receives", "[nordijk], receives", text)
    text = with_change("waakvlam: true", "waakvlam: yes", text)
    text = with_change("offer_within: P2D", "offer_within: P2M", text)
    text = with_change("purpose: cp_intake", "purpose: cp_handover", text)
    faults = check(a_file(tmp_path, text))
    assert [fault.field for fault in faults] == [
        "languages",
        "organisations[0].roles[1].type",
        "covenants[0].partners[1].organisation",
        "doors[0].routes[0].receives",
        "doors[1].routes",
        "doors[1].routes[0].municipalities[0]",
        "switches.waakvlam",
        "intervals.offer_within",
    ]


def test_fault_in_an_entry_does_not_make_references_to_it_wrong(tmp_path: Path) -> None:
    """Steunpunt cannot be read, but it is there: only its own fault is named."""
    faults = check(a_file(tmp_path, with_change("type: aspects", "type: aspect")))
    assert [fault.field for fault in faults] == ["organisations[0].roles[1].type"]


def test_long_and_unprintable_names_are_shortened_in_the_report(tmp_path: Path) -> None:
    faults = check(a_file(tmp_path, A_NETWORK + f'{"k" * 500}: 1\n"a\\ttab": 2\n'))
    assert [fault.field for fault in faults] == ["k" * 39 + "…", "a?tab"]


def test_report_reads_as_a_sentence() -> None:
    assert str(Fault("a.yaml", 3, "doors[0].id", "is missing")) == "a.yaml:3: doors[0].id is missing"
    assert str(Fault("a.yaml", 1, "", "is empty")) == "a.yaml:1: the file is empty"


OPTIONAL = {
    "covenants",
    "covenants.valid_until",
    "covenants.partners.valid_from",
    "covenants.partners.valid_until",
    "organisations.earlier_names",
    "organisations.waakvlam",
    "organisations.roles.valid_until",
    "organisations.roles.focus",
    "organisations.roles.individual_agreement",
    "tariffs",
    "representation",
    "representation.ages",
    "representation.kinds",
    "representation.kinds.below_age",
    "representation.kinds.purposes",
}


def fields_of(value: Any, path: tuple[str | int, ...] = ()) -> dict[str, tuple[str | int, ...]]:
    """Every field of the file by its name without numbers, with the first place that has it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = {".".join(each for each in path if isinstance(each, str)): path}
    for key, each in inner:
        found = fields_of(each, (*path, key)) | found
    return {name: place for name, place in found.items() if place and isinstance(place[-1], str)}


FIELDS = fields_of(read(A_NETWORK.encode()).value)


@pytest.mark.parametrize("name", FIELDS)
def test_field_may_be_left_out_only_where_that_has_a_meaning(name: str) -> None:
    """What decides something has no default: who leaves it out by mistake is told."""
    whole = read(A_NETWORK.encode()).value
    *path, last = FIELDS[name]
    around = whole
    for step in path:
        around = around[step]
    del around[last]
    if name in OPTIONAL:
        Network.model_validate(whole, extra="forbid")
    else:
        with pytest.raises(ValidationError):
            Network.model_validate(whole, extra="forbid")
