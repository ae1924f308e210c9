"""Somebody who supports residents: a volunteer, an experience expert or a professional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Created, DomainEvent, event
from chassis.sealing import Sealed
from matching.domain import errors
from matching.domain.experience import Experienced
from matching.domain.forgetting import Forgetting
from matching.domain.profile import Profile


class Standing(StrEnum):
    """Whether a supporter can be asked."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


@dataclass(frozen=True)
class Claim:
    """What a proposal or match concerns: the search that it belongs to, and whose case."""

    search_id: UUID
    case_id: UUID


class Supporter(Experienced, Forgetting):
    """Decides whether this supporter can be asked, and whether there is a place left (MAT-16, MAT-24).

    A place is one resident: a second question of the same resident takes no second place (MAT-04). Nothing
    here tells why somebody is away, and no "no click" is held against anybody (CON-12, MAT-08).
    """

    TOPIC: ClassVar[str] = "matching:Supporter"

    network: str
    profile: Profile
    languages: tuple[str, ...]
    life_domains: tuple[str, ...]
    places: int
    name: Sealed | None
    phone: Sealed | None
    standing: Standing
    erased: bool
    asked: dict[UUID, Claim]
    held: dict[UUID, Claim]

    class Registered(Created):
        """A supporter joined a network, through the organisation that answers for them; ``coordinated_by``
        names the coordination points that may propose them, in codes.
        """

        TOPIC: ClassVar[str] = "matching:Supporter.Registered"
        network: str
        coordinated_by: tuple[str, ...]
        profile: Profile
        languages: tuple[str, ...]
        life_domains: tuple[str, ...]
        places: int
        name: Sealed | None
        phone: Sealed | None

    class PlacesChanged(DomainEvent):
        """They can help more, or fewer, residents at a time than before (MAT-16)."""

        TOPIC: ClassVar[str] = "matching:Supporter.PlacesChanged"
        places: int

    class Asked(DomainEvent):
        """A resident chose them; their answer is awaited. Takes no place yet."""

        TOPIC: ClassVar[str] = "matching:Supporter.Asked"
        match_id: UUID
        claim: Claim

    class NoLongerAsked(DomainEvent):
        """The proposal is over without a match."""

        TOPIC: ClassVar[str] = "matching:Supporter.NoLongerAsked"
        match_id: UUID
        claim: Claim

    class PlaceTaken(DomainEvent):
        """Both sides said yes: the match holds a place."""

        TOPIC: ClassVar[str] = "matching:Supporter.PlaceTaken"
        match_id: UUID
        claim: Claim

    class PlaceFreed(DomainEvent):
        """The match ended."""

        TOPIC: ClassVar[str] = "matching:Supporter.PlaceFreed"
        match_id: UUID
        claim: Claim

    class Paused(DomainEvent):
        """They take a break, by their own notice and without a reason (QUA-08, CON-12)."""

        TOPIC: ClassVar[str] = "matching:Supporter.Paused"

    class Resumed(DomainEvent):
        """They are back (QUA-08)."""

        TOPIC: ClassVar[str] = "matching:Supporter.Resumed"

    class Left(DomainEvent):
        """They stopped; ``erased``: and asked that their data be forgotten."""

        TOPIC: ClassVar[str] = "matching:Supporter.Left"
        erased: bool

    @event(Registered)
    def __init__(
        self,
        network: str,
        profile: Profile,
        languages: tuple[str, ...],
        life_domains: tuple[str, ...],
        places: int,
        name: Sealed | None,
        phone: Sealed | None,
    ) -> None:
        self.network, self.profile = network, profile
        self.languages, self.life_domains, self.places = languages, life_domains, places
        self.name, self.phone = name, phone
        self.standing, self.erased = Standing.ACTIVE, False
        self.experience = None
        self.asked, self.held = {}, {}
        self.erasing, self.keeps_until, self.certificate = "kept", None, None
        self.decided_at, self.decided_role, self.decided_organisation = None, "", ""

    @classmethod
    def register(
        cls,
        supporter_id: UUID,
        *,
        network: str,
        coordinated_by: tuple[str, ...] = (),
        profile: Profile,
        languages: tuple[str, ...],
        life_domains: tuple[str, ...] = (),
        places: int,
        name: Sealed | None = None,
        phone: Sealed | None = None,
        now: datetime,
    ) -> Supporter:
        """``places``: how many residents at a time, 0 for none. Raises what ``Profile.checked`` raises."""
        profile.checked()
        if not languages:
            raise errors.SpeaksNoLanguage
        return cls.begin(
            supporter_id,
            cls.Registered,
            now=now,
            network=network,
            coordinated_by=coordinated_by,
            profile=profile,
            languages=languages,
            life_domains=life_domains,
            places=places,
            name=name,
            phone=phone,
        )

    @property
    def cases(self) -> frozenset[UUID]:
        """The cases in which this supporter holds a match."""
        return frozenset(claim.case_id for claim in self.held.values())

    @property
    def places_free(self) -> int:
        """How many more residents there is room for; never below 0."""
        return max(0, self.places - len(self.cases))

    def require_room(self, case_id: UUID) -> None:
        """Raises SupporterHasLeft, SupporterIsPaused or NoPlaceLeft when this case cannot be taken on now."""
        if self.standing is Standing.LEFT:
            raise errors.SupporterHasLeft
        if self.standing is Standing.PAUSED:
            raise errors.SupporterIsPaused
        if case_id not in self.cases and not self.places_free:
            raise errors.NoPlaceLeft

    def ask(self, match_id: UUID, claim: Claim, *, now: datetime) -> None:
        """Keep that a proposal waits for their answer. Raises what ``require_room`` raises."""
        self.require_room(claim.case_id)
        self.happened(self.Asked, now=now, match_id=match_id, claim=claim)

    @event(Asked)
    def _asked(self, match_id: UUID, claim: Claim) -> None:
        self.asked[match_id] = claim

    def drop_question(self, match_id: UUID, *, now: datetime) -> None:
        """The proposal is over; nothing happens when it was so already."""
        if match_id in self.asked:
            self.happened(self.NoLongerAsked, now=now, match_id=match_id, claim=self.asked[match_id])

    @event(NoLongerAsked)
    def _no_longer_asked(self, match_id: UUID) -> None:
        del self.asked[match_id]

    def take_place(self, match_id: UUID, *, now: datetime) -> None:
        """The match that was asked for holds a place (MAT-24). Raises what ``require_room`` raises."""
        if match_id in self.held:
            return
        if match_id not in self.asked:
            raise errors.ProposalIsOver
        self.require_room(self.asked[match_id].case_id)
        self.happened(self.PlaceTaken, now=now, match_id=match_id, claim=self.asked[match_id])

    @event(PlaceTaken)
    def _place_taken(self, match_id: UUID, claim: Claim) -> None:
        self.asked.pop(match_id, None)
        self.held[match_id] = claim

    def free_place(self, match_id: UUID, *, now: datetime) -> None:
        """The match ended; nothing happens when it was so already."""
        if match_id in self.held:
            self.happened(self.PlaceFreed, now=now, match_id=match_id, claim=self.held[match_id])

    @event(PlaceFreed)
    def _place_freed(self, match_id: UUID) -> None:
        del self.held[match_id]

    def change_places(self, places: int, *, now: datetime) -> None:
        """From now on ``places`` residents at a time. Running matches stay, also above that (MAT-16)."""
        self._require_present()
        if places != self.places:
            self.happened(self.PlacesChanged, now=now, places=places)

    @event(PlacesChanged)
    def _places_changed(self, places: int) -> None:
        self.places = places

    def pause(self, *, now: datetime) -> None:
        """A break, by own notice; no reason is asked (QUA-08). Nothing happens when they are away already."""
        self._require_present()
        if self.standing is Standing.ACTIVE:
            self.happened(self.Paused, now=now)

    @event(Paused)
    def _paused(self) -> None:
        self.standing = Standing.PAUSED

    def resume(self, *, now: datetime) -> None:
        """Back again, as easily as leaving (QUA-08)."""
        self._require_present()
        if self.standing is Standing.PAUSED:
            self.happened(self.Resumed, now=now)

    @event(Resumed)
    def _resumed(self) -> None:
        self.standing = Standing.ACTIVE

    def leave(self, *, erased: bool, now: datetime) -> None:
        """They stop. Who left before can still ask to be forgotten."""
        if self.standing is not Standing.LEFT or (erased and not self.erased):
            self.happened(self.Left, now=now, erased=erased)

    @event(Left)
    def _left(self, erased: bool) -> None:
        self.standing = Standing.LEFT
        self.experience = None
        if erased:
            self.erased, self.name, self.phone = True, None, None

    def _require_present(self) -> None:
        if self.standing is Standing.LEFT:
            raise errors.SupporterHasLeft
