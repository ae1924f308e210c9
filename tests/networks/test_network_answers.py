"""What services ask a network: who receives, who serves, who is a partner, how long, which text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from tests.support.examples.networks import a_network, with_change

from contracts.codes import codes
from contracts.network import Network, NotInNetwork
from contracts.network.configuration import Duration

BEFORE, THEN, NOW, LATER = date(2019, 12, 31), date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return a_network(tmp_path)


def test_request_goes_to_the_receiver_of_its_municipality_and_door(network: Network) -> None:
    assert network.receiving_organisation("zuidsluis", "website", NOW) == "steunpunt"
    assert network.receiving_organisation("zuidsluis", "walk_in", NOW) == "buurtkracht"
    assert network.fallbacks("zuidsluis", "walk_in", NOW) == ("steunpunt",)


def test_receiver_who_has_left_is_followed_by_the_fallback(network: Network) -> None:
    """Buurtkracht stopped in Noorddijk at the end of 2025."""
    assert network.receivers("noorddijk", "walk_in", THEN) == ("buurtkracht", "steunpunt")
    assert network.receivers("noorddijk", "walk_in", NOW) == ("steunpunt",)
    assert network.fallbacks("noorddijk", "walk_in", NOW) == ()


@pytest.mark.parametrize(
    ("municipality", "door", "on"),
    [("elders", "website", NOW), ("noorddijk", "raam", NOW), ("noorddijk", "website", BEFORE)],
)
def test_question_that_has_no_receiver_is_not_in_the_network(
    network: Network, municipality: str, door: str, on: date
) -> None:
    with pytest.raises(NotInNetwork):
        network.receiving_organisation(municipality, door, on)


def test_municipality_is_served_by_many_and_an_organisation_serves_many(network: Network) -> None:
    """NET-12."""
    assert [each.id for each in network.served_by("zuidsluis", "any", NOW)] == [
        "steunpunt",
        "buurtkracht",
        "herstelhuis",
    ]
    assert [each.id for each in network.served_by("noorddijk", "informal", NOW)] == ["herstelhuis"]
    assert [each.id for each in network.served_by("noorddijk", "formal", BEFORE)] == []
    with pytest.raises(NotInNetwork):
        network.served_by("elders", "any", NOW)


def test_organisation_has_types_by_role(network: Network) -> None:
    """NET-01, NET-10: two types in one organisation; two formalities in one team."""
    assert network.organisation("steunpunt").types(NOW) == ("formal_oco", "aspects")
    assert network.organisation("steunpunt").types(date(2020, 6, 1)) == ("formal_oco",)
    assert network.organisation("herstelhuis").formalities(NOW, "noorddijk") == ("formal", "informal")
    assert network.organisation("herstelhuis").formalities(NOW, "noorddijk", openly=True) == ()


def test_organisation_that_left_can_still_be_named(network: Network) -> None:
    """NET-09."""
    assert network.organisation("buurtkracht").name == "Buurtkracht"
    with pytest.raises(NotInNetwork):
        network.organisation("nergens")


@pytest.mark.parametrize(
    ("a", "b", "on", "partners"),
    [
        ("steunpunt", "buurtkracht", NOW, True),
        ("steunpunt", "herstelhuis", date(2026, 6, 30), True),
        ("herstelhuis", "steunpunt", LATER, False),
        ("steunpunt", "buurtkracht", date(2020, 12, 31), False),
        ("steunpunt", "buurtkracht", date(2027, 1, 1), False),
        ("steunpunt", "gemeente_noorddijk", NOW, False),
        ("steunpunt", "steunpunt", NOW, True),
        ("steunpunt", "steunpunt", BEFORE, False),
    ],
)
def test_partners_are_those_of_a_covenant_in_force(
    network: Network, a: str, b: str, on: date, partners: bool
) -> None:
    """NET-02."""
    assert network.is_partner(a, b, on) is partners
    assert network.is_partner(b, a, on) is partners


def test_waakvlam_is_a_choice_of_the_network_and_of_each_organisation(network: Network) -> None:
    """WAA-11."""
    assert network.offers_waakvlam("steunpunt")
    assert not network.offers_waakvlam("herstelhuis")


def test_intervals_are_lengths_of_time(network: Network) -> None:
    assert network.interval("answer_within") == timedelta(minutes=15)
    assert network.interval("handover_answer_within") == timedelta(days=7)
    assert network.interval("waakvlam_retry_after") == timedelta(days=1, hours=12)
    assert network.intervals.waakvlam_after == (timedelta(days=30), timedelta(days=91), timedelta(days=365))


def test_tariff_is_the_one_of_the_day(network: Network) -> None:
    """QUA-12: dated, in whole cents."""
    amounts = [
        t and t.amount_cents
        for t in (network.tariff("reim_hour", on) for on in (BEFORE, date(2022, 12, 31), NOW))
    ]
    assert amounts == [None, 450, 500]
    assert network.tariff("reim_parking", NOW) is None


def test_text_is_the_newest_of_the_day_in_the_language_or_the_first(network: Network) -> None:
    newest = network.consent_text("cp_support", "nl", NOW)
    assert (newest.version, newest.language) == (2, "nl")
    assert network.consent_text("cp_support", "nl", date(2024, 12, 31)).version == 1
    assert network.consent_text("cp_support", "en", NOW).language == "en"
    assert network.consent_text("cp_support", "ar", NOW) == newest
    assert network.consent_text("cp_support", "en", date(2024, 12, 31)).language == "nl"
    for purpose, on in (("cp_support", BEFORE), ("cp_evaluation", NOW)):
        with pytest.raises(NotInNetwork):
            network.consent_text(purpose, "nl", on)


def test_proof_finds_the_very_text_that_was_shown(network: Network) -> None:
    """Also an old version: a proof names its hash."""
    old = network.consent_text("cp_support", "nl", date(2024, 12, 31))
    assert network.consent_text_shown(old.id, old.sha256) == old
    for text_id, sha256 in (("zoeken", old.sha256), (old.id, "0" * 64)):
        with pytest.raises(NotInNetwork):
            network.consent_text_shown(text_id, sha256)


def codes_of(network: Network, on: date) -> list[tuple[str, str | None]]:
    return [(caution.code, caution.municipality) for caution in network.warnings(on)]


def test_municipality_without_a_choice_is_flagged_not_refused(network: Network) -> None:
    """MAT-14; what needs an individual agreement does not count as found."""
    assert codes_of(network, THEN) == []
    assert codes_of(network, NOW) == [("only_one_kind", "noorddijk")]


def test_municipality_without_formal_support_is_flagged_not_refused(tmp_path: Path) -> None:
    """MAT-13: a municipality with volunteers only may exist."""
    text = with_change("offers: [formal]", "offers: [informal]")
    assert codes_of(a_network(tmp_path, text), THEN) == [
        (code, place)
        for place in ("noorddijk", "zuidsluis")
        for code in ("no_formal_backup", "only_one_kind")
    ]


def test_helping_without_a_covenant_and_words_of_clients_are_flagged(tmp_path: Path) -> None:
    text = with_change("word_for_supporter: meedenker", "word_for_supporter: Cliëntondersteuner")
    assert codes_of(a_network(tmp_path, text), LATER) == [
        ("only_one_kind", "noorddijk"),
        ("outside_covenants", None),
        ("word_raises_a_barrier", None),
    ]


def test_network_cannot_be_changed(network: Network) -> None:
    with pytest.raises(ValidationError):
        network.name = "anders"  # type: ignore[misc]


def test_stored_form_gives_the_same_network_and_hash(network: Network) -> None:
    again = Network.model_validate_json(network.canonical_json())
    assert again == network
    assert again.sha256() == network.sha256()
    assert '"P365D"' in network.canonical_json()


def test_remark_or_order_of_fields_makes_no_new_version(network: Network, tmp_path: Path) -> None:
    text = with_change(
        "id: polder\nname: Meedenkers De Polder\n", "# hello\nname: Meedenkers De Polder\nid: polder\n"
    )
    assert a_network(tmp_path, text).sha256() == network.sha256()
    assert a_network(tmp_path, with_change("PT15M", "PT16M")).sha256() != network.sha256()
    assert a_network(tmp_path, with_change("P1W", "P7D")).sha256() == network.sha256()


def test_older_service_reads_what_a_newer_one_stored(network: Network) -> None:
    """P21: old and new versions run side by side."""
    body = network.model_dump(mode="json") | {"something_new": {"a": 1}}
    assert Network.model_validate(body) == network


@given(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)).map(
        lambda t: timedelta(t.days, t.seconds)
    )
)
def test_length_of_time_survives_its_written_form(length: timedelta) -> None:
    kind = TypeAdapter[timedelta](Duration)
    assert kind.validate_json(kind.dump_json(length)) == length


def test_all_types_of_the_catalogue_can_be_used(tmp_path: Path) -> None:
    for code in codes("organisation_types"):
        if code in {"municipality", "regional_partnership", "care_office"}:
            continue
        found = a_network(tmp_path, with_change("type: formal_oco", f"type: {code}"))
        assert found.organisation("steunpunt").types(NOW)[0] == code
