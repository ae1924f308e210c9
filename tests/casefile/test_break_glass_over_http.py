"""Emergency access over HTTP: works without consent, expires, is recorded, reviewed, reveals nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from tests.casefile.safeguarding import (
    IN_DANGER,
    WORDS,
    broken,
    emergency_looks,
    far,
    held,
    looked,
    opened,
    records,
)
from tests.casefile.telling import CASE, COORDINATION, NOUR, Body, a_supported_case, asked, post
from tests.support.running import Running

HOUR = timedelta(minutes=60)


def breaker(casefile: Running) -> str:
    return f"staff:coordinator-{far(casefile)}"


def waiting(
    casefile: Running, *, by: str | None = None, role: str = "role_auditor", subject: str = "aud"
) -> Body:
    answer = looked(casefile, "/break-glass-reviews", by=by or far(casefile), role=role, subject=subject)
    assert answer.status_code == 200, answer.text
    told: Body = answer.json()
    return told


def reviewed(casefile: Running, glass: Body, verdict: str = "justified", **who: object) -> int:
    path = f"/cases/{CASE}/break-glass/{glass['breakGlassId']}/reviews"
    body = {"openingId": glass["openingId"], "verdict": verdict, "words": "Het was echt nodig."}
    asker = {"by": far(casefile), "role": "role_auditor", "subject": "aud"} | who
    return post(casefile, path, body, **asker).status_code  # type: ignore[arg-type]


def test_it_opens_the_case_for_that_person_and_an_hour_without_any_consent(casefile: Running) -> None:
    a_supported_case(casefile)
    assert held(casefile, CASE, breaker(casefile)) == []
    answer = opened(casefile)
    assert held(casefile, CASE, breaker(casefile)) == ["break_glass"]
    assert held(casefile, CASE, "staff:somebody-else") == []
    assert set(answer) == {"breakGlassId", "openingId", "validUntil", "reviewBy"}
    casefile.move_clock(HOUR + timedelta(seconds=1))
    assert held(casefile, CASE, breaker(casefile)) == [], "after it expired nothing is left"


def read(casefile: Running, case: object = CASE, path: str = "", subject: str = "") -> int:
    me = subject or f"coordinator-{far(casefile)}"
    where = f"/cases/{case}{path}"
    return looked(casefile, where, by=far(casefile), role="role_coordinator", subject=me).status_code


def test_the_file_is_read_for_that_hour_and_each_look_is_recorded(casefile: Running) -> None:
    a_supported_case(casefile)
    assert read(casefile) == 404
    opened(casefile)
    assert [read(casefile), read(casefile, "2741-9063"), read(casefile, path="/history")] == [200] * 3
    assert read(casefile, subject="somebody-else") == 404
    assert len(emergency_looks(casefile)) == 3
    casefile.move_clock(HOUR + timedelta(seconds=1))
    assert read(casefile) == 404


def test_who_uses_it_is_recorded_in_the_same_save(casefile: Running) -> None:
    a_supported_case(casefile)
    opened(casefile)
    (record,) = records(casefile, "breakGlass")
    assert record["decision"] == "allow"
    assert record["breakGlass"] is True
    assert str(CASE) in record["subjects"]


def test_a_case_that_is_not_there_or_elsewhere_answers_the_same_and_gives_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    nowhere = uuid4()
    there, absent, number = broken(casefile), broken(casefile, nowhere), broken(casefile, "9999-9999")
    assert {each.status_code for each in (there, absent, number)} == {201}
    assert set(there.json()) == set(absent.json()) == set(number.json())
    assert held(casefile, nowhere, breaker(casefile)) == []
    assert len(waiting(casefile)["items"]) == 3, "also who fishes is looked back on"


def test_a_case_is_found_by_its_number(casefile: Running) -> None:
    a_supported_case(casefile)
    assert broken(casefile, "2741-9063").status_code == 201
    assert held(casefile, CASE, breaker(casefile)) == ["break_glass"]


NOT_ENTITLED = (
    ("nobody-here", "role_coordinator"),
    ("", "role_supporter"),
    ("", "role_administrator"),
    ("", "role_network_coordinator"),
    ("", "role_policy_adviser"),
    ("", "role_auditor"),
)


def test_who_is_not_entitled_gets_the_answer_of_an_absent_case(casefile: Running) -> None:
    a_supported_case(casefile)
    for organisation, role in NOT_ENTITLED:
        asker: Body = {"by": organisation or far(casefile), "role": role}
        there, absent = broken(casefile, **asker), broken(casefile, uuid4(), **asker)
        assert there.status_code == absent.status_code == 404
        assert there.json() == absent.json()
    assert held(casefile, CASE, breaker(casefile)) == []
    assert {each["decision"] for each in records(casefile, "breakGlass")} == {"deny"}


def test_a_resident_has_no_emergency_access(casefile: Running) -> None:
    a_supported_case(casefile)
    headers = casefile.provider.person_headers(NOUR) | {"Idempotency-Key": "mine"}
    answer = casefile.client.post(f"/v1/cases/{CASE}/break-glass", json=IN_DANGER, headers=headers)
    assert answer.status_code == 404


GARBAGE: tuple[Body, ...] = (
    {},
    {"reason": "bg_danger_to_resident"},
    {"reason": "because", "words": WORDS},
    {"reason": "bg_danger_to_resident", "words": "kort"},
    {"reason": "bg_danger_to_resident", "words": "x" * 2001},
    {"reason": "bg_danger_to_resident", "words": WORDS, "minutes": 600},
)


def test_without_a_reason_by_code_and_words_it_is_malformed(casefile: Running) -> None:
    a_supported_case(casefile)
    assert {broken(casefile, body=body).status_code for body in GARBAGE} == {400}
    assert held(casefile, CASE, breaker(casefile)) == []


def test_pressing_twice_is_once_and_the_same_reason_does_not_prolong(casefile: Running) -> None:
    a_supported_case(casefile)
    first, again = opened(casefile, key="once"), opened(casefile, key="once")
    assert first == again
    casefile.move_clock(timedelta(minutes=40))
    longer = broken(casefile)
    assert (longer.status_code, longer.json()["title"]) == (409, "AccessRunsAlready")
    other = broken(casefile, body=IN_DANGER | {"reason": "bg_cannot_consent"})
    assert other.status_code == 201
    assert len(waiting(casefile)["items"]) == 2, "each reason is looked back on"


def test_somebody_else_looks_back_and_who_used_it_does_not_see_it_to_review(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    (one,) = waiting(casefile)["items"]
    assert (one["reason"], one["words"], one["overdue"]) == ("bg_danger_to_resident", WORDS, False)
    me = f"coordinator-{far(casefile)}"
    assert waiting(casefile, subject=me)["items"] == []
    assert reviewed(casefile, glass, subject=me) in (404, 409)
    assert reviewed(casefile, glass) == 201
    assert waiting(casefile)["items"] == []
    assert reviewed(casefile, glass, "not_justified") == 409, "a review is given once"


def test_the_coordinator_of_another_organisation_can_look_back_too(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    assert len(waiting(casefile, by=COORDINATION, role="role_coordinator", subject="one")["items"]) == 1
    asker = {"by": COORDINATION, "role": "role_coordinator", "subject": "one"}
    assert reviewed(casefile, glass, **asker) == 201


def test_nobody_else_looks_back(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    for by, role in (("humanitas", "role_auditor"), ("", "role_supporter"), ("", "role_administrator")):
        assert reviewed(casefile, glass, by=by or far(casefile), role=role, subject="x") == 404
    unknown = {"breakGlassId": str(uuid4()), "openingId": glass["openingId"]}
    assert reviewed(casefile, unknown) == 404


def test_a_review_names_the_case_that_it_is_about(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    body = {"openingId": glass["openingId"], "verdict": "justified"}
    path = f"/cases/{uuid4()}/break-glass/{glass['breakGlassId']}/reviews"
    asker = {"by": far(casefile), "role": "role_auditor", "subject": "aud"}
    assert post(casefile, path, body, **asker).status_code == 404
    by_number = f"/cases/2741-9063/break-glass/{glass['breakGlassId']}/reviews"
    assert post(casefile, by_number, body, **asker).status_code == 201


def test_a_review_that_stays_away_stays_on_the_list_and_says_so_once(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    assert "break_glass_review" in casefile.deadlines()
    casefile.later(timedelta(days=7, minutes=1))
    casefile.later(timedelta(days=1))
    (one,) = waiting(casefile)["items"]
    assert one["overdue"] is True
    overdue = [name for name in casefile.facts_of(UUID(glass["breakGlassId"])) if "Overdue" in name]
    assert overdue == ["BreakGlass.ReviewOverdue"]
    assert reviewed(casefile, glass) == 201


def test_the_history_of_the_case_tells_all_of_it_and_names_nobody(casefile: Running) -> None:
    a_supported_case(casefile)
    glass = opened(casefile)
    reviewed(casefile, glass, "not_justified")
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    told = [each for each in history["items"] if each["kind"].startswith("BreakGlass")]
    assert [each["kind"] for each in told] == [
        "BreakGlassOpened",
        "BreakGlassReviewed",
        "BreakGlassBreachReviewOpened",
    ]
    assert "noodtoegang" in told[0]["sentence"]
    assert "gevaar voor de inwoner" in told[0]["sentence"]
    assert "niet terecht" in told[1]["sentence"]
    assert "aud" not in {str(fact) for each in told for fact in each["facts"].values()}
    assert WORDS not in str(history)


def test_who_it_is_about_or_a_relative_gets_nothing_by_it(casefile: Running) -> None:
    a_supported_case(casefile)
    tie = {"subject": f"coordinator-{far(casefile)}", "relation": "sibling"}
    assert post(casefile, f"/cases/{CASE}/personal-ties", tie).status_code == 201
    assert broken(casefile).status_code == 201, "the same answer: it tells nothing"
    assert held(casefile, CASE, breaker(casefile)) == []
    assert read(casefile) == 404


def test_what_was_said_is_stored_nowhere_in_the_clear(casefile: Running) -> None:
    a_supported_case(casefile)
    opened(casefile)
    casefile.look()
    assert not [row for row in casefile.everything_stored() if WORDS.encode() in row]
