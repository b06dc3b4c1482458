"""People, strangers and other bots."""

from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import Client


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
