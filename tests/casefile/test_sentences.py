"""Everything that can happen in a case is told in a Dutch sentence of its own, with nobody's name in it."""

from __future__ import annotations

import pytest
from tests.support.examples.casefile import (
    ANOUK,
    FIRST,
    a_case,
    a_closed_case,
    a_completed_handover,
    a_planned_check,
    an_offered_handover,
)
from tests.support.running import Running

from casefile.domain.case import CaseFile
from casefile.domain.chronicle import Chronicle
from casefile.domain.handover import CancelReason
from casefile.domain.place import Reason
from casefile.domain.support_log import SupportLog
from casefile.views.because import CANCELLED_BECAUSE, PLACE_REASONS
from casefile.views.facts import facts_of
from casefile.views.sentences import SENTENCES, Words, sentence
from chassis.aggregates import DomainEvent

WORDS = Words("maatje", {"coordination-point": "Het Wijkhuis"})
STORIES = (a_case, an_offered_handover, a_completed_handover, a_closed_case, a_planned_check)


def own_facts() -> set[str]:
    return {
        name
        for aggregate in (CaseFile, SupportLog, Chronicle)
        for name, kind in vars(aggregate).items()
        if isinstance(kind, type) and issubclass(kind, DomainEvent) and name not in {"Event", "Heard"}
    }


def test_every_fact_of_a_case_has_its_sentence() -> None:
    assert own_facts() - set(SENTENCES) == set()


def test_everything_that_is_heard_about_a_case_has_its_sentence(casefile: Running) -> None:
    heard = {event.__name__ for heard in casefile.service.subscriptions.values() for event in heard}
    assert heard - set(SENTENCES) == set()


def test_every_reason_is_put_into_words() -> None:
    assert set(PLACE_REASONS) == {reason.value for reason in Reason}
    assert set(CANCELLED_BECAUSE) == {reason.value for reason in CancelReason}


@pytest.mark.parametrize("story", STORIES)
def test_whole_stories_are_told(story: object) -> None:
    for event in story().pending():  # type: ignore[operator]
        told = sentence(type(event).__qualname__.rpartition(".")[2], facts_of(event), WORDS)
        assert told[0].isupper()
        assert told.endswith(".")
        assert "None" not in told
        assert str(ANOUK.supporter_id) not in told
        assert str(FIRST) not in told


def test_the_networks_own_words_are_used() -> None:
    assert "maatje heeft even pauze" in sentence("SupporterPaused", {}, WORDS)
    opened = facts_of(a_case().pending()[0])
    assert "Het Wijkhuis" in sentence("Opened", opened, WORDS)


def test_what_has_no_sentence_yet_is_not_passed_over() -> None:
    assert sentence("SomethingNew", {}, WORDS) == "SomethingNew."
