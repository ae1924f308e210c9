"""Speaking or writing for the resident, held against what the network asks of the channel (CON-01)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.commands.safeguards import Representing
from casefile.domain.case import CaseFile
from casefile.domain.consent_terms import Party
from casefile.domain.involvement import Involvement
from casefile.domain.presence import ChannelAsks, Represented, check_representation
from casefile.networks import Networks

REPRESENT = "cp_represent"


def represented_in(
    networks: Networks, case: CaseFile, part_id: UUID, asked: Representing | None, now: datetime
) -> Represented | None:
    """What is logged of it; None when nobody was represented. Raises what ``check_representation`` raises."""
    if asked is None:
        return None
    rule = networks.current(case.network, now).channel(asked.channel)
    consent = consent_to_represent(case, asked.authority, part_id, now)
    return check_representation(
        Represented(
            asked.authority,
            asked.channel,
            asked.resident_present,
            asked.text_approved,
            asked.named_resident,
            consent.consent_id if consent else None,
        ),
        ChannelAsks(rule.needs_consent, rule.presence, rule.names_resident),
    )


def authority_of(asked: Representing | None) -> str | None:
    """To whom, of a contact that is logged once more; a factual call represents nobody."""
    return asked.authority if asked and asked.named_resident else None


def consent_to_represent(case: CaseFile, authority: str, part_id: UUID, now: datetime) -> Involvement | None:
    """The consent by which somebody may speak or write for the resident there about that part."""
    wanted = Party("authority", authority)
    return next(
        (
            each
            for each in case.involvements.values()
            if each.purpose == REPRESENT
            and each.party == wanted
            and each.scope.covers(part_id)
            and each.in_force(now)
        ),
        None,
    )
