"""What tests wait for, with a bot that answers in two steps."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client, connect

STEP = 0.1  # seconds


class Answering(Client):
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        reply = await message.reply("thinking")
        await asyncio.sleep(STEP)
        await (
            self.get_partial_messageable(message.channel.id)
            .get_partial_message(reply.id)
            .edit(content="an answer")
        )


@pytest.fixture
async def answering(playground: Discord, alice: Person) -> AsyncIterator[Client]:
    async with connect(playground, Answering()) as client:
        yield client


async def test_a_reply_is_settled_when_it_has_been_quiet(
    playground: Discord, answering: Client, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "hello?")

    first = (await playground.reply_to(question)).revisions[0].content
    settled = await playground.settled_reply_to(question, quiet=3 * STEP)

    assert (first, settled.content) == ("thinking", "an answer")


async def test_a_reply_is_settled_when_the_test_says_so(
    playground: Discord, answering: Client, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "hello?")

    settled = await playground.settled_reply_to(
        question, is_done=lambda reply: reply.content == "an answer"
    )

    assert settled.edit_count == 1


async def test_what_never_becomes_so_times_out(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "anyone?")

    with pytest.raises(TimeoutError):
        await playground.reply_to(question, timeout=0.1)


async def test_other_bots_are_marked_as_such(
    client: Client, server: Server, channel: Channel
) -> None:
    robot = server.add_member("robot", is_bot=True)

    await robot.say(channel, "beep")

    assert (await client.message_from(robot.id)).author.bot


async def test_a_stranger_writes_in_private(playground: Discord, client: Client) -> None:
    stranger = playground.add_stranger("sam")

    await stranger.direct("hello")

    assert (await client.message_from(stranger.id)).content == "hello"


async def test_what_the_playground_does_not_imitate_is_noted(
    playground: Discord, client: Client, server: Server
) -> None:
    guild = client.get_guild(server.id)
    assert guild is not None

    with pytest.raises(discord.NotFound):
        await guild.templates()

    assert playground.dispatcher.unknown == [f"GET /guilds/{server.id}/templates"]
