"""Personal ties and named handlers over HTTP: the bar stands above every grant (design §1)."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from tests.casefile.safeguarding import held, looked, records
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    NOUR,
    Body,
    a_supported_case,
    a_volunteer,
    an_open_case,
    as_supporter,
    asked,
    done,
    of_part,
    post,
    refused,
    tell,
)
from tests.support.ids import a_supporter_id
from tests.support.running import Running

from casefile.domain.case import CaseFile
from contracts.casefile import AssignmentRefused

TIES, HANDLERS = f"/cases/{CASE}/personal-ties", f"/cases/{CASE}/handlers"
SISTER: Body = {"subject": "coordinator-two", "relation": "sibling"}
COORDINATORS = f"role_coordinator@{COORDINATION}"


def test_whoever_has_a_tie_holds_nothing_in_any_role(casefile: Running) -> None:
    a_supported_case(casefile)
    assert held(casefile, CASE, COORDINATORS, "staff:coordinator-two")
    done(casefile, TIES, SISTER)
    for subject in (CASE, NOUR):
        assert held(casefile, subject, COORDINATORS, "staff:coordinator-two") == []
        assert held(casefile, subject, COORDINATORS, "staff:coordinator-three") != []


def test_what_they_try_is_denied_as_if_it_were_not_there_and_recorded(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, TIES, SISTER)
    denied = post(casefile, HANDLERS, {"handlers": ["me"]}, subject="coordinator-two")
    absent = post(casefile, f"/cases/{uuid4()}/handlers", {"handlers": ["me"]}, subject="coordinator-two")
    assert (denied.status_code, denied.json()) == (404, absent.json())
    first, second = records(casefile, "nameHandlers")
    assert {first["decision"], second["decision"]} == {"deny"}
    assert first["subjects"] == [str(CASE)]


def test_a_look_of_theirs_is_denied_as_if_it_were_not_there_and_recorded(casefile: Running) -> None:
    a_supported_case(casefile)
    who = {"by": COORDINATION, "role": "role_coordinator", "subject": "coordinator-two"}
    assert looked(casefile, f"/cases/{CASE}", **who).status_code == 200
    done(casefile, TIES, SISTER)
    for path in ("", "/history"):
        denied, absent = (looked(casefile, f"/cases/{case}{path}", **who) for case in (CASE, uuid4()))
        assert (denied.status_code, denied.json()) == (404, absent.json())
    question = {"question": "Wat nu?", "doneWhen": "Het is klaar", "lifeDomains": ["wonen"]}
    assert post(casefile, f"/cases/{CASE}/parts", question, subject="coordinator-two").status_code == 404


def test_a_person_says_so_themselves_and_is_shown_nothing_more(casefile: Running) -> None:
    a_supported_case(casefile)
    me: Body = {"subject": "coordinator-two"}
    answer = done(casefile, TIES, {"relation": "child"}, **me)
    assert set(answer) == {"caseId", "tieId"}
    assert post(casefile, TIES, {"relation": "child"}, **me).status_code == 404


def test_a_supporter_who_says_so_leaves_and_their_part_is_on_the_list(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, TIES, {"relation": "relative"}, **as_supporter("Anouk"))
    part = of_part(asked(casefile, f"/cases/{CASE}"))
    assert (part["responsible"], part["onList"]) == (None, ["supporter_left"])
    who = a_supporter_id("Anouk")
    assert held(casefile, CASE, f"role_supporter:{who}", f"staff:{who}") == []


def test_a_supporter_with_a_tie_is_not_assigned_and_matching_is_not_told_why(casefile: Running) -> None:
    an_open_case(casefile)
    done(casefile, TIES, {"subject": str(a_supporter_id("Anouk")), "relation": "relative"})
    tell(casefile, a_volunteer())
    (told,) = casefile.told(AssignmentRefused)
    assert told.reason == "supporter_not_available"


def test_only_another_coordinator_ends_it(casefile: Running) -> None:
    a_supported_case(casefile)
    tie = done(casefile, TIES, SISTER, subject="coordinator-one")["tieId"]
    path = f"{TIES}/{tie}/endings"
    assert refused(casefile, path, subject="coordinator-one") == "AnotherCoordinatorEndsIt"
    assert post(casefile, path, subject="coordinator-two").status_code == 404
    assert post(casefile, path, by="emergis").status_code == 404
    assert post(casefile, path, **as_supporter("Anouk")).status_code == 404
    done(casefile, path, subject="coordinator-three")
    assert held(casefile, CASE, COORDINATORS, "staff:coordinator-two") != []


def test_the_history_does_not_tell_who_is_related_to_whom(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, TIES, SISTER)
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    assert "Iemand die de inwoner persoonlijk kent" in str(history)
    assert "coordinator-two" not in str(history)
    assert "sibling" not in str(history)


def test_garbage_and_the_wrong_people_record_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    for garbage in ({}, SISTER | {"relation": "friend"}, SISTER | {"subject": "with space"}, {"relation": 1}):
        assert post(casefile, TIES, garbage).status_code == 400
    for garbage in ({}, {"handlers": []}, {"handlers": ["x"] * 21}, {"handlers": "x"}):
        assert post(casefile, HANDLERS, garbage).status_code == 400
    assert post(casefile, TIES, SISTER, by="emergis").status_code == 404
    assert post(casefile, TIES, SISTER, **as_supporter("Anouk")).status_code == 404
    assert post(casefile, TIES, SISTER, role="role_administrator").status_code == 404
    assert post(casefile, HANDLERS, {"handlers": ["x"]}, **as_supporter("Anouk")).status_code == 404
    assert held(casefile, CASE, COORDINATORS, "staff:coordinator-two") != []


def test_a_restricted_case_is_seen_by_its_handlers_and_not_by_the_coordination(casefile: Running) -> None:
    a_supported_case(casefile)
    answer = done(casefile, HANDLERS, {"handlers": ["one", "two"]}, subject="one")
    assert (answer["restricted"], answer["handlers"]) == (True, ["one", "two"])
    for subject in (CASE, NOUR):
        assert held(casefile, subject, COORDINATORS) == []
        assert held(casefile, subject, "staff:one") == ["participation"]
    assert post(casefile, HANDLERS, {"handlers": ["three"]}, subject="three").status_code == 404
    for handler, status in (("one", 200), ("three", 404)):
        who = {"by": COORDINATION, "role": "role_coordinator", "subject": handler}
        assert looked(casefile, f"/cases/{CASE}", **who).status_code == status
    done(casefile, HANDLERS, {"handlers": ["two", "three"]}, subject="two")
    assert held(casefile, CASE, "staff:one") == []
    assert held(casefile, CASE, "staff:three") == ["participation"]
    anouk = a_supporter_id("Anouk")
    assert held(casefile, CASE, f"role_supporter:{anouk}") == ["consent"], "who serves goes on"


def test_another_handler_ends_the_restriction(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, HANDLERS, {"handlers": ["one", "two"]}, subject="one", key="once")
    done(casefile, HANDLERS, {"handlers": ["one", "two"]}, subject="one", key="once")
    path = f"/cases/{CASE}/restriction-endings"
    assert refused(casefile, path, subject="one") == "AnotherCoordinatorEndsIt"
    assert done(casefile, path, subject="two")["restricted"] is False
    assert held(casefile, CASE, COORDINATORS) == ["participation"]
    assert held(casefile, CASE, "staff:two") == []
    assert refused(casefile, path, subject="three") == "NotRestricted"


def test_a_handler_has_no_tie(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, TIES, SISTER, subject="one")
    assert refused(casefile, HANDLERS, {"handlers": ["coordinator-two"]}, subject="one") == "HandlerIsBarred"


def test_the_wall_refuses_also_when_nobody_decided(casefile: Running) -> None:
    """The bar stands in the store itself; with the negative control of somebody without a tie."""
    a_supported_case(casefile)
    done(casefile, TIES, SISTER)
    assert loaded_by(casefile, "staff:coordinator-three") is not None
    assert loaded_by(casefile, "staff:coordinator-two") is None


def loaded_by(casefile: Running, who: str) -> CaseFile | None:
    store = casefile.service.base.store_asked_by(COORDINATORS, who)
    store.mappings = replace(store.mappings, bound=True)
    return store.find(CaseFile, CASE)
