"""Plays stories side by side, and lets time pass for all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta

from deploy.demo.asking import Stopped
from deploy.demo.case_in_play import CaseInPlay, Scene
from deploy.demo.moves import Waits
from deploy.demo.plots import PLOTS
from deploy.demo.stories import Story

AT_ONCE = 6


@dataclass
class Playing:
    """A story, how far it is, and what went wrong with it. ``until``: None when it ended."""

    case: CaseInPlay
    waits: Waits
    until: timedelta | None = timedelta(0)
    fault: str | None = None

    def go_on(self) -> None:
        """Play on until time has to pass, or to the end. Raises Stopped."""
        today = self.case.scene.clock.day
        try:
            for day in self.waits:
                if day > today():
                    self.until = day
                    return
        except Stopped:
            raise
        except Exception as fault:  # one case that fails must not take the others along
            self.fault = _words(self.case, fault)
        self.until = None


class Stage:
    """``told``: called at every step of every case, from its thread. ``quiet``: waits until nothing is on its
    way between services, so that no answer is late only because the clock moved.
    """

    def __init__(
        self, scene: Scene, *, quiet: Callable[[], None], told: Callable[[Playing], None] = lambda _one: None
    ) -> None:
        self._scene, self._quiet, self._told = scene, quiet, told

    def play(self, stories: Iterable[Story], moved: Callable[[timedelta], None]) -> list[Playing]:
        """Every story to its end; ``moved`` is told before the clock moves. Raises Stopped."""
        everything = [self._begun(story) for story in stories]
        while waiting := [one for one in everything if one.until is not None]:
            day = min(one.until for one in waiting if one.until is not None)
            if day > self._scene.clock.day():
                moved(day)
                self._quiet()
                self._scene.clock.move_to(day)
            self._go_on([one for one in waiting if one.until is not None and one.until <= day])
        return everything

    def _begun(self, story: Story) -> Playing:
        case = CaseInPlay(self._scene, story)
        playing = Playing(case, PLOTS[story.plot](case))
        case.told = lambda _case: self._told(playing)
        return playing

    def _go_on(self, cases: list[Playing]) -> None:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="case") as threads:
            try:
                for done in as_completed([threads.submit(one.go_on) for one in cases]):
                    done.result()
            except BaseException:
                self._scene.asking.stopping.set()
                threads.shutdown(cancel_futures=True)
                raise
        for one in cases:
            self._told(one)


def _words(case: CaseInPlay, fault: Exception) -> str:
    known = str(fault)
    return known if known.startswith("case ") else str(case.not_done(f"{type(fault).__name__}: {known}"))
