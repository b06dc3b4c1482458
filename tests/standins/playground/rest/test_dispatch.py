"""Limits, latency, and what is counted of requests."""

import asyncio
import time

import aiohttp
import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.buckets import Limits, Rule
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client

SHORT = Rule(limit=5, per=0.3)


async def _post(playground: Discord, channel: Channel) -> tuple[int, dict[str, str], object]:
    """Post over plain HTTP: unlike discord.py this does not wait by itself."""
    url = f"{playground.api_url}/channels/{channel.id}/messages"
    headers = {"Authorization": f"Bot {playground.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, json={"content": "hello"}) as answer,
    ):
        return answer.status, dict(answer.headers), await answer.json()


async def test_two_edits_of_one_message_at_once_are_noted(
    playground: Discord, client: Client, channel: Channel
) -> None:
    sent = await client.channel(channel).send("one")
    await sent.edit(content="the first edit teaches the bucket")
    playground.dispatcher.latency = 0.05

    await asyncio.gather(sent.edit(content="two"), sent.edit(content="three"))

    assert len(playground.dispatcher.overlaps) == 1


async def test_the_sixth_post_within_the_window_is_refused(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    answers = [await _post(playground, channel) for _ in range(6)]

    assert [status for status, _, _ in answers] == [200] * 5 + [429]
    assert [headers.get("X-RateLimit-Remaining") for _, headers, _ in answers] == list("432100")
    assert playground.count_429 == 1
    assert answers[5][1]["Via"]
    assert answers[5][1]["X-RateLimit-Scope"] == "user"


async def test_the_window_passes(playground: Discord, alice: Person, channel: Channel) -> None:
    for _ in range(5):
        await _post(playground, channel)
    playground.skip(5.0)

    assert (await _post(playground, channel))[0] == 200


async def test_channels_have_own_buckets_and_share_the_global_one(
    playground: Discord, channel: Channel
) -> None:
    playground.dispatcher.limits = Limits(whole_bot=Rule(limit=6, per=60.0))
    other = playground.servers[0].add_channel("other")

    answers = [await _post(playground, one) for one in [channel] * 5 + [other] * 2]

    assert [status for status, _, _ in answers] == [200] * 6 + [429]
    assert answers[6][1]["X-RateLimit-Global"] == "true"
    assert isinstance(answers[6][2], dict)
    assert answers[6][2]["global"] is True


async def test_json_is_named_without_a_charset(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    _, headers, _ = await _post(playground, channel)

    assert headers["Content-Type"] == "application/json"


async def test_sixth_edit_waits_and_none_is_refused(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.dispatcher.limits = Limits(edit_message=SHORT)
    sent = await client.channel(channel).send("0")
    began = time.monotonic()

    for number in range(6):
        await sent.edit(content=str(number))

    assert time.monotonic() - began > SHORT.per
    assert playground.count_429 == 0


async def test_each_call_takes_as_long_as_the_way_is(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.dispatcher.latency = 0.1
    began = time.monotonic()

    await client.channel(channel).send("far away")

    assert 0.1 <= time.monotonic() - began < 0.5


async def test_edits_of_an_old_message_can_be_limited(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.dispatcher.limits = Limits(old_edits=Rule(limit=1, per=3600.0))
    sent = await client.channel(channel).send("old")
    playground.skip(3601)
    await sent.edit(content="older")
    url = f"{playground.api_url}/channels/{channel.id}/messages/{sent.id}"
    headers = {"Authorization": f"Bot {playground.token}"}

    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.patch(url, json={"content": "oldest"}) as answer,
    ):
        assert (await answer.json())["code"] == 30046


async def test_two_hundred_answers_at_once_are_served_with_little_work(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    free = Rule(limit=1_000_000, per=1.0)
    playground.dispatcher.limits = Limits(create_message=free, edit_message=free, whole_bot=free)
    headers = {"Authorization": f"Bot {playground.token}"}
    base = f"{playground.api_url}/channels/{channel.id}/messages"

    async def answer(session: aiohttp.ClientSession, number: int) -> None:
        async with session.post(base, json={"content": str(number)}) as posted:
            message_id = (await posted.json())["id"]
        async with session.patch(f"{base}/{message_id}", json={"content": "new"}) as edited:
            assert edited.status == 200

    began = time.process_time()
    async with aiohttp.ClientSession(headers=headers) as session:
        await asyncio.gather(*(answer(session, number) for number in range(200)))

    assert time.process_time() - began < 8.0  # of work for 400 requests, client and server
    assert playground.dispatcher.overlaps == []


async def test_request_that_is_not_imitated_is_recorded(
    playground: Discord, client: Client, server: Server
) -> None:
    guild = client.get_guild(server.id)
    assert guild is not None

    with pytest.raises(discord.NotFound):
        await guild.templates()

    assert playground.dispatcher.unknown == [f"GET /guilds/{server.id}/templates"]
