"""The two networks that ship with the project."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from contracts.network import Network
from deploy.networks import check, load_all

FOLDER = Path(__file__).parents[2] / "deploy" / "networks"
ON = date(2026, 11, 22)
NETWORKS = {network.id: network for network in load_all(FOLDER)}


@pytest.fixture(params=sorted(NETWORKS))
def network(request: pytest.FixtureRequest) -> Network:
    return NETWORKS[request.param]


def test_both_load_without_a_fault() -> None:
    assert sorted(NETWORKS) == ["almere", "oosterschelde"]
    assert [fault for path in FOLDER.glob("*.yaml") for fault in check(path)] == []


def test_nothing_in_them_needs_attention(network: Network) -> None:
    """Both kinds of support in each municipality, everybody who helps in a covenant (MAT-13, MAT-14)."""
    assert network.warnings(ON) == ()


def test_each_request_has_a_receiver_and_a_fallback(network: Network) -> None:
    for municipality in network.municipalities:
        for door in network.doors:
            receives = network.receiving_organisation(municipality.id, door.id, ON)
            fallbacks = network.fallbacks(municipality.id, door.id, ON)
            assert fallbacks
            assert receives not in fallbacks
            assert all(network.is_partner(receives, other, ON) for other in fallbacks)


def test_no_municipality_handles_a_case(network: Network) -> None:
    """A municipality sees counts only (REG-07)."""
    for organisation in network.organisations:
        if "municipality" in organisation.types(ON):
            assert not organisation.does("receives", ON)
            assert not organisation.does("supports", ON)


def test_oosterschelde_has_seven_municipalities_and_no_coordination_point() -> None:
    network = NETWORKS["oosterschelde"]
    assert [each.id for each in network.municipalities] == [
        "borsele",
        "goes",
        "kapelle",
        "noord_beveland",
        "reimerswaal",
        "schouwen_duiveland",
        "tholen",
    ]
    assert not any(each.does("coordinates", ON) for each in network.organisations)
    assert network.word_for_supporter == "meedenker"


def test_oosterschelde_has_one_large_formal_provider_and_niche_providers_by_agreement() -> None:
    network = NETWORKS["oosterschelde"]
    for place in network.municipalities:
        openly = [o.id for o in network.organisations if "formal" in o.formalities(ON, place.id, openly=True)]
        assert openly == ["smwo"]
    for niche in ("hersteltalent", "eva_regelt"):
        assert network.organisation(niche).types(ON) == ("formal_oco",)
        assert all(role.individual_agreement for role in network.organisation(niche).roles)


def test_provider_of_experience_experts_is_formal_with_informal_supporters() -> None:
    """Type of the organisation and formality of its supporters are two attributes (NET-10)."""
    found = NETWORKS["oosterschelde"].organisation("hersteltalent")
    assert found.types(ON) == ("formal_oco",)
    assert found.formalities(ON, "goes") == ("informal",)


def test_drop_in_of_goes_goes_to_its_drop_in_facility() -> None:
    network = NETWORKS["oosterschelde"]
    assert network.receiving_organisation("goes", "walk_in", ON) == "terweel"
    assert network.receiving_organisation("tholen", "walk_in", ON) == "smwo"


def test_almere_has_one_point_for_every_door() -> None:
    """Requests for formal and informal support come together (INT-02)."""
    network = NETWORKS["almere"]
    assert {network.receiving_organisation("almere", door.id, ON) for door in network.doors} == {"oco_almere"}
    assert network.organisation("oco_almere").does("coordinates", ON)
    assert [each.id for each in network.served_by("almere", "formal", ON)] == ["mee_samen", "co_weet_raad"]
    assert network.is_partner("oco_almere", "patientenverenigingen_almere", ON)


def test_an_organisation_keeps_its_id_when_its_name_changes() -> None:
    """NET-09."""
    assert NETWORKS["almere"].organisation("mee_samen").earlier_names == ("MEE IJsseloevers",)


def test_allowance_in_almere_is_five_euro_in_cents() -> None:
    """QUA-12, QUA-13."""
    network = NETWORKS["almere"]
    hour, training = network.tariff("reim_hour", ON), network.tariff("reim_training_own_time", ON)
    assert (hour and hour.amount_cents, training and training.amount_cents) == (500, 0)


def test_waakvlam_is_an_offer_in_one_region_and_an_idea_in_the_other() -> None:
    """WAA-11."""
    assert NETWORKS["oosterschelde"].offers_waakvlam("smwo")
    assert not NETWORKS["almere"].offers_waakvlam("oco_almere")


def test_every_text_says_that_it_can_be_stopped(network: Network) -> None:
    """AVG article 7: withdrawing takes no more than giving; refusing never blocks support."""
    for text in network.consent_texts:
        assert re.search(r"stop|niet meer hoeft", text.text), text.id
        assert max(len(sentence.split()) for sentence in re.split(r"[.\n]", text.text)) <= 22, text.id


def test_they_hold_nothing_about_a_person(network: Network) -> None:
    body = network.canonical_json()
    assert "@" not in body
    assert not re.search(r"\b\d{9}\b|\b0\d{1,3}[ -]?\d{6,}", body)
