"""Codes in Dutch; what has no words yet is shown as it is."""

from __future__ import annotations

import pytest

from contracts.codes import codes
from portal.pages import words


@pytest.mark.parametrize(
    ("domains", "read"),
    [
        ([], "Deelvraag"),
        (["wonen"], "Wonen"),
        (["leren", "werken"], "Leren en werken"),
        (["wonen", "leren", "werken"], "Wonen, leren en werken"),
        (["iets_nieuws"], "iets_nieuws"),
    ],
)
def test_domains_are_read_as_one_phrase(domains: list[str], read: str) -> None:
    assert words.of_domains(domains) == read


@pytest.mark.parametrize(
    ("code", "name"), [("goes", "Goes"), ("noord_beveland", "Noord-Beveland"), ("almere", "Almere")]
)
def test_places_have_their_names(code: str, name: str) -> None:
    assert words.place(code) == name


def test_every_life_domain_and_ending_has_words() -> None:
    for list_name in ("life_domains", "close_reasons", "domain_events"):
        for code in codes(list_name):
            assert words.label(list_name, code) != code


def test_every_reason_on_the_list_has_words() -> None:
    """Casefile's own reasons; where casefile is not installed, the portal stands alone."""
    place = pytest.importorskip("casefile.domain.place")

    assert {reason.value for reason in place.Reason} <= words.STILL_ON_THE_LIST.keys()
