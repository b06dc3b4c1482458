"""Channels, threads and servers over REST."""

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.wire import Wire


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


async def test_thread_that_fell_asleep_is_woken_without_managing_threads(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    thread = await alice.create_thread(channel, "Plans")
    await alice.archive(thread)

    woken = await wire.ask("PATCH", f"/channels/{thread.id}", {"archived": False})
    await alice.archive(thread, locked=True)
    refused = await wire.ask("PATCH", f"/channels/{thread.id}", {"archived": False})

    assert woken[1]["thread_metadata"]["archived"] is False
    assert refused[1]["code"] == 50013


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
