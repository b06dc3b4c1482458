"""Faults of the REST interface."""

import asyncio

import aiohttp
import discord
import pytest

from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client


async def test_discord_py_repeats_what_was_refused_for_a_while(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.faults.limit(0.05, method="POST", path="/messages$", times=2)

    await client.channel(channel).send("at last")

    assert [one.content for one in channel.messages.values()] == ["at last"]
    assert playground.count_429 == 2


async def test_a_429_without_via_is_taken_for_a_ban(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.faults.limit(0.05).has_via = False

    with pytest.raises(discord.HTTPException) as refusal:
        await client.channel(channel).send("banned")

    assert refusal.value.status == 429


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (503, 0, discord.DiscordServerError),
        (403, 50013, discord.Forbidden),
        (404, 10008, discord.NotFound),
    ],
)
async def test_a_planned_answer_is_given_once(
    playground: Discord,
    client: Client,
    channel: Channel,
    status: int,
    code: int,
    raised: type[Exception],
) -> None:
    playground.faults.answer(status, code, method="POST")

    with pytest.raises(raised):
        await client.channel(channel).send("one")
    await client.channel(channel).send("two")

    assert [one.content for one in channel.messages.values()] == ["two"]


async def test_a_reset_loses_the_request(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.faults.reset(method="POST")

    with pytest.raises(aiohttp.ClientError):
        await client.channel(channel).send("lost")

    assert not channel.messages


async def test_reset_after_the_request_loses_only_the_answer(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.faults.reset(method="POST", is_applied=True)

    with pytest.raises(aiohttp.ClientError):
        await client.channel(channel).send("done", nonce="job:1")
    again = await client.channel(channel).send("done", nonce="job:1")

    assert list(channel.messages) == [again.id]


async def test_a_hanging_request_is_answered_in_the_end(
    playground: Discord, client: Client, channel: Channel
) -> None:
    playground.faults.hang(0.2, method="POST")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.channel(channel).send("slow")
    await playground.wait_for(lambda: channel.messages)
