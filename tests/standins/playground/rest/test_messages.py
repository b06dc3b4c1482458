"""Messages and reactions over REST."""

import discord

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import WITHOUT_CONTENT, Client, connect
from tests.standins.playground.wire import Wire


async def test_history_is_read_newest_first_and_after_oldest_first(
    client: Client, alice: Person, channel: Channel
) -> None:
    said = [await alice.say(channel, str(number)) for number in range(5)]
    there = client.channel(channel)

    newest = [one.content async for one in there.history(limit=2)]
    later = [one.content async for one in there.history(limit=2, after=discord.Object(said[1].id))]

    assert (newest, later) == (["4", "3"], ["2", "3"])


async def test_reactions_and_typing_are_shown(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "nice")
    received = await client.message_from(alice.id)

    await received.add_reaction("👍")
    await received.channel.typing()

    assert message.reactions == {"👍": [playground.bot.id]}
    assert [channel_id for _, channel_id in playground.messages.typed] == [channel.id]


async def test_rest_withholds_content_by_the_switch_in_the_portal(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    playground.world.privileged = 0
    message = await alice.say(channel, "hello")

    async with connect(playground, Client(intents=WITHOUT_CONTENT)) as client:
        fetched = await client.channel(channel).fetch_message(message.id)

    assert fetched.content == ""


async def test_messages_of_others_are_deleted_by_those_who_manage_messages(
    wire: Wire, server: Server, alice: Person, channel: Channel
) -> None:
    said = [await alice.say(channel, str(number)) for number in range(3)]
    messages = f"/channels/{channel.id}/messages"

    refused = await wire.ask("DELETE", f"{messages}/{said[0].id}")
    manager = server.add_role("manager", Permission.MANAGE_MESSAGES)
    server.give_role(wire.playground.bot, manager)
    deleted = await wire.ask("DELETE", f"{messages}/{said[0].id}")
    hidden = await wire.ask("PATCH", f"{messages}/{said[1].id}", {"flags": 4})
    ids = [str(one.id) for one in said[1:]]
    many = await wire.ask("POST", f"{messages}/bulk-delete", {"messages": ids})

    assert refused[1]["code"] == 50013
    assert (deleted[0], hidden[0], many[0]) == (204, 200, 204)
    assert list(channel.living()) == []


async def test_a_reaction_is_added_and_taken_back(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "nice")
    reaction = f"/channels/{channel.id}/messages/{message.id}/reactions/%F0%9F%91%8D/@me"
    await alice.react(message, "👍")

    await wire.ask("PUT", reaction)
    both = [list(users) for users in message.reactions.values()]
    await wire.ask("DELETE", reaction)

    assert both == [[alice.id, wire.playground.bot.id]]
    assert message.reactions == {"👍": [alice.id]}


async def test_history_is_read_around_and_before(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    said = [await alice.say(channel, str(number)) for number in range(5)]
    messages = f"/channels/{channel.id}/messages"

    around = await wire.ask("GET", f"{messages}?around={said[2].id}&limit=3")
    before = await wire.ask("GET", f"{messages}?before={said[2].id}")
    refused = await wire.ask("GET", f"{messages}?limit=101")

    assert [one["content"] for one in around[1]] == ["3", "2", "1"]
    assert [one["content"] for one in before[1]] == ["1", "0"]
    assert refused[1]["code"] == 50035
