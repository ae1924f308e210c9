"""Whatever the descriptions allow: no 5xx, answers as described, nothing for another organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.access_fuzz.two_organisations import Two, ids_in
from tests.casefile import telling as in_casefile
from tests.intake.bodies import a_referral, accepted
from tests.matching import telling as in_matching
from tests.notifications import telling as in_notifications
from tests.support.running import As, Running, running
from tests.support.stack import ServiceDatabase

from casefile.bootstrap import build as build_casefile
from casefile.settings import Settings as CasefileSettings
from intake.bootstrap import build as build_intake
from intake.settings import Settings as IntakeSettings
from matching.bootstrap import build as build_matching
from matching.settings import Settings as MatchingSettings
from notifications.bootstrap import build as build_notifications
from notifications.settings import Settings as NotificationsSettings

WORDS = "Een wegkruiper in de peperbus"
Databases = Callable[[str], ServiceDatabase]


@pytest.fixture
def at_intake(service_database: Databases, tmp_path: Path) -> Iterator[Two]:
    """Almere's desk has two requests; Oosterschelde's knows of none."""
    with closing(
        running(build_intake, IntakeSettings, service_database, tmp_path, organisation="oco_almere")
    ) as intake:
        accepted(intake)
        intake.post("/requests", a_referral())
        intake.look()
        listed = intake.get("/requests").text
        assert len(ids_in(listed)) >= 2
        yield Two.at(intake, As("oco_almere"), As("smwo"), ids_in(listed), "Nour")


def an_offered_handover(casefile: Running) -> str:
    """Of Nour's case, whose words are really sealed; where it is."""
    said = in_casefile.a_yes(casefile)
    sealed = {"resident_name": said.resident_name, **{str(n): p.question for n, p in enumerate(said.parts)}}
    sealer = casefile.service.base.sealer
    real = {
        name: sealer.seal(value.person, value.capacity, value.field, WORDS, value.value_id)
        for name, value in sealed.items()
        if value
    }
    parts = tuple(
        part.model_copy(update={"question": real[str(n)], "done_when": real[str(n)]})
        for n, part in enumerate(said.parts)
    )
    told = said.model_copy(update={"resident_name": real["resident_name"], "parts": parts})
    in_casefile.tell(casefile, told)
    for party in (in_casefile.INFORMAL, in_casefile.FORMAL):
        in_casefile.consents(casefile, party)
    in_casefile.tell(casefile, in_casefile.a_volunteer())
    decision = in_casefile.escalated(casefile)
    in_casefile.tell(casefile, in_casefile.a_formal_supporter(answers=decision))
    part = in_casefile.of_part(in_casefile.asked(casefile, f"/cases/{in_casefile.CASE}"))
    return str(part["handover"])


@pytest.fixture
def at_casefile(service_database: Databases, tmp_path: Path) -> Iterator[Two]:
    """SMWO coordinates a case with a handover that runs; Emergis takes no part."""
    with closing(
        running(build_casefile, CasefileSettings, service_database, tmp_path, organisation="smwo")
    ) as casefile:
        handover = an_offered_handover(casefile)
        paths = ("", "/history?limit=100")
        told = [casefile.get(f"/cases/{in_casefile.CASE}{path}").text for path in paths]
        told += [
            handover,
            casefile.get("/worklist").text,
            casefile.get(f"/people/{in_casefile.NOUR}/consents").text,
        ]
        ids = ids_in(handover, *told) | {str(in_casefile.CASE), str(in_casefile.NOUR)}
        yield Two.at(casefile, As("smwo"), As(in_casefile.ELSEWHERE), ids, "2741-9063", WORDS)


@pytest.fixture
def at_matching(service_database: Databases, tmp_path: Path) -> Iterator[Two]:
    """Almere has a supporter and a search; SMWO has neither."""
    with closing(
        running(build_matching, MatchingSettings, service_database, tmp_path, organisation="oco_almere")
    ) as matching:
        supporter = in_matching.registered(matching)
        matching.hear(in_matching.a_part_added(), in_matching.CASE)
        matching.look()
        told = matching.get("/searches").text + matching.get("/supporters").text
        assert str(supporter) in told
        yield Two.at(matching, As("oco_almere"), As("smwo"), ids_in(told), "Joost")


@pytest.fixture
def at_notifications(service_database: Databases, tmp_path: Path) -> Iterator[Two]:
    """Almere's desk keeps a check; SMWO none."""
    with closing(
        running(
            build_notifications, NotificationsSettings, service_database, tmp_path, organisation="oco_almere"
        )
    ) as notifications:
        in_notifications.with_a_planned_check(notifications)
        notifications.look()
        told = notifications.get("/checks").text
        yield Two.at(notifications, As("oco_almere"), As("smwo"), ids_in(told))


def test_intake(at_intake: Two) -> None:
    at_intake.everything_is_asked()


def test_casefile(at_casefile: Two) -> None:
    at_casefile.everything_is_asked()


def test_matching(at_matching: Two) -> None:
    at_matching.everything_is_asked()


def test_notifications(at_notifications: Two) -> None:
    at_notifications.everything_is_asked()


def test_who_is_told_of_another_organisation_is_noticed(at_notifications: Two) -> None:
    """The control: when both are of one organisation, the outsider sees the insider's ids."""
    same = replace(at_notifications, outsider=replace(at_notifications.insider))
    with pytest.raises(AssertionError, match="tells another organisation"):
        same.everything_is_asked()
