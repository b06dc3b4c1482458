"""Time zone and log channel, set by moderators through the whole bot."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.e2e.conftest import Town, open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("settings")) as town:
        town.set("quota", time_zone="America/New_York")
        async with town.running():
            yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def moderator(town: Town) -> Person:
    return town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)


async def change(who: Person, name: str, room: Channel, **options: object) -> Interaction:
    return await who.use_command(("manage", "settings", name), room, options)


def texts(room: Channel) -> list[str]:
    return [message.content for message in room.living()]


async def test_time_zone_is_found_by_its_place_and_taken_back(
    town: Town, moderator: Person
) -> None:
    room = town.open_channel()

    unknown = await change(moderator, "time-zone", room, zone="CET")
    chosen = await change(moderator, "time-zone", room, zone="berlin")
    shown = await town.alice.slash("settings", "show", where=room)
    again = await change(moderator, "time-zone", room, zone="Europe/Berlin")
    back = await change(moderator, "time-zone", room, zone="default")

    assert "Please name a place instead: `Europe/Berlin`" in unknown.content
    assert chosen.content.startswith(
        "The time zone of this server is now `Europe/Berlin`; it was `America/New_York`."
    )
    assert "**Time zone**: `Europe/Berlin`, set for the whole server." in shown.content
    assert again.content.startswith("Nothing has changed")
    assert back.content.startswith(
        "The time zone of this server is now `America/New_York`; it was `Europe/Berlin`."
    )
    assert all(one.is_ephemeral for one in (unknown, chosen, shown, again, back))


async def test_zones_are_suggested_while_they_are_typed(town: Town, moderator: Person) -> None:
    room = town.open_channel()

    async def suggested(typed: str) -> list[str]:
        path = ("manage", "settings", "time-zone")
        found = await moderator.suggestions(path, room, {"zone": typed}, "zone")
        return [choice["value"] for choice in found]

    assert "Europe/Berlin" in await suggested("ber")
    assert (await suggested("utc"))[0] == "UTC"
    assert (await suggested(""))[0] == "default"
    assert len(await suggested("")) == 25
    assert await suggested("Atlantis") == []


async def test_changes_are_posted_to_the_log_channel_until_switched_off(
    town: Town, moderator: Person
) -> None:
    room, log = town.open_channel(), town.open_channel()

    chosen = await change(moderator, "log-channel", room, channel=log)
    await change(moderator, "web-search", room, state="off")
    await town.wait(lambda: len(texts(log)) == 2, "both changes are posted")
    which = await change(moderator, "log-channel", room)
    off = await change(moderator, "log-channel", room, state="off")
    await town.wait(lambda: len(texts(log)) == 3, "the end is posted")
    await change(moderator, "web-search", room, state="default")

    by = moderator.mention
    assert f"now posted to {log.mention}" in chosen.content
    assert texts(log) == [
        f"{by} set the log channel for the whole server: {log.mention} (before: not set).",
        f"{by} set web search for {room.mention}: `off` (before: not set).",
        f"{by} took back the setting of the log channel for the whole server"
        f" (before: {log.mention}).",
    ]
    assert which.content.startswith(f"The log channel is {log.mention}")
    assert off.content.startswith(f"Changes are no longer posted to {log.mention}.")


async def test_log_channel_that_is_gone_hinders_nothing(town: Town, moderator: Person) -> None:
    room, log = town.open_channel(), town.open_channel()
    await change(moderator, "log-channel", room, channel=log)
    await town.wait(lambda: texts(log), "the change is posted")
    town.server.delete_channel(log)

    done = await change(moderator, "web-search", room, state="off")
    await town.wait(lambda: "a log channel took no message" in town.log, "it is in the log")
    off = await change(moderator, "log-channel", room, state="off")

    assert done.content.startswith("Web search is now off")
    assert off.content.startswith("Changes are no longer posted")
    assert town.log.count("a log channel took no message") == 1


async def test_log_channel_is_refused_where_the_bot_may_not_write(
    town: Town, moderator: Person
) -> None:
    room, mute, hidden = town.open_channel(), town.open_channel(), town.open_channel()
    town.server.overwrite(mute, town.server.everyone, deny=Permission.SEND_MESSAGES)
    town.server.overwrite(hidden, town.server.everyone, deny=Permission.VIEW_CHANNEL)

    muted = await change(moderator, "log-channel", room, channel=mute)
    unseen = await change(moderator, "log-channel", room, channel=hidden)
    which = await change(moderator, "log-channel", room)

    assert f"I can't post to {mute.mention}" in muted.content
    assert "**View Channel**" not in muted.content
    assert "**View Channel** and **Send Messages**" in unseen.content
    assert which.content.startswith("This server has no log channel")
