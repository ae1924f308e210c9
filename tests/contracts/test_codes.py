from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.contracts.examples import at
from tests.support.ids import an_id

from contracts import casefile
from contracts.codes import (
    UnknownCode,
    codes,
    facts,
    formality_of,
    indication,
    label,
    labels,
    life_domains_of_bagage,
    lists,
)
from contracts.intake import ConsentProof


@pytest.mark.parametrize("list_name", lists())
def test_every_code_has_words_in_both_languages(list_name: str) -> None:
    for code in codes(list_name):
        for language in ("nl", "en"):
            assert facts(list_name, code)[language].strip() == facts(list_name, code)[language] != ""


def test_lists_are_complete() -> None:
    size = {name: len(codes(name)) for name in lists()}
    assert size["referral_sources"] == 29
    assert size["life_domains"] == 6
    assert size["life_domains_bagage"] == 11
    assert size["scaling_indications"] == 12 + 12 + 8


def test_a_label_is_what_people_read() -> None:
    assert label("scaling_indications", "IF03") == "Integrale aanpak, meer wetten"
    assert label("scaling_indications", "IF03", "en").startswith("Needs an integrated approach")
    assert labels("life_domains")["gezondheid"] == "Gezondheid"


def test_an_unknown_code_or_list_is_said_and_not_quoted() -> None:
    with pytest.raises(UnknownCode) as unknown:
        label("scaling_indications", "Mevrouw Pieterse")
    assert "Pieterse" not in str(unknown.value)
    with pytest.raises(UnknownCode):
        codes("no_such_list")


def test_indications_say_which_way_about_whom_and_whether_they_only_add() -> None:
    assert (indication("ON01").direction, indication("ON01").about) == ("up", "network")
    assert (indication("IF06").direction, indication("IF06").about) == ("up", "client")
    assert (indication("FI01").direction, indication("FI01").about) == ("down", "case")
    assert {code for code in codes("scaling_indications") if indication(code).may_only_add} == {
        "IF11",
        "FI06",
        "FI07",
    }


def test_direction_follows_from_the_column_of_a_code() -> None:
    for code in codes("scaling_indications"):
        assert indication(code).direction == ("down" if code.startswith("FI") else "up")


def test_every_field_of_knowledge_serves_life_domains_that_exist() -> None:
    for field in codes("life_domains_bagage"):
        served = life_domains_of_bagage(field)
        assert served
        assert set(served) <= set(codes("life_domains"))


def test_only_the_formal_supporter_is_formal() -> None:
    assert {kind: formality_of(kind) for kind in codes("supporter_kinds")} == {
        "volunteer": "informal",
        "experience_expert": "informal",
        "formal": "formal",
    }


def test_an_event_cannot_be_made_with_a_code_that_does_not_exist() -> None:
    with pytest.raises(ValidationError):
        casefile.CaseClosed(reason="close_because", closed_at=at(6, 1))


def test_an_event_cannot_be_made_with_words_where_an_id_belongs() -> None:
    with pytest.raises(ValidationError):
        ConsentProof(
            consent_id=an_id("consent"),
            purpose="cp_support",
            way="cw_spoken",
            text_id="Ik heb gebeld met de buurvrouw",
            text_sha256="0" * 64,
            text_language="nl",
            given_at=at(3, 4),
            recorded_by_role="role_coordinator",
        )
