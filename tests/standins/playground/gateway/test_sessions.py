"""Events that a session gets, by its shard and its intents."""

import discord

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import USUAL, Client, connect


async def test_two_shards_are_told_of_their_own_servers_only(playground: Discord) -> None:
    servers = [playground.add_server(name) for name in ("Port", "Starboard")]

    async with connect(playground, Client(shard_count=2)) as client:
        await playground.connected(shards=2)
        await client.until(lambda: client.is_ready())
        shards = {guild.id: guild.shard_id for guild in client.guilds}

    assert shards == {server.id: (server.id >> 22) % 2 for server in servers}
    assert sorted(one.shard_id for one in playground.gateway.identified) == [0, 1]


async def test_events_without_their_intent_are_not_told(
    playground: Discord, server: Server, channel: Channel, alice: Person
) -> None:
    intents = discord.Intents(guilds=True, dm_messages=True)

    async with connect(playground, Client(intents=intents)) as client:
        await alice.say(channel, "in the server")
        await alice.direct("in private")

        assert (await client.message_from(alice.id)).content == "in private"


async def test_members_are_told_to_those_with_the_intent(
    playground: Discord, server: Server, alice: Person
) -> None:
    playground.world.privileged |= discord.Intents(members=True).value
    intents = discord.Intents(members=True) | USUAL

    async with connect(playground, Client(intents=intents)) as client:
        guild = client.get_guild(server.id)

        assert guild is not None
        assert guild.get_member(alice.id) is not None
