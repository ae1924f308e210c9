"""What the demo promises to show is in its stories."""

from __future__ import annotations

import re
from collections import Counter

from contracts.codes import codes, facts
from contracts.network import Network
from deploy.demo.measuring import Measured
from deploy.demo.plots import PLOTS
from deploy.demo.stories import stories
from deploy.demo.supporters import invented_supporters
from deploy.home import NETWORKS
from deploy.networks import load_all


def networks() -> dict[str, Network]:
    return {network.id: network for network in load_all(NETWORKS)}


def test_every_source_and_every_plot_is_used() -> None:
    assert len(stories()) == 30
    assert {story.source for story in stories()} == set(codes("referral_sources"))
    assert {story.plot for story in stories()} == set(PLOTS)
    assert Counter(story.network for story in stories()) == {"almere": 16, "oosterschelde": 14}


def test_many_ask_for_somebody_else_in_several_languages() -> None:
    assert sum(story.requester.relation != "resident" for story in stories()) > 20
    assert {language for story in stories() for language in story.languages} >= {"nl", "ar", "tr", "pl", "uk"}
    assert sum(len(story.parts) > 1 for story in stories()) >= 5


def test_pilot_light_contact_only_where_it_is_offered() -> None:
    known = networks()
    for story in stories():
        if story.waakvlam:
            assert known[story.network].switches.waakvlam, story.key
    outcomes = {story.waakvlam.outcome for story in stories() if story.waakvlam}
    assert len(outcomes) >= 5


def test_seventy_five_and_thirty_supporters_of_every_kind() -> None:
    supporters = list(invented_supporters())
    assert Counter(each.body["network"] for each in supporters) == {"almere": 75, "oosterschelde": 30}
    assert {each.body["kind"] for each in supporters} == set(codes("supporter_kinds"))
    assert {each.body["experienceLevel"] for each in supporters} >= set(codes("experience_levels"))
    assert {(each.body["kind"], each.body["paid"]) for each in supporters} >= {
        ("volunteer", True),
        ("volunteer", False),
        ("experience_expert", True),
        ("experience_expert", False),
    }
    for each in supporters:
        if each.body["kind"] == "experience_expert":
            assert facts("experience_levels", each.body["experienceLevel"])["level"] == 3


def test_nobody_can_be_mistaken_for_somebody_who_exists() -> None:
    names = [each.body["name"] for each in invented_supporters()]
    assert len(set(names)) == len(names)
    phones = [each.body["phone"] for each in invented_supporters()]
    phones += [story.resident.phone for story in stories() if story.resident.phone]
    phones += [story.requester.phone for story in stories() if story.requester.phone]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"06-0\d{7}|0\d{2,3}-0\d{5,6}", phone) for phone in phones)


def test_waiting_times_are_summed_up_by_nearest_rank() -> None:
    measured = Measured()
    for milliseconds in range(1, 101):
        measured.add("wait", milliseconds / 1000)
    assert measured.summary() == {"wait": {"median": 50.5, "p99": 99.0, "n": 100}}
