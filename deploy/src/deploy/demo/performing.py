"""The demo from a running stack to its figures: supporters registered, stories played, everything counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

from deploy.demo.asking import Asking, NotDone, Refusal
from deploy.demo.case_in_play import Scene
from deploy.demo.figures import Ended, Figures, balance_now, events_counted
from deploy.demo.measuring import Measured
from deploy.demo.moving_clock import MovingClock
from deploy.demo.stage import AT_ONCE, Playing, Stage
from deploy.demo.stories import Story
from deploy.demo.supporters import InventedSupporter
from deploy.demo.voices import Tokens, coordinator_of
from deploy.home import NETWORKS
from deploy.networks import load_all
from deploy.operating import Operations

QUIET_WITHIN = 30.0


@dataclass(frozen=True)
class Watching:
    """Who looks on: at supporters registered, at steps of stories, at days that pass."""

    registered: Callable[[int], None] = lambda _many: None
    step: Callable[[Playing], None] = lambda _one: None
    moved: Callable[[timedelta], None] = lambda _day: None


@contextmanager
def asking_on(operations: Operations, urls: Mapping[str, str], stopping: Event) -> Iterator[Asking]:
    """Asking the services that run there, under keys of this run's own."""
    asking = Asking(urls, Tokens(operations.folder.secrets), uuid4().hex[:12], stopping)
    try:
        yield asking
    finally:
        asking.close()


def scene_on(operations: Operations, asking: Asking) -> Scene:
    """What a demo works with on a running stack whose clock may be moved."""
    networks = {network.id: network for network in load_all(NETWORKS)}
    clock = MovingClock(lambda service: operations.connected(service, "owner"))
    return Scene(asking, clock, networks, Measured())


def register(scene: Scene, supporters: Sequence[InventedSupporter], told: Callable[[int], None]) -> None:
    """Register everybody through the own organisation's coordinator, and wait until all can be found.

    Raises NotDone.
    """

    def one(supporter: InventedSupporter) -> None:
        voice = coordinator_of(supporter.organisation)
        try:
            answer = scene.asking.do(voice, "matching", "/supporters", supporter.body, supporter.key)
        except Refusal as refusal:
            raise NotDone(f"{supporter.key} cannot be registered: {refusal}") from refusal
        if supporter.kept_back:
            scene.kept_back.add(answer["supporterId"])

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="supporters") as threads:
        for many, _ in enumerate(threads.map(one, supporters), 1):
            told(many)
    for organisation, wanted in Counter(each.organisation for each in supporters).items():
        _until_found(scene, organisation, wanted)


def play(operations: Operations, scene: Scene, stories: Iterable[Story], watching: Watching) -> list[Playing]:
    """Every story to its end. Raises Stopped."""
    stage = Stage(scene, quiet=lambda: until_quiet(operations, scene), told=watching.step)
    return stage.play(stories, watching.moved)


def until_quiet(operations: Operations, scene: Scene) -> None:
    """Nothing is on its way between services; gives up after a while: the account says what waits."""

    def quiet() -> bool | None:
        return all(one.settled for one in balance_now(operations)) or None

    scene.asking.until(quiet, QUIET_WITHIN)


def figures_of(operations: Operations, scene: Scene, played: Sequence[Playing], began: float) -> Figures:
    """Everything counted, once all is quiet; ``began``: `time.monotonic()` at the start."""
    until_quiet(operations, scene)
    return Figures(
        events=events_counted(operations),
        latency=scene.measured.summary(),
        balance=balance_now(operations),
        cases=[_ended(one) for one in played],
        addresses=scene.asking.urls,
        seconds=time.monotonic() - began,
    )


def _ended(one: Playing) -> Ended:
    case, fault = one.case, one.fault
    told: dict[str, Any] | None = None
    if fault is None and case.story.plot != "declined":
        told = case.look("casefile", f"/cases/{case.case_id}")
        if told is None or told["state"] != "closed":
            fault = str(case.not_done("the case did not stay closed"))
    state = str(told["state"]) if told else "unfinished" if fault else "declined"
    return Ended(
        number=case.number,
        case_id=case.case_id,
        network=case.story.network,
        organisation=case.organisation,
        plot=case.story.plot,
        state=state,
        closed_for=told["closedFor"] if told else None,
        fault=fault,
    )


def _until_found(scene: Scene, organisation: str, wanted: int) -> None:
    voice = coordinator_of(organisation)

    def found() -> bool | None:
        return sum(1 for _ in scene.asking.items(voice, "matching", "/supporters")) >= wanted or None

    if scene.asking.until(found) is None:
        raise NotDone(f"the supporters of {organisation} do not show in their list")
