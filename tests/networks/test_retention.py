"""How long data are kept, as people write it down, and what follows from it for a person who asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.support.examples.networks import A_NETWORK, a_file, a_network, marked_change

from contracts.network import Network, end_of
from deploy.networks import check, load_all

ON = date(2026, 3, 2)
TABLE = (
    A_NETWORK
    + """
retention:
  - {activity: client_support, keep: P1Y, counted_from: case_closed, source: Afspraak, valid_from: 2020-01-01}
  - activity: client_support
    organisation_type: formal_oco
    keep: P15Y
    counted_from: case_closed
    source: Een wet
    when_asked: delay
    reason: De wet zegt dat wij dit nog moeten bewaren.
    valid_from: 2020-01-01
    valid_until: 2026-12-31
  - activity: client_support
    outcome: close_entered_in_error
    keep: P30D
    counted_from: case_closed
    source: Afspraak
    when_over: erase
    valid_from: 2020-01-01
  - {activity: close_person, keep: P6M, counted_from: case_closed, source: Afspraak, valid_from: 2020-01-01}
  - {activity: supporter, keep: P1Y, counted_from: supporter_left, source: Afspraak, valid_from: 2020-01-01}
"""
)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return a_network(tmp_path, TABLE)


def test_most_specific_rule_counts(network: Network) -> None:
    def keep(outcome: str | None, organisation: str, on: date = ON) -> str | None:
        rule = network.retention_rule("client_support", outcome, organisation, on)
        return rule.keep if rule else None

    assert keep("close_agreements", "buurtkracht") == "P1Y"
    assert keep("close_agreements", "steunpunt") == "P15Y"
    assert keep("close_entered_in_error", "steunpunt") == "P30D"
    assert keep(None, "steunpunt") == "P15Y"
    assert keep(None, "steunpunt", date(2027, 1, 1)) == "P1Y"
    assert keep(None, "steunpunt", date(2019, 1, 1)) is None


def test_network_without_a_table_agreed_on_nothing(tmp_path: Path) -> None:
    network = a_network(tmp_path)
    assert network.retention_rule("supporter", None, "steunpunt", ON) is None


@pytest.mark.parametrize(
    ("keep", "start", "end"),
    [
        ("P15Y", "2026-03-02T10:00:00+00:00", "2041-03-02T10:00:00+00:00"),
        ("P1Y", "2024-02-29T10:00:00+00:00", "2025-02-28T10:00:00+00:00"),
        ("P6M", "2026-08-31T10:00:00+00:00", "2027-02-28T11:00:00+00:00"),
        ("P10M", "2026-03-02T10:00:00+00:00", "2027-01-02T10:00:00+00:00"),
        # Summer time begins between the two: the same hour in the Netherlands.
        ("P30D", "2026-03-02T10:00:00+00:00", "2026-04-01T09:00:00+00:00"),
        ("P1Y2M3D", "2026-01-01T12:00:00+00:00", "2027-03-04T12:00:00+00:00"),
        ("P0D", "2026-03-02T10:00:00+00:00", "2026-03-02T10:00:00+00:00"),
    ],
)
def test_terms_are_counted_by_the_calendar_of_the_netherlands(keep: str, start: str, end: str) -> None:
    assert end_of(keep, datetime.fromisoformat(start)) == datetime.fromisoformat(end).astimezone(UTC)


NO_REASON = "\n    reason: Dit is een reden van niets."
MOVED = "activity: client_support, outcome: close_moved"
# What the file has, what a person wrote instead (§: the line of the fault), the field, words of the reason.
FAULTS = [
    ("keep: P15Y", "§keep: 15 jaar", "retention[1].keep", "years, months and days"),
    ("keep: P15Y", "§keep: P", "retention[1].keep", "years, months and days"),
    ("keep: P15Y", "§keep: PT15M", "retention[1].keep", "years, months and days"),
    ("organisation_type: formal_oco", "§organisation_type: formal", "retention[1].organisation_type", "any"),
    ("outcome: close_entered_in_error", "§outcome: close_error", "retention[2].outcome", "any"),
    ("    reason: De wet zegt dat wij dit nog moeten bewaren.\n", "", "retention[1]", "needs a reason"),
    ("when_over: erase", f"when_over: erase{NO_REASON}", "retention[2]", "reason"),
    ("when_asked: delay", "§when_asked: never", "retention[1].when_asked", "'delay'"),
    ("from: supporter_left", "from: case_closed", "retention[4]", "counted from supporter_left"),
    (".\n    valid_from: 2020-01-01", ".\n    valid_from: 2027-01-01", "retention[1].valid_until", "before"),
    ("    organisation_type: formal_oco\n", "", "retention[1]", "the same as an earlier rule"),
    ("activity: close_person, keep", f"{MOVED}, keep", "retention", "no rule"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "reason"), FAULTS)
def test_fault_in_the_table_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, field: str, reason: str
) -> None:
    text, line = marked_change(old, new, TABLE)
    faults = check(a_file(tmp_path, text))
    found = [fault for fault in faults if fault.field == field and reason in fault.reason]
    assert found, [str(fault) for fault in faults]
    assert line in (0, found[0].line)
    assert len(faults) <= 2


def test_shipped_networks_say_how_long_everything_is_kept_and_that_it_is_assumed() -> None:
    for network in load_all(Path(__file__).parents[2] / "deploy" / "networks"):
        for organisation in network.organisations:
            for activity in ("client_support", "close_person", "supporter"):
                rule = network.retention_rule(activity, None, organisation.id, date(2026, 11, 22))
                assert rule
                assert rule.assumption
                assert rule.when_over == "propose"
