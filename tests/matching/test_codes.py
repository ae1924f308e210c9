"""The codes that matching decides with are those that cross borders."""

from __future__ import annotations

from contracts.codes import codes, formality_of
from matching.domain.need import Criterion
from matching.domain.profile import ExperienceLevel, Kind


def test_kinds_and_levels_are_the_catalogues() -> None:
    assert {kind.value for kind in Kind} == set(codes("supporter_kinds"))
    assert {level.value for level in ExperienceLevel} == set(codes("experience_levels"))
    for kind in Kind:
        assert kind.formality.value == formality_of(kind.value)


def test_reasons_for_an_option_are_in_the_catalogue() -> None:
    assert {criterion.value for criterion in Criterion} <= set(codes("matching_criteria"))
