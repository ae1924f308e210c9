"""One request and its case while it is played: who it is about, where it stands, what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from contracts.network import Network
from deploy.demo.asking import PATIENCE, Answer, Asking, NotDone, Refusal
from deploy.demo.measuring import Measured
from deploy.demo.moving_clock import MovingClock
from deploy.demo.stories import Story
from deploy.demo.voices import Voice, coordinator_of, resident

T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """What all cases share. ``kept_back``: supporters whom only who has nobody else chooses."""

    asking: Asking
    clock: MovingClock
    networks: dict[str, Network]
    measured: Measured
    kept_back: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Chosen:
    """A supporter whom the resident chose and who said yes."""

    supporter_id: str
    organisation: str
    formality: str
    match_id: str


@dataclass
class CaseInPlay:
    """A story being played. ``parts``: their ids, in the story's order; ``served_by``: who for each;
    ``consents``: what the resident agreed to, by party.
    """

    scene: Scene
    story: Story
    told: Callable[[CaseInPlay], None] = lambda _case: None
    case_id: str = ""
    number: str = ""
    organisation: str = ""
    person_id: str = ""
    consents: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    served_by: dict[str, Chosen] = field(default_factory=dict)
    steps: int = 0
    step: str = "begins"

    @property
    def coordinator(self) -> Voice:
        """Who takes care of it: the receiving organisation's coordinator."""
        return coordinator_of(self.organisation)

    @property
    def resident(self) -> Voice:
        """Whose case it is."""
        return resident(self.person_id)

    @property
    def network(self) -> Network:
        """The network's configuration."""
        return self.scene.networks[self.story.network]

    @contextmanager
    def doing(self, step: str) -> Iterator[None]:
        """Names the step, so that a fault inside tells which case and what was tried."""
        self.step, self.steps = step, self.steps + 1
        self.told(self)
        try:
            yield
        except Refusal as refusal:
            raise self.not_done(f"refused, {refusal}") from refusal
        except NotDone as fault:
            raise self.not_done(str(fault)) from fault

    def do(self, service: str, path: str, body: Answer | None = None, *, by: Voice | None = None) -> Answer:
        """A command, by the coordinator unless somebody else is named. Raises Refusal, NotDone."""
        self.steps += 1
        key = f"{self.story.key}-{self.steps}"
        return self.scene.asking.do(by or self.coordinator, service, path, body or {}, key)

    def look(self, service: str, path: str, *, by: Voice | None = None) -> Answer | None:
        """A question; None when there is no such thing (yet)."""
        return self.scene.asking.look(by or self.coordinator, service, path)

    def until(self, fact: Callable[[], T | None], what: str, within: float = PATIENCE) -> T:
        """The fact's first value; raises NotDone saying what did not come."""
        found = self.scene.asking.until(fact, within)
        if found is None:
            raise NotDone(f"{what} did not come within {within:.0f} s")
        return found

    def not_done(self, why: str) -> NotDone:
        """The fault of this case, at this step."""
        return NotDone(f"case {self.number or self.story.key}, {self.step}: {why}")
