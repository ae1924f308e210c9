"""Who consents for a person, from which age, and which text is in force: dated configuration (design §6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.networks.test_network_answers import NOW
from tests.networks.test_shipped_networks import NETWORKS, ON
from tests.support.examples.networks import A_NETWORK, a_network, with_change

from contracts.codes import codes
from contracts.network import Network, NotInNetwork
from deploy.networks import BrokenNetworks

SUPPORT, REPRESENT = "cp_support", "cp_represent"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return a_network(tmp_path)


@pytest.mark.parametrize(
    ("age", "who"), [(0, "representative"), (11, "representative"), (12, "together"), (15, "together")]
)
def test_a_minor_consents_through_or_with_a_representative(network: Network, age: int, who: str) -> None:
    assert network.representation.who(SUPPORT, age, NOW) == who


def test_who_is_old_enough_consents_alone(network: Network) -> None:
    assert network.representation.who(SUPPORT, 16, NOW) == "self"
    assert network.representation.who(SUPPORT, None, NOW) == "self", "no age said: an adult"


def test_a_parent_speaks_for_a_minor_only(network: Network) -> None:
    assert network.representation.allows("rk_parent", SUPPORT, 15, NOW)
    assert not network.representation.allows("rk_parent", SUPPORT, 16, NOW)
    assert not network.representation.allows("rk_parent", SUPPORT, None, NOW)
    assert not network.representation.allows("rk_mentor", SUPPORT, None, NOW), "not arranged here"


def test_a_kind_of_representation_may_be_for_some_purposes_and_from_a_day_on(network: Network) -> None:
    assert network.representation.allows("rk_administrator", REPRESENT, None, NOW)
    assert not network.representation.allows("rk_administrator", SUPPORT, None, NOW)
    assert not network.representation.allows("rk_administrator", REPRESENT, None, date(2021, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "from_age: 12, below_age: 16",
            "from_age: 13, below_age: 16",
            "no rule for cp_intake at the age of 12",
        ),
        ("from_age: 12, below_age: 16", "from_age: 11, below_age: 16", "more than one rule"),
        ("from_age: 12, below_age: 16", "from_age: 16, below_age: 12", "has no age in it"),
    ],
)
def test_an_age_without_a_rule_or_with_two_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(BrokenNetworks, match=fault):
        a_network(tmp_path, with_change(old, new))


def test_a_network_may_arrange_nothing(tmp_path: Path) -> None:
    network = a_network(tmp_path, A_NETWORK[: A_NETWORK.index("representation:")])
    assert network.representation.who(SUPPORT, 8, NOW) == "self"
    assert not network.representation.allows("rk_parent", SUPPORT, 8, NOW)


def test_words_that_were_replaced_are_no_longer_asked(network: Network) -> None:
    """AVG article 7: the text in force, in its own language."""
    first, second, english = (t for t in network.consent_texts if t.id == "ondersteuning")
    assert network.consent_text_in_force("ondersteuning", second.sha256, SUPPORT, NOW) == second
    assert network.consent_text_in_force("ondersteuning", english.sha256, SUPPORT, NOW) == english
    for old in (first.sha256, "00" * 32):
        with pytest.raises(NotInNetwork):
            network.consent_text_in_force("ondersteuning", old, SUPPORT, NOW)
    with pytest.raises(NotInNetwork):
        network.consent_text_in_force("ondersteuning", second.sha256, "cp_handover", NOW)


def test_both_regions_ask_every_purpose_in_both_languages() -> None:
    for network in NETWORKS.values():
        for purpose in codes("consent_purposes"):
            for language in ("nl", "en"):
                assert network.consent_text(purpose, language, ON).language == language
