"""Connections that start, resume and end."""

import json

import aiohttp
import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import BOT_PERMISSIONS, Server
from bot.standins.playground.gateway.connections import FRAMES
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client, connect
from tests.standins.playground.wire import Json, Wire, next_event


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


async def test_privileged_intent_that_is_off_closes_with_4014(
    playground: Discord,
) -> None:
    playground.world.privileged = 0
    client = Client()
    await client.login(playground.token)

    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()


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


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", 4002),
        ("x" * 4097, 4002),
        (json.dumps({"op": 3, "d": {}}), 4003),
        (json.dumps({"op": 2, "d": {"token": "wrong"}}), 4004),
        (json.dumps({"op": 6, "d": {"token": "wrong"}}), 4004),
    ],
    ids=["nonsense", "too large", "not identified", "wrong token", "wrong token to resume"],
)
async def test_a_client_that_breaks_the_rules_is_closed(wire: Wire, frame: str, code: int) -> None:
    socket = await wire.connect()

    await socket.send_str(frame)
    closing = await socket.receive(timeout=2.0)

    assert (closing.type, closing.data) == (aiohttp.WSMsgType.CLOSE, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"shard": [2, 2]}, 4010), ({"intents": 1 << 30}, 4013), ({"intents": 1 << 1}, 4014)],
)
async def test_a_start_that_is_not_possible_is_closed(wire: Wire, change: Json, code: int) -> None:
    socket = await wire.connect()

    start = {"token": wire.playground.token, "intents": 0, "properties": {}}
    await socket.send_json({"op": 2, "d": {**start, **change}})

    assert (await socket.receive(timeout=2.0)).data == code


async def test_identifying_twice_is_closed(wire: Wire) -> None:
    socket = await wire.identified(0)

    await socket.send_json({"op": 2, "d": {"token": wire.playground.token, "intents": 0}})

    assert (await socket.receive(timeout=2.0)).data == 4005


async def test_a_client_that_says_too_much_is_closed(wire: Wire) -> None:
    socket = await wire.connect()

    for _ in range(FRAMES.limit + 1):
        await socket.send_json({"op": 1, "d": None})
    frames = [await socket.receive(timeout=2.0) for _ in range(FRAMES.limit + 1)]

    assert (frames[0].json()["op"], frames[-1].data) == (11, 4008)


async def test_starting_sooner_than_allowed_is_an_invalid_session(wire: Wire) -> None:
    wire.playground.gateway.identify_interval = 5.0
    await wire.identified(0)
    second = await wire.connect()
    start = {"op": 2, "d": {"token": wire.playground.token, "intents": 0}}

    await second.send_json(start)
    refused = await second.receive_json(timeout=2.0)
    wire.playground.skip(5.0)
    await second.send_json(start)

    assert (refused["op"], refused["d"]) == (9, False)
    await next_event(second, "READY")
