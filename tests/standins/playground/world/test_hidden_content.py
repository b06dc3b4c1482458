"""Messages as a bot without the message content intent gets them."""

import discord

from bot.standins.playground.actors.people import Person
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, WITHOUT_CONTENT, Client, connect
from tests.standins.playground.wire import Wire, next_event


async def _say_and_receive(
    playground: Discord, alice: Person, channel: Channel, text: str
) -> discord.Message:
    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        await alice.say(channel, text, images=[("a.png", PNG)])
        return await client.message_from(alice.id)


async def test_message_without_the_content_intent_is_empty(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    received = await _say_and_receive(playground, alice, channel, "hello")

    assert (received.content, received.attachments) == ("", [])


async def test_mention_without_the_content_intent_is_whole(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    text = f"{playground.bot.mention} hello"

    received = await _say_and_receive(playground, alice, channel, text)

    assert (received.content, len(received.attachments)) == (text, 1)


async def test_direct_message_without_the_content_intent_is_whole(
    playground: Discord, alice: Person
) -> None:
    received = await _say_and_receive(playground, alice, alice.direct_channel, "hello")

    assert received.content == "hello"


async def test_reply_pinging_the_bot_shows_its_content_without_the_intent(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        sent = await client.channel(channel).send("ask me")
        own = channel.messages[sent.id]
        await alice.say(channel, "pinged", reply_to=own)
        await alice.say(channel, "unpinged", reply_to=own, ping=False)
        await client.until(lambda: len(client.messages) == 3)

    assert [one.content for one in client.messages] == ["ask me", "pinged", ""]


async def test_forwards_and_messages_replied_to_are_withheld_as_well(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    socket = await wire.identified(WITHOUT_CONTENT.value)
    original = await alice.say(channel, "original")
    await alice.say(channel, forward=original)
    await alice.say(channel, f"{wire.playground.bot.mention} this", reply_to=original)

    told = [await next_event(socket, "MESSAGE_CREATE") for _ in range(3)]

    assert told[1]["message_snapshots"][0]["message"]["content"] == ""
    assert told[2]["content"].endswith("this")
    assert told[2]["referenced_message"]["content"] == ""
