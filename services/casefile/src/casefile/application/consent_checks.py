"""Codes by which a professional at the table asks whether consent exists (CON-02).

Whether it does is not worked out when somebody asks: the guards say so. A code holds a grant for as long as
the consent behind it is in force, so that withdrawing it ends the yes in the same transaction (P18).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, get_args
from uuid import UUID, uuid4, uuid5

from casefile.application.at_hand import AtHand
from casefile.application.representing import consent_to_represent
from casefile.application.standing import Answer
from casefile.commands.safeguards import GiveCheckCode
from casefile.domain.case import CaseFile
from casefile.domain.consent_check import CODE, ConsentCheck, code_holder
from casefile.domain.errors import PartUnknown
from casefile.domain.safeguard_errors import NothingToCheck, NotServedByThem
from casefile.networks import Networks
from chassis.access.access import Access
from chassis.access.asking import Asking
from chassis.clock import Clock
from chassis.codes import Codes, Tries
from chassis.signin import Caller
from chassis.store.store import Decided, Store
from contracts.network import Channel, Presence

CODE_LENGTH = 16
"""80 bits; in four groups of four it can still be said over the phone."""
ACTIVITY = "casefile.check-consent"
WITHIN = timedelta(minutes=10)
PER_CODE, PER_ADDRESS, OVERALL = 10, 60, 1200
"""How often may be asked in ten minutes: codes that begin alike, from one address, and at all.

In this order, and who must wait counts no further: one address cannot use up what is there for everybody.
"""
_NOWHERE = UUID("a2c6b9c0-64f4-4b0f-8b7e-0a3e6c1d5f02")

Said = Literal["yes", "no"]


_STRICT: tuple[Presence, ...] = ("none", "text_approved", "present")


@dataclass(frozen=True, slots=True)
class Checked:
    """Nothing but this. ``reminder``: what each channel asks here, the same whatever the answer is."""

    consent: Said
    reminder: Mapping[Channel, Presence]


@dataclass(frozen=True, slots=True)
class CheckTools:
    """``asked_by``: a store for whoever holds that grantee string."""

    codes: Codes
    tries: Tries
    asked_by: Callable[[str], Store]


class ConsentChecks:
    """Giving codes, and answering who shows one."""

    def __init__(
        self,
        store: Store,
        networks: Networks,
        clock: Clock,
        access: Access,
        tools: CheckTools,
    ) -> None:
        self._store, self._networks, self._clock = store, networks, clock
        self._access, self._codes = access, tools.codes
        self._tries, self._asked_by = tools.tries, tools.asked_by

    def give_code(self, caller: Caller, case_id: UUID, asked: GiveCheckCode) -> Answer:
        """A code for one supporter and authority, about one part or topic.

        The kept answer is without the code: that is made of its id and the key each time it is answered.
        Raises NotFound, PartUnknown, NotServedByThem, NothingToCheck.
        """
        check_id = uuid4()
        self._access.changing(caller.asking, "giveConsentCheckCode", case_id, asked.part_id, resource="Case")

        def decide() -> Decided:
            case, now = AtHand(self._store).case(case_id), self._clock.now()
            part_ids = _parts_about(case, asked)
            if not all(_is_served(case, part_id, asked.supporter_id) for part_id in part_ids):
                raise NotServedByThem
            network = self._networks.current(case.network, now)
            until = now + timedelta(days=network.safeguards.consent_check_days)
            consents = [consent_to_represent(case, asked.authority, each, now) for each in part_ids]
            consent = consents[0] if consents else None
            if consent is None or any(each != consent for each in consents):
                raise NothingToCheck
            if consent.scope.valid_until:
                until = min(until, consent.scope.valid_until)
            check = ConsentCheck.give_code(
                check_id,
                case.id,
                case.resident,
                supporter_id=asked.supporter_id,
                part_ids=part_ids,
                authority=asked.authority,
                consent_id=consent.consent_id,
                valid_until=until,
                digest=self._codes.digest(CODE, self.code(check_id)),
                now=now,
            )
            caller.asking.saw(persons=[case.resident], subjects=[check_id])
            return Decided([check], {"checkId": str(check_id), "validUntil": until.isoformat()})

        return self._store.once(caller, decide)

    def code(self, check_id: UUID) -> str:
        """The code of a check."""
        return self._codes.derived(CODE, check_id, CODE_LENGTH)

    def check(self, asking: Asking, code: str, address: str) -> Checked:
        """Yes or no; the same steps for a code that is unknown, expired or withdrawn. Raises TooManyTries.

        Recorded in the transaction that looked, also a no: what was asked of which code.
        """
        digest = self._codes.digest(CODE, code)
        self._tries.count(f"consent-check|address|{address}", PER_ADDRESS, WITHIN)
        self._tries.count(f"consent-check|{digest[:2].hex()}", PER_CODE, WITHIN)
        self._tries.count("consent-check", OVERALL, WITHIN)
        led = self._store.look_up(CODE, digest)
        case_id, check_id = led or (uuid5(_NOWHERE, "case"), uuid5(_NOWHERE, digest.hex()))
        holder = code_holder(check_id)
        check = self._asked_by(holder).find(ConsentCheck, check_id)
        asking.who = holder
        if check:
            asking.principal = replace(asking.principal, organisation=check.authority)
        supporter = check.supporter_id if check else uuid5(_NOWHERE, "supporter")
        serving = tuple(f"{role}:{supporter}" for role in ("role_supporter", "role_case_manager"))
        asking.grantees = (holder, *serving)
        with self._access.reading(asking, "checkConsent", activity=ACTIVITY) as look:
            look.listing(resource="ConsentCheck")
            held = look.hold([case_id]).get(case_id)
            part_ids = check.part_ids if check else ()
            allowed = {each.part_id for each in held.held if each.grantee == holder} if held else set()
            served = [each for each in held.held if each.grantee != holder] if held else []
            said: Said = (
                "yes"
                if part_ids
                and all(part_id in allowed for part_id in part_ids)
                and all(any(each.covers(part_id) for each in served) for part_id in part_ids)
                else "no"
            )
            if check:
                look.saw(subjects=[case_id, check_id], persons=[check.resident], parts=check.part_ids)
            look.listing(resource="ConsentCheck", answer=said)
        return Checked(said, self._reminder())

    def _reminder(self) -> dict[Channel, Presence]:
        """By channel the strictest of the networks here: one network's own rule would tell of the case."""
        networks = [network for _, network in self._networks.all_current(self._clock.now())]
        return {
            channel: max((each.channel(channel).presence for each in networks), key=_STRICT.index)
            for channel in get_args(Channel)
        }


def _parts_about(case: CaseFile, asked: GiveCheckCode) -> tuple[UUID, ...]:
    if asked.part_id is not None:
        return (case.open_part(asked.part_id).part_id,)
    found = tuple(part.part_id for part in case.open_parts() if asked.topic in part.asked.life_domains)
    if not found:
        raise PartUnknown
    return found


def _is_served(case: CaseFile, part_id: UUID, supporter_id: UUID) -> bool:
    return any(each.supporter_id == supporter_id for each in case.parts[part_id].people())
