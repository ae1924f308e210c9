"""What matching tells the others, and in which words: the only door outwards."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from contracts import matching as contract
from contracts.envelope import ContractEvent
from matching.domain.choosing import Stage
from matching.domain.need import Option
from matching.domain.profile import Formality
from matching.domain.search import Search
from matching.domain.supporter import Supporter


def publish(event: DomainEvent, aggregate: Aggregate) -> Iterator[ContractEvent]:
    """The contract events of a private one; nothing for what is matching's own business.

    Of a supporter only ids and kinds go out; that places are taken or people asked stays here.
    """
    if isinstance(aggregate, Supporter):
        yield from _of_supporter(event, aggregate)
    elif isinstance(aggregate, Search):
        yield from _of_choice(event, aggregate)
        yield from _of_match(event, aggregate)


def _of_supporter(event: DomainEvent, supporter: Supporter) -> Iterator[ContractEvent]:
    match event:
        case Supporter.Paused():
            yield contract.SupporterPaused(supporter_id=supporter.id)
        case Supporter.Resumed():
            yield contract.SupporterResumed(supporter_id=supporter.id)
        case Supporter.Left():
            yield contract.SupporterLeft(supporter_id=supporter.id, erased=event.erased)
        case Supporter.DataErased():
            yield contract.SupporterErased(
                erasure_id=supporter.erasure_id, supporter_id=supporter.id, erased_at=event.erased_at
            )


def _of_choice(event: DomainEvent, search: Search) -> Iterator[ContractEvent]:
    part_id = search.part_id
    match event:
        case Search.OptionsOffered():
            yield contract.OptionsOffered(
                search_id=search.id,
                part_id=part_id,
                round=event.round,
                options=tuple(map(_option, event.options)),
                answers=search.answers,
            )
        case Search.NobodyFound():
            yield contract.UnmetNeedRecorded(
                search_id=search.id,
                part_id=part_id,
                life_domains=search.need.life_domains,
                languages=search.need.languages,
                formality=search.need.formality.value,
                answers=search.answers,
            )
        case Search.OptionChosen():
            yield contract.OptionChosen(search_id=search.id, part_id=part_id, supporter_id=event.supporter_id)
        case Search.MatchProposed():
            yield contract.MatchProposed(
                match_id=event.match_id,
                search_id=search.id,
                part_id=part_id,
                supporter_id=event.supporter_id,
            )
        case Search.MatchAccepted():
            yield contract.MatchAccepted(match_id=event.match_id, part_id=part_id, by=event.by.value)
        case Search.MatchDeclined():
            yield contract.MatchDeclined(
                match_id=event.match_id,
                part_id=part_id,
                supporter_id=event.supporter_id,
                by=event.by.value,
            )


def _of_match(event: DomainEvent, search: Search) -> Iterator[ContractEvent]:
    part_id = search.part_id
    match event:
        case Search.Matched():
            yield _matched(event, search)
        case Search.NoClickReported():
            yield contract.NoClickReported(match_id=event.match_id, part_id=part_id)
        case Search.MatchEnded():
            yield contract.MatchEnded(
                match_id=event.match_id,
                part_id=part_id,
                supporter_id=event.supporter_id,
                reason=event.reason.value,
            )
        case Search.AnswerOverdue():
            people = event.awaited is Stage.PROPOSED
            yield contract.AnswerOverdue(
                step="match_answer" if people else "assignment",
                about=search.answers or part_id or search.id,
                asked="matching" if people else "casefile",
            )


def _matched(event: Search.Matched, search: Search) -> ContractEvent:
    profile = event.profile
    if profile.kind.formality is Formality.FORMAL:
        return contract.FormalSupporterMatched(
            match_id=event.match_id,
            part_id=search.part_id,
            supporter_id=event.supporter_id,
            organisation=profile.organisation,
            answers=search.answers,
        )
    return contract.VolunteerMatched(
        match_id=event.match_id,
        part_id=search.part_id,
        supporter_id=event.supporter_id,
        kind=profile.kind.value,
        experience_level=profile.experience_level and profile.experience_level.value,
        paid=profile.paid,
        organisation=profile.organisation,
        answers=search.answers,
    )


def _option(option: Option) -> contract.Option:
    return contract.Option(
        supporter_id=option.supporter_id,
        kind=option.kind.value,
        formality=option.kind.formality.value,
        organisation=option.organisation,
        because=tuple(criterion.value for criterion in option.because),
    )
