"""What casefile shows: the cases of an organisation, its work list, and what happened, in Dutch."""

from __future__ import annotations

from uuid import UUID

from tests.casefile.telling import (
    CASE,
    COORDINATION,
    ELSEWHERE,
    FIRST,
    FORMAL,
    INFORMAL,
    SECOND,
    Body,
    a_planned_check,
    a_request,
    a_supported_case,
    a_volunteer,
    a_yes,
    an_end,
    an_explanation,
    as_supporter,
    asked,
    check_of,
    completed_handover,
    consents,
    done,
    get,
    of_part,
    offered_handover,
    options,
    pauses,
    tell,
)
from tests.support.ids import a_case_id, a_part_id, a_supporter_id, an_id
from tests.support.running import As, Running

from chassis.views import rebuild
from contracts.matching import OptionChosen
from contracts.notifications import WaakvlamCheckDue


def work(casefile: Running, by: str = COORDINATION) -> list[tuple[str, str]]:
    items = asked(casefile, "/worklist", by=by)["items"]
    return [(item["about"], item["reason"]) for item in items]


def test_a_request_stands_on_the_work_list_until_the_resident_answers(casefile: Running) -> None:
    tell(casefile, a_request(casefile))
    assert work(casefile) == [(str(CASE), "new_request")]
    tell(casefile, an_explanation(casefile), a_yes(casefile))
    assert work(casefile) == [(str(FIRST), "new_part"), (str(SECOND), "new_part")]
    assert work(casefile, ELSEWHERE) == []


def test_what_was_taken_shows_that_somebody_works_on_it_and_not_who(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, f"/cases/{CASE}/list-items/{SECOND}/claims")
    item = asked(casefile, "/worklist")["items"][0]
    assert (item["claimed"], item["claimedByYou"]) == (True, True)
    assert "coordinator" not in str(item)
    casefile.hear(an_end(), CASE)
    assert [each["claimed"] for each in asked(casefile, "/worklist")["items"]] == [True, False]


def test_the_work_list_goes_by_pages(casefile: Running) -> None:
    tell(casefile, a_yes(casefile, "one", "two", "three"))
    first = asked(casefile, "/worklist?limit=2")
    second = asked(casefile, first["_links"]["next"]["href"].removeprefix("/v1"))
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert second["_links"].get("next") is None


def test_an_organisation_sees_the_cases_in_which_it_takes_part(casefile: Running) -> None:
    a_supported_case(casefile)
    organisations = (COORDINATION, INFORMAL, ELSEWHERE)
    listed = {by: asked(casefile, "/cases", by=by)["items"] for by in organisations}
    assert {by: [case["caseId"] for case in cases] for by, cases in listed.items()} == {
        COORDINATION: [str(CASE)],
        INFORMAL: [str(CASE)],
        ELSEWHERE: [],
    }
    offered = listed[COORDINATION][0]
    assert of_part(offered)["responsible"] == str(a_supporter_id("Anouk"))
    assert of_part(offered, SECOND)["onList"] == ["new_part"]


def test_who_is_to_receive_a_part_takes_part_and_not_after_a_no(casefile: Running) -> None:
    handover = offered_handover(casefile)
    farida = As(FORMAL, "role_supporter", str(a_supporter_id("Farida")))
    casefile.look()
    (shown,) = casefile.get("/cases", by=farida).json()["items"]
    assert ([part["partId"] for part in shown["parts"]], shown["hiddenParts"]) == ([str(FIRST)], True)
    done(casefile, f"{handover}/declines", {"by": "receiver"}, **as_supporter("Farida"))
    assert casefile.get("/cases", by=farida).json()["items"] == []


def test_absent_and_denied_look_alike(casefile: Running) -> None:
    a_supported_case(casefile)
    denied = [get(casefile, path, by=ELSEWHERE) for path in (f"/cases/{CASE}", f"/cases/{CASE}/history")]
    absent = get(casefile, f"/cases/{a_case_id('elsewhere')}", by=ELSEWHERE)
    assert {(answer.status_code, answer.text) for answer in (*denied, absent)} == {(404, absent.text)}
    assert get(casefile, "/cases/0000-0000", by=ELSEWHERE).text == absent.text


def test_an_auditor_reviews_the_cases_of_their_organisation_without_names_and_words(
    casefile: Running,
) -> None:
    a_supported_case(casefile)
    who: Body = {"by": COORDINATION, "role": "role_auditor"}
    (listed,) = asked(casefile, "/cases", **who)["items"]
    shown = asked(casefile, "/cases/2741-9063", **who)
    assert (shown["caseId"], shown["residentName"], listed["residentName"]) == (str(CASE), None, None)
    assert {words["hidden"] for words in shown["words"]} == {True}
    assert asked(casefile, "/cases", by=ELSEWHERE, role="role_auditor")["items"] == []


