"""What goes over the wire, without a library that would hide it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.buckets import Limits, Rule
from bot.standins.playground.gateway.connections import FRAMES
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, USUAL, WITHOUT_CONTENT

Json = dict[str, Any]


class Wire:
    def __init__(self, session: aiohttp.ClientSession, playground: Discord) -> None:
        self.session = session
        self.playground = playground

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = path if path.startswith("http") else self.playground.api_url + path
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        async with self.session.request(method, url, data=data) as answer:
            text = await answer.text()
            is_json = answer.headers.get("Content-Type") == "application/json"
            return answer.status, json.loads(text) if is_json else text

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        socket = await self.session.ws_connect(self.playground.gateway_url)
        hello = await socket.receive_json(timeout=2.0)
        assert hello["op"] == 10
        return socket

    async def identified(self, intents: int) -> aiohttp.ClientWebSocketResponse:
        socket = await self.connect()
        await socket.send_json(
            {"op": 2, "d": {"token": self.playground.token, "intents": intents, "properties": {}}}
        )
        await next_event(socket, "READY")
        return socket


async def next_event(socket: aiohttp.ClientWebSocketResponse, name: str) -> Json:
    async with asyncio.timeout(0.5):
        while True:
            payload: Json = await socket.receive_json()
            if payload["t"] == name:
                found: Json = payload["d"]
                return found


@pytest.fixture
async def wire(playground: Discord, alice: Person) -> AsyncIterator[Wire]:
    free = Rule(limit=1000, per=1.0)
    playground.dispatcher.limits = Limits(create_message=free, reactions=free)
    headers = {"Authorization": f"Bot {playground.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Wire(session, playground)


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


async def test_a_silent_gateway_tells_nothing_more(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    socket = await wire.identified(USUAL.value)

    wire.playground.gateway.fall_silent()
    await alice.say(channel, "hello?")

    with pytest.raises(TimeoutError):
        await next_event(socket, "MESSAGE_CREATE")


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


async def test_a_role_and_everyone_are_pinged_by_those_who_may(
    wire: Wire, server: Server, alice: Person, channel: Channel
) -> None:
    crew = server.add_role("crew")
    bob = server.add_member("bob", roles=[crew])
    messages = f"/channels/{channel.id}/messages"

    await wire.ask("POST", messages, {"content": f"@everyone {crew.mention}"})
    before = wire.playground.pinged
    caller = server.add_role("caller", Permission.MENTION_EVERYONE)
    server.give_role(wire.playground.bot, caller)
    await wire.ask("POST", messages, {"content": crew.mention})
    by_role = wire.playground.pinged
    await wire.ask("POST", messages, {"content": "@everyone"})

    assert (before, by_role) == (set(), {bob.id})
    assert wire.playground.pinged == {bob.id, alice.id, server.owner.id}


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


async def test_threads_are_joined_left_archived_and_listed(
    wire: Wire, server: Server, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    path = f"/channels/{thread.id}"

    joined = await wire.ask("PUT", f"{path}/thread-members/@me")
    active = await wire.ask("GET", f"/guilds/{server.id}/threads/active")
    left = await wire.ask("DELETE", f"{path}/thread-members/@me")
    refused = await wire.ask("PATCH", path, {"archived": True})
    server.give_role(wire.playground.bot, server.add_role("m", Permission.MANAGE_THREADS))
    archived = await wire.ask("PATCH", path, {"archived": True, "name": "Past"})

    assert (joined[0], left[0]) == (204, 204)
    assert [one["id"] for one in active[1]["threads"]] == [str(thread.id)]
    assert refused[1]["code"] == 50013
    assert (archived[1]["name"], archived[1]["thread_metadata"]["archived"]) == ("Past", True)


async def test_a_server_tells_its_channels_roles_and_members(
    wire: Wire, server: Server, alice: Person, channel: Channel
) -> None:
    base = f"/guilds/{server.id}"

    channels = await wire.ask("GET", f"{base}/channels")
    roles = await wire.ask("GET", f"{base}/roles")
    member = await wire.ask("GET", f"{base}/members/{alice.id}")
    unknown = await wire.ask("GET", f"{base}/members/5")

    assert [one["name"] for one in channels[1]] == ["general"]
    assert [one["name"] for one in roles[1]] == ["@everyone", "glimpse"]
    assert (member[1]["user"]["username"], unknown[1]["code"]) == ("alice", 10007)


async def test_single_commands_are_added_changed_and_removed(wire: Wire) -> None:
    base = f"/applications/{wire.playground.bot.id}/commands"
    body = {"name": "quota", "description": "Yours"}

    added = await wire.ask("POST", base, body)
    again = await wire.ask("POST", base, body)
    one = f"{base}/{added[1]['id']}"
    changed = await wire.ask("PATCH", one, {"description": "Ours"})
    removed = await wire.ask("DELETE", one)
    unknown = await wire.ask("GET", one)

    assert (added[0], again[0], again[1]["id"]) == (201, 200, added[1]["id"])
    assert (changed[1]["description"], removed[0], unknown[1]["code"]) == ("Ours", 204, 10063)


async def test_links_are_made_fresh_and_the_proxy_serves_pictures_as_they_are(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, images=[("a.png", PNG)])
    _, shown = await wire.ask("GET", f"/channels/{channel.id}/messages/{message.id}")
    attachment = shown["attachments"][0]
    wire.playground.skip(wire.playground.world.link_lifetime + 1)

    stale, _ = await wire.ask("GET", attachment["url"])
    _, fresh = await wire.ask(
        "POST", "/attachments/refresh-urls", {"attachment_urls": [attachment["url"]]}
    )
    url = fresh["refreshed_urls"][0]["refreshed"]
    proxied = url.replace("/attachments", "/proxied/attachments")

    assert stale == 404
    async with wire.session.get(url) as answer:
        assert await answer.read() == PNG
    async with wire.session.get(proxied) as answer:
        assert await answer.read() == PNG
    assert (await wire.ask("GET", f"{proxied}&width=100"))[0] == 415


async def test_an_unknown_token_opens_no_interaction(wire: Wire) -> None:
    bot_id = wire.playground.bot.id

    callback = await wire.ask("POST", "/interactions/5/none/callback", {"type": 4})
    original = await wire.ask("PATCH", f"/webhooks/{bot_id}/none/messages/@original", {})

    assert (callback[1]["code"], original[1]["code"]) == (10062, 10015)


async def test_a_body_that_is_no_json_is_refused(wire: Wire, channel: Channel) -> None:
    answer = await wire.ask("POST", f"/channels/{channel.id}/messages", b"{")

    assert (answer[0], answer[1]["code"]) == (400, 50109)
