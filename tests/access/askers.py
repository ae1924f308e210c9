"""Who asks: every role of the catalogue in every relation to somebody's case, and a guest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tests.support.running import As

STAFF = (
    "role_supporter",
    "role_backup",
    "role_case_manager",
    "role_coordinator",
    "role_volunteer_manager",
    "role_network_coordinator",
    "role_policy_adviser",
    "role_auditor",
    "role_administrator",
)
"""Roles that an organisation gives; with the two below and the referrer, who has no account, all twelve."""
SERVING = STAFF[:3]
RESIDENT, REPRESENTATIVE, GUEST = "role_resident", "role_representative", "guest"


@dataclass(frozen=True)
class Asker:
    """One column of the matrix; ``signs_in`` is None for who does not."""

    relation: str
    role: str
    signs_in: As | None

    def __str__(self) -> str:
        return f"{self.relation}/{self.role}"


@dataclass(frozen=True)
class Relations:
    """Who stands how to the case of a state. A relation that is not given has no column.

    ``organisations``: by relation, such as ``home`` (on whose list the case stands), ``partner`` (with
    consent), ``network`` (in the same network, without consent), ``elsewhere`` (in another network),
    ``municipality``. ``serving``: by relation, an organisation and the supporter of it who serves.
    ``barred``: the sign-in names of staff of home whose own or whose family's file it is, by role.
    """

    organisations: Mapping[str, str]
    resident: UUID
    serving: Mapping[str, tuple[str, UUID]] = field(default_factory=dict)
    barred: Mapping[str, str] = field(default_factory=dict)
    representative: UUID | None = None

    def askers(self) -> Iterator[Asker]:
        """Every column."""
        for relation, organisation in self.organisations.items():
            for role in STAFF:
                yield Asker(relation, role, As(organisation, role, f"somebody-{organisation}"))
        for relation, (organisation, supporter) in self.serving.items():
            for role in SERVING:
                yield Asker(relation, role, As(organisation, role, str(supporter)))
        for role, subject in self.barred.items():
            yield Asker("own_file", role, As(self.organisations["home"], role, subject))
        yield Asker("own", RESIDENT, As(person=self.resident))
        yield Asker("somebody_else", RESIDENT, As(person=uuid4()))
        yield Asker("somebody_else", REPRESENTATIVE, As(person=uuid4(), represents=uuid4()))
        yield Asker("not_appointed", REPRESENTATIVE, As(person=uuid4(), represents=self.resident))
        if self.representative is not None:
            yield Asker(
                "represented", REPRESENTATIVE, As(person=self.representative, represents=self.resident)
            )
            yield Asker("own_case_of_representative", RESIDENT, As(person=self.representative))
        yield Asker("guest", GUEST, None)
