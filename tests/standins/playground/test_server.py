"""Discord as tests use it: settled replies, and previews of links."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest

from bot.standins.playground.actors.people import Person
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


async def test_previews_of_links_appear_later(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "https://example.org")
    received = await client.message_from(alice.id)

    playground.unfurl(message, [{"type": "link", "title": "Example"}])

    await client.until(lambda: "raw_message_edit" in client.events)
    assert received.embeds[0].title == "Example"


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
