"""The demo's work in a thread of its own, with its progress on standard error."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.addresses import Addresses
from deploy.commands.options import aside
from deploy.demo.asking import Asking, NotDone, Stopped
from deploy.demo.demo_folder import DemoFolder
from deploy.demo.figures import Ended, Figures, balance_now, events_counted
from deploy.demo.performing import Watching, asking_on, figures_of, play, register, scene_on
from deploy.demo.rights import Rights, rights_shown
from deploy.demo.showing import Entries, richest
from deploy.demo.stage import Playing
from deploy.demo.stories import stories
from deploy.demo.supporters import invented_supporters
from deploy.exits import Exit, Finished
from deploy.operating import Operations
from deploy.stack import Stack

COLUMNS = (
    TextColumn("{task.description:<20}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TextColumn("{task.fields[now]}", style="dim"),
)
Story = tuple[Ended, Entries]


class Work:
    """A context: inside it the work goes on; leaving it before the end stops it."""

    def __init__(self, stack: Stack, folder: DemoFolder, before: dict[str, Any] | None, began: float) -> None:
        self._stack, self._folder, self._before, self._began = stack, folder, before, began
        self._stopping = Event()
        self._found: tuple[Figures, Story | None, Rights | None] | None = None
        self._fault: BaseException | None = None
        self._progress = Progress(*COLUMNS, console=aside)
        self._thread = Thread(target=self._run, name="demo")

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to do, or it cannot be done."""
        return not self._thread.is_alive()

    def __enter__(self) -> Work:
        self._progress.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._progress.stop()

    def found(self) -> tuple[Figures, Story | None, Rights | None]:
        """The figures, the case that is told in full, and who saw whose data. Raises Finished when the work
        was not done.
        """
        if isinstance(self._fault, Stopped):
            raise Finished(Exit.INTERRUPTED, "stopped before the end")
        if isinstance(self._fault, NotDone):
            raise Finished(Exit.WRONG, str(self._fault))
        if self._fault is not None:
            raise self._fault
        if self._found is None:
            raise Finished(Exit.INTERRUPTED, "stopped before the end")
        return self._found

    def _run(self) -> None:
        try:
            operations = Operations(self._stack.folder.path, Addresses())
            with asking_on(operations, self._stack.urls, self._stopping) as asking:
                figures = self._again(operations) if self._before else self._anew(operations, asking)
                self._found = figures, richest(asking, figures.cases), rights_shown(asking, figures.cases)
        except BaseException as fault:  # told by `found`, in the main thread
            self._fault = fault

    def _anew(self, operations: Operations, asking: Asking) -> Figures:
        supporters, requests = list(invented_supporters()), stories()
        scene = scene_on(operations, asking)
        registering = self._progress.add_task("supporters", total=len(supporters), now="")
        register(scene, supporters, lambda many: self._progress.update(registering, completed=many))
        self._say(f"{len(supporters)} supporters are registered in two networks")
        self._requests = self._progress.add_task("requests", total=len(requests), now="")
        self._ends: set[str] = set()
        played = play(operations, scene, requests, Watching(step=self._step, moved=self._moved))
        self._progress.update(self._requests, now="counting")
        figures = figures_of(operations, scene, played, self._began)
        self._progress.update(self._requests, now="")
        if not figures.wrong():
            self._folder.keep(figures.to_keep())
        return figures

    def _again(self, operations: Operations) -> Figures:
        before = self._before or {}
        self._say("this demo was played before; nothing is played twice")
        return Figures(
            events=events_counted(operations),
            latency=before["latency"],
            balance=balance_now(operations),
            cases=[Ended(**case) for case in before["cases"]],
            addresses=dict(self._stack.urls),
            seconds=before["seconds"],
        )

    def _step(self, one: Playing) -> None:
        if one.until is None:
            self._ends.add(one.case.story.key)
        words = f"{one.case.number}  {one.case.step}"
        self._progress.update(self._requests, completed=len(self._ends), now=words)

    def _moved(self, day: timedelta) -> None:
        self._progress.update(self._requests, now=f"the clock moves to day {day.days}")
        self._say(f"{len(self._ends)} requests are at their end; the clock moves to day {day.days}")

    def _say(self, line: str) -> None:
        self._progress.console.print(f"  {time.monotonic() - self._began:5.1f} s  {line}", markup=False)
