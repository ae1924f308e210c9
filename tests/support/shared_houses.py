"""An invented domain for the feed to partners: houses with rooms, told to who takes part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from chassis.access.policies import Policies
from chassis.access.scope import Held
from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.guards import Grant, GrantsEnd
from chassis.sharing.telling import About, Telling
from chassis.store.saving import Mappings
from contracts.envelope import ContractEvent
from deploy.parties import Partner

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

SCHEMA = """
entity Partner { organisation: String };
entity House;
action shareWithPartner appliesTo {
    principal: Partner, resource: House,
    context: { whole: Set<String>, covering: Set<String>, any: Set<String>, category: String }
};
"""
POLICY = """
@id("share-with-partner")
@nl("Een organisatie hoort wat er gebeurt in wat zij doet of waarvoor toestemming is.")
permit (principal, action == Action::"shareWithPartner", resource)
when { context.covering.containsAny(["participation", "consent"]) };
"""


def house_policies() -> Policies:
    """Who takes part or has consent is told."""
    return Policies({"share.cedar": POLICY}, SCHEMA)


class RoomLit(ContractEvent):
    """Rooms were lit; none named: the whole house."""

    TYPE = "nl.ondersteuningsvragen.room-lit.v1"
    SUBJECT = "cases.lamps.room-lit.v1"
    SOURCE = "lamps"

    rooms: tuple[UUID, ...]
    category: str = "light"


class HouseSold(ContractEvent):
    """Nobody else's business."""

    TYPE = "nl.ondersteuningsvragen.house-sold.v1"
    SUBJECT = "cases.lamps.house-sold.v1"
    SOURCE = "lamps"


class House(Aggregate):
    """A house in which organisations take part."""

    TOPIC = "lamps:House"

    class Built(Created):
        TOPIC = "lamps:House.Built"

    class LetIn(DomainEvent):
        TOPIC = "lamps:House.LetIn"
        grantee: str
        room: UUID | None
        kind: str
        consent: UUID
        categories: tuple[str, ...]
        until: datetime | None

    class ShownOut(DomainEvent):
        TOPIC = "lamps:House.ShownOut"
        consent: UUID

    class Lit(DomainEvent):
        TOPIC = "lamps:House.Lit"
        rooms: tuple[UUID, ...]
        category: str

    class Sold(DomainEvent):
        TOPIC = "lamps:House.Sold"

    @event(Built)
    def __init__(self) -> None:
        self.consents: tuple[UUID, ...] = ()

    @classmethod
    def build(cls, house_id: UUID | None = None) -> House:
        return cls.begin(house_id or uuid4(), House.Built, now=NOON)

    def let_in(
        self,
        organisation: str,
        room: UUID | None = None,
        *,
        role: str = "coordinator",
        kind: str = "consent",
        categories: Sequence[str] = ("*",),
        until: datetime | None = None,
    ) -> UUID:
        """Somebody may see; the consent by which."""
        consent, grantee = uuid4(), organisation if ":" in organisation else f"{role}@{organisation}"
        self.happened(
            House.LetIn, now=NOON, grantee=grantee, room=room, kind=kind, consent=consent,
            categories=tuple(categories), until=until,
        )  # fmt: skip
        return consent

    def show_out(self, consent: UUID) -> None:
        """What was allowed is not any more."""
        self.happened(House.ShownOut, now=NOON, consent=consent)

    def light(self, *rooms: UUID, category: str = "light") -> None:
        self.happened(House.Lit, now=NOON, rooms=rooms, category=category)

    def sell(self) -> None:
        self.happened(House.Sold, now=NOON)

    @event(LetIn)
    def _let_in(self, consent: UUID) -> None:
        self.consents = (*self.consents, consent)

    @event(ShownOut)
    def _shown_out(self, consent: UUID) -> None:
        self.consents = tuple(each for each in self.consents if each != consent)

    @event(Lit)
    def _lit(self) -> None:
        pass

    @event(Sold)
    def _sold(self) -> None:
        pass


def publish(fact: DomainEvent, _house: House) -> Iterator[ContractEvent]:
    """The houses' door outwards."""
    match fact:
        case House.Lit():
            yield RoomLit(rooms=fact.rooms, category=fact.category)
        case House.Sold():
            yield HouseSold()


def guard(fact: DomainEvent, house: House) -> Iterable[Grant | GrantsEnd]:
    """Who may see."""
    match fact:
        case House.LetIn():
            consent = fact.consent if fact.kind == "consent" else None
            return [
                Grant(
                    house.id, fact.room, fact.grantee, fact.kind, fact.consent, NOON,  # type: ignore[arg-type]
                    fact.until, consent, fact.categories,
                )
            ]  # fmt: skip
        case House.ShownOut():
            return [GrantsEnd(house.id, fact.timestamp, consent_id=fact.consent)]
    return []


HOUSES = Mappings(publish, guard, bound=False)


class HouseTeller:
    """Tells who may know which rooms were lit."""

    def about(self, message: bytes) -> About | None:
        told = json.loads(message)
        if told["type"] != RoomLit.TYPE:
            return None
        data = told["data"]
        return About(tuple(map(UUID, data["rooms"])), data["category"], (UUID(told["subject"]),))

    def tell(
        self, message: bytes, organisation: str, parts: Sequence[UUID], grounds: Sequence[Held], position: int
    ) -> Telling:
        told, partner = json.loads(message), Partner(organisation)
        body = {"rooms": sorted(map(str, parts)), "position": position, "house": told["subject"]}
        message_id = str(uuid5(UUID(told["id"]), organisation))
        subject = partner.subjects.replace(">", "room-lit.v1")
        return Telling(partner.stream, subject, message_id, json.dumps(body).encode())
