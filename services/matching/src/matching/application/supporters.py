"""What people ask about supporters: one short method per command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.clock import Clock
from chassis.signin import Caller
from chassis.store.errors import NotAllowed
from chassis.store.store import Decided, Store
from matching.application.at_hand import AtHand
from matching.application.erasing import rule_for
from matching.application.permission import Permission
from matching.commands import RegisterSupporter, ShareExperience
from matching.domain import pairing
from matching.domain.experience import PURPOSE, ConsentProof, Experience
from matching.domain.profile import Profile
from matching.domain.supporter import Supporter
from matching.networks import NetworkNow, Networks
from matching.sealing import Sealing

Answer = dict[str, Any]
Step = Callable[[AtHand, Supporter, datetime], None]


class Supporters:
    """Each command is applied once per idempotency key (promise P3)."""

    def __init__(
        self, store: Store, networks: Networks, sealing: Sealing, permission: Permission, clock: Clock
    ) -> None:
        self._store, self._networks, self._sealing, self._clock = store, networks, sealing, clock
        self._permission = permission

    def register(self, caller: Caller, asked: RegisterSupporter) -> Answer:
        """A supporter of the caller's organisation, or (from the coordination point) of another (MAT-22).

        Raises UnknownHere, NotAllowed and what ``Supporter.register`` raises.
        """

        def decide() -> Decided:
            self._permission.at_organisation(caller.asking, "registerSupporter")
            now, supporter_id = self._clock.now(), uuid4()
            here = self._networks.now(asked.network, now)
            organisation = asked.organisation or caller.organisation
            _require_looks_after(caller, organisation, here)
            here.check_supporters(organisation, asked.kind.formality)
            supporter = Supporter.register(
                supporter_id,
                network=asked.network,
                coordinated_by=here.coordination_points,
                profile=Profile(asked.kind, asked.experience_level, asked.paid, organisation),
                languages=tuple(asked.languages),
                life_domains=tuple(asked.life_domains),
                places=asked.places,
                name=self._sealing.of_supporter(supporter_id, "name", asked.name),
                phone=self._sealing.of_supporter(supporter_id, "phone", asked.phone),
                now=now,
            )
            return Decided([supporter], _standing(supporter))

        return self._store.once(caller, decide)

    def change_places(self, caller: Caller, supporter_id: UUID, places: int) -> Answer:
        """Raises SupporterHasLeft (MAT-16)."""
        return self._change(
            caller,
            "changePlaces",
            supporter_id,
            lambda _, supporter, now: supporter.change_places(places, now=now),
        )

    def pause(self, caller: Caller, supporter_id: UUID) -> Answer:
        """A break, no reason asked; open proposals go back to choice (QUA-08, QUA-09)."""

        def step(at_hand: AtHand, supporter: Supporter, now: datetime) -> None:
            asked = {claim.search_id for claim in supporter.asked.values()}
            pairing.pause(supporter, at_hand.searches(asked), now=now)

        return self._change(caller, "pauseSupporter", supporter_id, step)

    def resume(self, caller: Caller, supporter_id: UUID) -> Answer:
        """Back again (QUA-08)."""
        return self._change(
            caller, "resumeSupporter", supporter_id, lambda _, supporter, now: supporter.resume(now=now)
        )

    def share_experience(self, caller: Caller, supporter_id: UUID, asked: ShareExperience) -> Answer:
        """With their own consent, to a text that is in force (CON-13). Raises ConsentTextNotInForce."""
        consent_id = uuid4()

        def step(at_hand: AtHand, supporter: Supporter, now: datetime) -> None:
            here = self._networks.now(supporter.network, now)
            language = here.language_in_force(PURPOSE, asked.text.id, asked.text.sha256)
            domains = self._sealing.of_experience(supporter_id, asked.life_domains)
            proof = ConsentProof(
                asked.text.id, asked.text.sha256, language, asked.way, now, caller.principal.role
            )
            supporter.share_experience(Experience(consent_id, domains, asked.shown), proof, now=now)

        return self._change(caller, "shareExperience", supporter_id, step)

    def withdraw_experience(self, caller: Caller, supporter_id: UUID) -> Answer:
        """It is used for nothing from now on (CON-12). Raises NoExperienceShared."""
        return self._change(
            caller,
            "withdrawExperience",
            supporter_id,
            lambda _, supporter, now: supporter.withdraw_experience(now=now),
        )

    def leave(self, caller: Caller, supporter_id: UUID, *, erased: bool) -> Answer:
        """They stop: matches end and their searches are open again, in the same save (QUA-09).

        ``erased``: and want to be forgotten; done by a worker, unless the retention table says later or no.
        """

        def step(at_hand: AtHand, supporter: Supporter, now: datetime) -> None:
            claims = (*supporter.asked.values(), *supporter.held.values())
            searches = at_hand.searches({claim.search_id for claim in claims})
            rule = rule_for(self._networks, supporter, now)
            stopped = bool(erased and rule and rule.holds(now))
            pairing.leave(supporter, searches, erased=erased and not stopped, now=now)
            if erased and not stopped:
                supporter.decide_erasure(
                    role=caller.principal.role, organisation=caller.organisation, now=now
                )
                return
            supporter.begin_term(rule, now=now)
            if stopped and rule:
                supporter.answer_erasure(rule, now=now)

        return self._change(caller, "letSupporterLeave", supporter_id, step)

    def _change(self, caller: Caller, action: str, supporter_id: UUID, step: Step) -> Answer:
        def decide() -> Decided:
            now, at_hand = self._clock.now(), AtHand(self._store)
            supporter = at_hand.supporter(supporter_id)
            self._permission.about_supporter(caller.asking, action, supporter)
            step(at_hand, supporter, now)
            return Decided(at_hand.changed(), _standing(supporter))

        return self._store.once(caller, decide)


def _require_looks_after(caller: Caller, organisation: str, here: NetworkNow) -> None:
    if organisation != caller.organisation and not here.coordinates(caller.organisation):
        raise NotAllowed


def _standing(supporter: Supporter) -> Answer:
    return {
        "supporterId": str(supporter.id),
        "organisation": supporter.profile.organisation,
        "standing": supporter.standing.value,
        "places": supporter.places,
        "placesFree": supporter.places_free,
        "erasing": supporter.erasing,
    }
