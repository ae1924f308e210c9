"""After a day of real services, each organisation takes from its own account what its records say."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from typing import Any
from uuid import UUID

import nats
import pytest
from nats.errors import Error as NatsError
from tests.support.waiting import until
from tests.system.conftest import Played

from contracts import Envelope, parse
from contracts.partner import SharedEvent
from deploy.parties import Partner, service
from deploy.partner_feed import FeedMeasure, measure_feed
from deploy.partners import partners_in


def feed_of(played: Played) -> FeedMeasure:
    with played.operations.connected(service("casefile"), "worker") as conn:
        return measure_feed(conn)


def rows_of(played: Played, query: str) -> list[tuple[Any, ...]]:
    with played.operations.connected(service("casefile"), "worker") as conn:
        return conn.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def taken(played: Played) -> dict[str, list[Envelope[Any]]]:
    """What each organisation takes with its own credentials, once the feed has nothing left to send."""
    until(lambda: not (found := feed_of(played)).waiting and not found.not_looked_at)

    async def take(partner: Partner) -> list[bytes]:
        servers = played.operations.servers
        password = servers.bus_password(partner.user)
        client = await nats.connect(servers.nats_url, user=partner.user, password=password)
        got: list[bytes] = []
        try:
            pull = await client.jetstream().pull_subscribe_bind(
                consumer=partner.consumer, stream=partner.stream
            )
            with suppress(NatsError, TimeoutError):
                while messages := await pull.fetch(100, timeout=2.0):
                    got += [message.data for message in messages]
                    for message in messages:
                        await message.ack_sync()
        finally:
            await client.close()
        return got

    async def take_all() -> dict[str, list[bytes]]:
        told = [each for each in partners_in() if each.may_be_told]
        taken = await asyncio.gather(*(take(each) for each in told))
        return {each.organisation: got for each, got in zip(told, taken, strict=True)}

    return {
        organisation: [parse(message) for message in messages]
        for organisation, messages in asyncio.run(take_all()).items()
        if messages
    }


def test_somebody_was_told_something(taken: dict[str, list[Envelope[Any]]]) -> None:
    assert {"smwo", "oco_almere"} & set(taken)
    assert all(isinstance(each.data, SharedEvent) for messages in taken.values() for each in messages)


def test_each_took_exactly_what_was_sent_to_it_and_not_taken_back(
    played: Played, taken: dict[str, list[Envelope[Any]]]
) -> None:
    sent = rows_of(
        played, "select organisation, count(*)::int from store.shared where state = 'sent' group by 1"
    )
    assert {organisation: len(messages) for organisation, messages in taken.items()} == dict(sent)


def test_of_everything_taken_there_is_a_record_from_before(
    played: Played, taken: dict[str, list[Envelope[Any]]]
) -> None:
    recorded: dict[tuple[str, UUID], int] = defaultdict(int)
    for (entry,) in rows_of(played, "select entry from store.access_record where kind = 'X'"):
        record = json.loads(entry)
        if record["decision"] == "allow":
            assert record["persons"], "it stands in what the resident can read"
            assert {each["kind"] for each in record["basis"]} <= {"participation", "consent"}
            recorded[record["organisation"], UUID(record["subjects"][0])] += 1
    told: dict[tuple[str, UUID], int] = defaultdict(int)
    for organisation, messages in taken.items():
        for message in messages:
            told[organisation, message.subject] += 1
    assert told
    assert all(many <= recorded[place] for place, many in told.items())


def test_places_count_without_gaps_where_nothing_was_taken_back(
    played: Played, taken: dict[str, list[Envelope[Any]]]
) -> None:
    back = {
        row[0] for row in rows_of(played, "select subject_id from store.shared where state like 'recall%'")
    }
    for messages in taken.values():
        places: dict[UUID, list[int]] = defaultdict(list)
        for message in messages:
            places[message.subject].append(message.sequence)
        for subject, found in places.items():
            if subject not in back:
                assert found == list(range(1, len(found) + 1))


def test_nothing_that_anybody_said_or_is_called_was_sent(
    played: Played, taken: dict[str, list[Envelope[Any]]]
) -> None:
    text = " ".join(each.model_dump_json() for messages in taken.values() for each in messages)
    query = "select unnest(persons)::text from store.access_record where kind = 'X'"
    residents = {row[0] for row in rows_of(played, query)}
    assert residents
    assert not [person for person in residents if person in text]
