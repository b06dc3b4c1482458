import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import BOT_PERMISSIONS, Server
from bot.standins.playground.gateway.faults import EventFault
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import USUAL, Client, connect


async def test_a_client_with_the_token_becomes_ready_with_its_servers(
    client: Client, server: Server, channel: Channel
) -> None:
    guild = client.get_guild(server.id)

    assert client.is_ready()
    assert guild is not None
    assert [one.id for one in guild.text_channels] == [channel.id]
    assert (
        client.channel(channel).permissions_for(guild.me).value & BOT_PERMISSIONS == BOT_PERMISSIONS
    )


async def test_a_wrong_token_fails_the_login(playground: Discord) -> None:
    client = Client()

    with pytest.raises(discord.LoginFailure):
        await client.login("wrong")

    await client.close()


async def test_a_wrong_token_on_the_gateway_closes_with_4004(playground: Discord) -> None:
    client = Client(shard_count=1)
    await client.login(playground.token)
    client.http.token = "wrong"

    with pytest.raises(discord.ConnectionClosed) as refusal:
        await client.connect()

    assert refusal.value.code == 4004


async def test_a_privileged_intent_that_is_not_switched_on_closes_with_4014(
    playground: Discord,
) -> None:
    playground.world.privileged = 0
    client = Client()
    await client.login(playground.token)

    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()


async def test_two_shards_are_told_of_their_own_servers_only(playground: Discord) -> None:
    servers = [playground.add_server(name) for name in ("Port", "Starboard")]

    async with connect(playground, Client(shard_count=2)) as client:
        await playground.connected(shards=2)
        await client.until(lambda: client.is_ready())
        shards = {guild.id: guild.shard_id for guild in client.guilds}

    assert shards == {server.id: (server.id >> 22) % 2 for server in servers}
    assert sorted(one.shard_id for one in playground.gateway.identified) == [0, 1]


async def test_the_number_of_shards_is_recommended_by_the_gateway(
    playground: Discord, server: Server
) -> None:
    playground.application.recommended_shards = 2

    async with connect(playground) as client:
        assert client.shard_count == 2


@pytest.mark.parametrize("code", [4000, 1001, None], ids=["4000", "1001", "torn down"])
async def test_a_dropped_connection_is_resumed_with_what_was_missed(
    playground: Discord, client: Client, alice: Person, channel: Channel, code: int | None
) -> None:
    playground.gateway.drop(code)
    await playground.wait_for(lambda: not playground.gateway.connected_shards)

    await alice.say(channel, "while you were away")

    assert (await client.message_from(alice.id)).content == "while you were away"
    assert (len(playground.gateway.identified), playground.gateway.resumed) == (1, 1)


async def test_a_request_to_reconnect_is_followed_by_a_resume(
    playground: Discord, client: Client
) -> None:
    playground.gateway.ask_to_reconnect()

    await client.until(lambda: "resumed" in client.events)

    assert len(playground.gateway.identified) == 1


async def test_an_invalid_session_starts_anew(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.invalidate()

    await playground.wait_for(lambda: len(playground.gateway.identified) == 2)
    await alice.say(channel, "welcome back")

    assert (await client.message_from(alice.id)).content == "welcome back"


async def test_resuming_a_session_that_is_gone_starts_anew(
    playground: Discord, client: Client
) -> None:
    playground.gateway.forget_sessions()
    playground.gateway.drop(4000)

    await playground.wait_for(lambda: len(playground.gateway.identified) == 2)
    await playground.connected()


async def test_a_resume_address_that_answers_503_is_given_up(
    playground: Discord, client: Client
) -> None:
    playground.gateway.faults.refusals = 1
    playground.gateway.faults.only_resumes_refused = True
    playground.gateway.drop(4000)

    await playground.wait_for(lambda: len(playground.gateway.identified) == 2)

    assert playground.gateway.faults.refusals == 0


async def test_heartbeats_without_an_answer_leave_the_connection_open(
    playground: Discord, server: Server
) -> None:
    playground.gateway.heartbeat_interval = 0.05
    playground.gateway.faults.acknowledges = False

    async with connect(playground) as client:
        assert client.is_ready()
        assert playground.gateway.connected_shards == {0}


async def test_a_duplicated_event_is_told_twice(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.DUPLICATE, "MESSAGE_CREATE")

    message = await alice.say(channel, "once")

    await client.until(lambda: [one.id for one in client.messages] == [message.id] * 2)


async def test_a_swapped_event_is_told_after_the_next(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.SWAP, "MESSAGE_CREATE")

    await alice.say(channel, "first")
    await alice.say(channel, "second")

    await client.until(lambda: len(client.messages) == 2)
    assert [one.content for one in client.messages] == ["second", "first"]


async def test_a_lost_event_is_never_told(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    playground.gateway.faults.events.plan(EventFault.LOSE, "MESSAGE_CREATE")

    await alice.say(channel, "lost")
    await alice.say(channel, "found")

    assert (await client.message_from(alice.id)).content == "found"


async def test_a_server_that_the_bot_joins_later_is_told(
    playground: Discord, client: Client
) -> None:
    later = playground.add_server("Later")

    await client.until(lambda: client.get_guild(later.id) is not None)
    later.expel_bot()
    await client.until(lambda: client.get_guild(later.id) is None)


async def test_a_channel_that_the_bot_cannot_see_is_silent(
    playground: Discord, client: Client, server: Server, alice: Person, channel: Channel
) -> None:
    secret = server.add_channel("secret")
    server.overwrite(secret, server.everyone, deny=Permission.VIEW_CHANNEL)
    server.overwrite(secret, alice, allow=Permission.VIEW_CHANNEL)
    server.overwrite(secret, playground.bot, deny=Permission.VIEW_CHANNEL)

    await alice.say(secret, "not for bots")
    await alice.say(channel, "for all")

    assert (await client.message_from(alice.id)).content == "for all"


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