def test_a_supporters_organisation_does_not_touch_a_part_it_does_not_serve(casefile: Running) -> None:
    a_supported_case(casefile)
    body = {"indications": ["IF03"], "reportedByRole": "role_supporter", "residentAgrees": True}
    path = f"/v1/cases/{CASE}/parts/{SECOND}/escalations"
    headers = casefile.provider.headers(
        **{"https://waakvlam.example/claims/organisation": INFORMAL}, roles=["role_coordinator"]
    )
    answer = casefile.client.post(path, json=body, headers=headers | {"Idempotency-Key": "one"})
    assert answer.status_code == 404


def test_cases_go_by_pages_with_the_last_changed_first(casefile: Running) -> None:
    for n in range(3):
        tell(casefile, a_yes(casefile, f"part{n}", number=f"4741-{n}063"), about=a_case_id(f"case {n}"))
    consents(casefile, INFORMAL, caseId=str(a_case_id("case 0")))
    tell(casefile, a_volunteer("Anouk", a_part_id("part0")), about=a_case_id("case 0"))
    first = asked(casefile, "/cases?limit=2")
    second = asked(casefile, first["_links"]["next"]["href"].removeprefix("/v1"))
    found = [case["number"] for page in (first, second) for case in page["items"]]
    assert found == ["4741-0063", "4741-2063", "4741-1063"]


def test_what_happened_is_told_in_dutch_from_intake_to_pilot_light(casefile: Running) -> None:
    tell(casefile, a_request(casefile), an_explanation(casefile), a_yes(casefile))
    consents(casefile, INFORMAL)
    tell(casefile, options(None), a_choice())
    tell(casefile, a_volunteer())
    pauses(casefile, "Anouk")
    history = asked(casefile, f"/cases/{CASE}/history")["items"]
    sentences = [each["sentence"] for each in history]
    assert sentences == sorted(sentences, key=sentences.index)
    assert {each["source"] for each in history} == {"intake", "matching", "casefile"}
    assert "Aan de inwoner is uitgelegd dat hulp een recht is, vrijwillig en gratis." in sentences
    assert any("De inwoner maakte een keuze" in each for each in sentences)
    assert any("gaf toestemming aan Humanitas, voor ondersteuning" in each for each in sentences)
    assert any("heeft even pauze" in each for each in sentences)
    assert all(each.endswith(".") for each in sentences)
    assert not any("Anouk" in each or "Nour" in each for each in sentences)


def a_choice() -> OptionChosen:
    return OptionChosen(search_id=an_id("search"), part_id=FIRST, supporter_id=a_supporter_id("Anouk"))


def test_a_history_goes_by_pages_without_losing_anything(casefile: Running) -> None:
    completed_handover(casefile)
    whole = asked(casefile, f"/cases/{CASE}/history?limit=100")["items"]
    pages: list[Body] = []
    path: str | None = f"/cases/{CASE}/history?limit=4"
    while path:
        page = asked(casefile, path)
        pages += page["items"]
        path = (page["_links"].get("next") or {}).get("href", "").removeprefix("/v1") or None
    assert pages == whole


def test_a_check_shows_on_the_work_list_until_it_is_done(casefile: Running) -> None:
    a_planned_check(casefile)
    check = check_of(casefile)
    tell(casefile, WaakvlamCheckDue(check_id=check, due_at=casefile.now(), responsible=None))
    assert work(casefile) == [(str(check), "waakvlam_due")]
    done(casefile, f"/cases/{CASE}/waakvlam-checks/{check}/outcomes", {"outcome": "wo_reopen"})
    assert work(casefile) == [(str(check), "waakvlam_follow_up")]
    question = {"question": "Weer een brief", "doneWhen": "Beantwoord", "lifeDomains": ["financien"]}
    again = done(casefile, f"/cases/{CASE}/reopenings", {"parts": [question]})
    assert work(casefile) == [(again["partIds"][0], "reopened")]


def test_views_that_are_filled_anew_show_the_same(casefile: Running) -> None:
    """Dropping every read model and replaying gives the same rows (promise P8)."""
    completed_handover(casefile)
    pauses(casefile, "Farida")
    paths = ("/cases", "/worklist", f"/cases/{CASE}/history?limit=100")
    before = {path: asked(casefile, path)["items"] for path in paths}
    with casefile.as_owner() as conn:
        for view in casefile.service.views:
            rebuild(conn, view, api="casefile_api", worker="casefile_worker")
    assert {path: asked(casefile, path)["items"] for path in paths} == before


def test_the_list_and_the_case_tell_the_same(casefile: Running) -> None:
    completed_handover(casefile)
    listed = asked(casefile, "/cases")["items"][0]
    shown = asked(casefile, f"/cases/{CASE}")
    for part in listed["parts"]:
        assert part.items() <= of_part(shown, UUID(part["partId"])).items()
    assert listed.keys() - {"lastHappened"} <= shown.keys()
