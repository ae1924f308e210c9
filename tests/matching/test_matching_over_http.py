"""From a new part to a match that runs, over HTTP and the inbox (MAT-06 to MAT-09, MAT-16, MAT-24)."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.matching.telling import (
    CASE,
    FORMAL,
    PART,
    SEARCH,
    a_part_added,
    a_registration,
    an_assignment,
    chosen,
    done,
    matched,
    offered,
    places_free,
    proposed,
    registered,
    running_match,
    stage,
    tell,
)
from tests.support.ids import a_case_id, a_part_id, an_id
from tests.support.running import Running

from contracts.matching import (
    FormalSupporterMatched,
    MatchAccepted,
    MatchDeclined,
    MatchEnded,
    MatchProposed,
    NoClickReported,
    OptionChosen,
    OptionsOffered,
    SupporterLeft,
    SupporterPaused,
    SupporterResumed,
    UnmetNeedRecorded,
    VolunteerMatched,
)
from matching.domain.names import search_id_of, search_of_match


def test_resident_chooses_and_both_accept(matching: Running) -> None:
    joost, mirjam = registered(matching, "Joost"), registered(matching, "Mirjam")
    tell(matching, a_part_added())

    assert set(offered(matching)) == {joost, mirjam}
    match_id = chosen(matching, joost)
    first = done(matching, f"/matches/{match_id}/acceptances", {"by": "resident"})
    assert (first["stage"], first["acceptedBy"]) == ("proposed", ["resident"])
    second = done(matching, f"/matches/{match_id}/acceptances", {"by": "supporter"})
    assert second["stage"] == "awaiting_answer"
    tell(matching, an_assignment(match_id))

    assert stage(matching) == "running"
    (offer,) = matching.told(OptionsOffered, CASE)
    assert (offer.search_id, offer.part_id, offer.round, offer.answers) == (SEARCH, PART, 1, None)
    assert {option.formality for option in offer.options} == {"formal", "informal"}
    assert all("mat_life_domain" in option.because for option in offer.options)
    assert [told.supporter_id for told in matching.told(OptionChosen)] == [joost]
    assert [told.match_id for told in matching.told(MatchProposed)] == [match_id]
    assert [told.by for told in matching.told(MatchAccepted)] == ["resident", "supporter"]
    (match,) = matching.told(VolunteerMatched, CASE)
    assert (match.match_id, match.part_id, match.supporter_id) == (match_id, PART, joost)
    assert (match.kind, match.paid, match.organisation) == ("volunteer", False, "oco_almere")
    assert search_of_match(match_id) == SEARCH


def test_paid_experience_expert_is_matched_as_what_they_are(matching: Running) -> None:
    samira = registered(matching, "Samira")
    tell(matching, a_part_added())
    matched(matching, samira)
    (match,) = matching.told(VolunteerMatched)
    assert (match.kind, match.experience_level, match.paid) == (
        "experience_expert",
        "experience_expert_trained",
        True,
    )


def test_formal_supporter_of_another_organisation_accepts_there(matching: Running) -> None:
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added(formality="formal"))
    match_id = proposed(matching, mirjam)
    done(matching, f"/matches/{match_id}/acceptances", {"by": "supporter"}, by=FORMAL)
    done(matching, f"/matches/{match_id}/acceptances", {"by": "resident"})
    (match,) = matching.told(FormalSupporterMatched)
    assert (match.supporter_id, match.organisation) == (mirjam, FORMAL)


def test_nobody_who_speaks_the_language_is_an_unmet_need(matching: Running) -> None:
    registered(matching, "Joost")
    tell(matching, a_part_added(languages=("ar",)))
    assert offered(matching) == []
    assert stage(matching) == "nobody_found"
    (need,) = matching.told(UnmetNeedRecorded, CASE)
    assert (need.languages, need.life_domains, need.formality) == (("ar",), ("financien",), "any")

    samira = registered(matching, "Samira")
    assert offered(matching) == [samira]


def test_only_organisations_of_the_municipality_are_offered(matching: Running) -> None:
    registered(matching, "Joost")
    tell(matching, a_part_added(network="oosterschelde", municipality="goes", organisation="smwo"))
    answer = matching.post(f"/searches/{SEARCH}/offers", by="smwo")
    assert (answer.status_code, answer.json()["options"]) == (201, [])


def test_declined_match_leaves_the_other_option(matching: Running) -> None:
    joost, samira = registered(matching, "Joost"), registered(matching, "Samira")
    tell(matching, a_part_added())
    match_id = proposed(matching, joost)
    answer = done(matching, f"/matches/{match_id}/declines", {"by": "supporter"})
    assert (answer["stage"], answer["matchId"]) == ("offered", None)
    assert [told.by for told in matching.told(MatchDeclined)] == ["supporter"]
    assert chosen(matching, samira) != match_id


def test_no_click_asks_nothing_and_keeps_that_person_away_in_this_case(matching: Running) -> None:
    joost, samira = registered(matching, "Joost", places=3), registered(matching, "Samira")
    tell(matching, a_part_added(), a_part_added("second"))
    match_id = running_match(matching, joost)

    assert done(matching, f"/matches/{match_id}/no-clicks")["stage"] == "open"

    assert [told.match_id for told in matching.told(NoClickReported)] == [match_id]
    assert [(told.supporter_id, told.reason) for told in matching.told(MatchEnded)] == [(joost, "no_click")]
    assert places_free(matching, joost) == 3
    assert offered(matching) == [samira]
    assert offered(matching, search_id_of(a_part_id("second"))) == [samira]
    other = a_case_id("another case")
    tell(matching, a_part_added("elsewhere"), about=other)
    assert joost in offered(matching, search_id_of(a_part_id("elsewhere")))


def test_somebody_else_is_wanted_while_the_supporter_is_away(matching: Running) -> None:
    joost, samira = registered(matching, "Joost"), registered(matching, "Samira")
    tell(matching, a_part_added())
    match_id = running_match(matching, joost)
    done(matching, f"/supporters/{joost}/pauses")

    assert done(matching, f"/matches/{match_id}/endings")["stage"] == "open"

    assert [(told.supporter_id, told.reason) for told in matching.told(MatchEnded)] == [
        (joost, "other_wanted")
    ]
    assert matching.told(NoClickReported) == []
    matching.look()
    assert offered(matching) == [samira]
    assert places_free(matching, joost) == 1
    done(matching, f"/supporters/{joost}/resumptions")
    matching.look()
    assert offered(matching) == [samira, joost]


def test_only_a_match_that_was_made_can_be_ended(matching: Running) -> None:
    joost = registered(matching, "Joost")
    tell(matching, a_part_added())
    match_id = proposed(matching, joost)
    answer = matching.post(f"/matches/{match_id}/endings")
    assert (answer.status_code, answer.json()["title"]) == (409, "MatchIsOver")


def test_paused_supporter_keeps_matches_and_gets_no_new_ones(matching: Running) -> None:
    joost = registered(matching, "Joost", places=3)
    tell(matching, a_part_added(), a_part_added("second"))
    running_match(matching, joost)
    second = search_id_of(a_part_id("second"))
    proposed(matching, joost, second)

    answer = done(matching, f"/supporters/{joost}/pauses")
    matching.look()

    assert answer["standing"] == "paused"
    assert [told.supporter_id for told in matching.told(SupporterPaused, joost)] == [joost]
    assert (stage(matching), stage(matching, second)) == ("running", "open")
    assert offered(matching, second) == []
    assert done(matching, f"/supporters/{joost}/resumptions")["standing"] == "active"
    assert matching.told(SupporterResumed, joost)
    matching.look()
    assert offered(matching, second) == [joost]


@pytest.mark.parametrize("erased", [False, True])
def test_who_leaves_frees_everything_and_the_search_is_open_again(matching: Running, erased: bool) -> None:
    joost = registered(matching, "Joost")
    tell(matching, a_part_added())
    running_match(matching, joost)

    done(matching, f"/supporters/{joost}/departures", {"erased": erased})

    assert stage(matching) == "open"
    assert [told.erased for told in matching.told(SupporterLeft, joost)] == [erased]
    assert [told.reason for told in matching.told(MatchEnded, CASE)] == ["supporter_left"]
    matching.look()
    (row,) = matching.get("/supporters").json()["items"]
    assert (row["standing"], row["name"]) == ("left", "gewist" if erased else "Joost")


def test_fewer_places_mean_no_new_residents(matching: Running) -> None:
    joost = registered(matching, "Joost", places=2)
    assert done(matching, f"/supporters/{joost}/places", {"places": 0})["placesFree"] == 0
    matching.look()
    tell(matching, a_part_added())
    assert offered(matching) == []


def test_command_is_applied_once(matching: Running) -> None:
    first = matching.post("/supporters", a_registration(), key="same")
    again = matching.post("/supporters", a_registration(), key="same")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    matching.look()
    assert len(matching.get("/supporters").json()["items"]) == 1
    other = matching.post("/supporters", a_registration("Samira"), key="same")
    assert other.status_code == 409


def test_refusal_is_a_clear_sentence_and_leaves_no_trace(matching: Running) -> None:
    registered(matching, "Joost")
    tell(matching, a_part_added())
    offered(matching)
    before = matching.stored()
    answer = matching.post(f"/searches/{SEARCH}/choices", {"supporterId": str(an_id("somebody"))})
    assert answer.status_code == 409
    assert answer.json()["title"] == "NotAmongTheOptions"
    assert "one of the options" in answer.json()["detail"]
    assert matching.stored() == before


MALFORMED: list[tuple[dict[str, object], str]] = [
    ({"network": "nowhere"}, "#/network"),
    ({"organisation": "gemeente_almere"}, "#/organisation"),
    ({"organisation": FORMAL}, "#/organisation"),
    ({"places": -1}, "#/places"),
    ({"languages": []}, "#/languages"),
    ({"lifeDomains": ["taxes"]}, "#/lifeDomains/0"),
    ({"reason": "tired"}, "#"),
]


def test_what_the_network_does_not_know_is_malformed(matching: Running) -> None:
    for changed, field in MALFORMED:
        answer = matching.post("/supporters", a_registration("Joost", **changed))
        assert answer.status_code == 400, answer.text
        assert [fault["pointer"] for fault in answer.json()["faults"]] == [field]
    assert matching.stored() == []


def test_experience_without_training_is_refused(matching: Running) -> None:
    answer = matching.post("/supporters", a_registration("Samira", experienceLevel="has_experience"))
    assert (answer.status_code, answer.json()["title"]) == (409, "NotTrainedAsExperienceExpert")


def test_another_organisation_finds_nothing(matching: Running) -> None:
    joost, mirjam = registered(matching, "Joost"), registered(matching, "Mirjam")
    tell(matching, a_part_added())
    match_id = proposed(matching, joost)
    stranger = "co_weet_raad"
    posts: dict[str, dict[str, object]] = {
        f"/supporters/{joost}/pauses": {},
        f"/supporters/{joost}/resumptions": {},
        f"/supporters/{joost}/places": {"places": 3},
        f"/supporters/{joost}/departures": {"erased": True},
        f"/searches/{SEARCH}/offers": {},
        f"/searches/{SEARCH}/choices": {"supporterId": str(joost)},
        f"/matches/{match_id}/acceptances": {"by": "supporter"},
        f"/matches/{match_id}/declines": {"by": "resident"},
        f"/matches/{match_id}/endings": {},
        f"/matches/{match_id}/no-clicks": {},
    }
    before = matching.stored()
    for path, body in posts.items():
        denied, absent = (
            matching.post(path, body, by=stranger),
            matching.post(_elsewhere(path), body, by=stranger),
        )
        assert (denied.status_code, absent.status_code) == (404, 404), path
        assert denied.json() == absent.json(), path
    matching.look()
    assert matching.get(f"/searches/{SEARCH}", by=stranger).status_code == 404
    assert matching.get("/searches", by=stranger).json()["items"] == []
    assert matching.get("/supporters?network=almere", by=stranger).json()["items"] == []
    assert matching.stored() == before
    own = matching.get("/supporters?network=almere", by=FORMAL).json()["items"]
    assert [row["supporterId"] for row in own] == [str(mirjam)]


def test_only_the_coordination_point_registers_for_another_organisation(matching: Running) -> None:
    denied = matching.post("/supporters", a_registration("Joost", organisation="oco_almere"), by=FORMAL)
    assert denied.status_code == 404


def _elsewhere(path: str) -> str:
    parts = path.split("/")
    parts[2] = str(UUID(int=1 << 100))
    return "/".join(parts)
