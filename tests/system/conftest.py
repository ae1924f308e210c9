"""A whole Waakvlam on real servers, in which a few of the demo's stories were played to their ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from tests.system.sampling import Sampling

from deploy.addresses import Addresses
from deploy.demo.case_in_play import CaseInPlay, Scene
from deploy.demo.figures import Figures
from deploy.demo.performing import Watching, asking_on, figures_of, play, register, scene_on
from deploy.demo.portal_token import PortalToken
from deploy.demo.stage import Playing
from deploy.demo.stories import Story, stories
from deploy.demo.supporters import InventedSupporter, invented_supporters
from deploy.operating import Operations
from deploy.stack import Stack

CHOSEN = {
    "long_road",
    "supporter_pauses",
    "consent_withdrawn",
    "handover_silent",
    "nobody_fits",
    "declined",
}
"""Together they need every rule that crosses a border; one of each, and the one with a safety risk."""


def chosen_stories() -> list[Story]:
    """Seven stories: one of each plot, and the referral by the police."""
    first = {story.plot: story for story in reversed(stories()) if story.plot in CHOSEN}
    risky = [story for story in stories() if story.source == "ref_politie"]
    return [*first.values(), *risky]


def receiving(scene: Scene, chosen: list[Story]) -> set[str]:
    """The organisations that receive these requests, on whose lists the cases stand."""
    today = scene.clock.now().date()
    return {
        scene.networks[story.network].receiving_organisation(story.municipality, story.door, today)
        for story in chosen
    }


@dataclass
class Played:
    """A running Waakvlam after the stories; use it, and leave it as it is."""

    stack: Stack
    operations: Operations
    stories: list[Story]
    supporters: list[InventedSupporter]
    played: list[Playing]
    figures: Figures
    sampling: Sampling

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.stack.folder.path

    def case(self, plot: str) -> CaseInPlay:
        """The case of the story that went this way."""
        return next(one.case for one in self.played if one.case.story.plot == plot)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Servers, services, supporters, and the stories played while somebody looks on all the time."""
    data = tmp_path_factory.mktemp("system") / "data"
    supporters, chosen = list(invented_supporters()), chosen_stories()
    began = time.monotonic()
    with Stack(data, Addresses(), adjustable=True) as stack:
        PortalToken(stack.folder.secrets).keep_fresh()
        operations = Operations(data, Addresses())
        with asking_on(operations, stack.urls, Event()) as asking:
            scene = scene_on(operations, asking)
            register(scene, supporters, lambda _many: None)
            with Sampling(stack.urls["casefile"], operations, receiving(scene, chosen)) as sampling:
                played = play(operations, scene, chosen, Watching())
            figures = figures_of(operations, scene, played, began)
        yield Played(stack, operations, chosen, supporters, played, figures, sampling)
