"""What was posted while the bot was away, as discord.py and Discord tell it."""

import time
from collections.abc import Sequence
from typing import Any

import discord
import pytest

from bot.core.errors import SurfaceForbidden
from bot.gateway.missed_messages import MissedMessages
from bot.gateway.requests.forbidden_channels import ForbiddenChannels, Use
from tests.gateway.conftest import ALICE, CHANNEL, GUILD, ROBOT, SERVER, THREAD

VIEW, SEND, HISTORY, IN_THREADS = 1 << 10, 1 << 11, 1 << 16, 1 << 38
EVERYTHING = VIEW | SEND | HISTORY | IN_THREADS
ODD = {"id": "9", "author": ALICE}  # what no message is
FORUM = {"id": "8", "type": 15, "name": "forum", "position": 1, "last_message_id": "900"}


def posted(number: int, author: dict[str, Any] = ALICE, **changes: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "channel_id": str(CHANNEL),
        "type": 0,
        "content": f"message {number}",
        "author": author,
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "timestamp": "2026-01-01T00:00:00.000000+00:00",
        "edited_timestamp": None,
        **changes,
    }


class Town:
    """One server, whose newest messages `moved` says, and the messages of its channel."""

    def __init__(
        self,
        moved: dict[int, int] | None = None,
        *,
        page: Sequence[dict[str, Any]] = (),
        may: int = EVERYTHING,
    ) -> None:
        client = discord.Client(intents=discord.Intents.none())
        state: Any = client._connection
        state.user = discord.ClientUser(state=state, data=ROBOT)  # type: ignore[arg-type]
        state._add_guild(discord.Guild(state=state, data=_server(moved or {}, may)))  # type: ignore[arg-type]
        client.http = self  # type: ignore[assignment]
        self.forbidden = ForbiddenChannels(time.monotonic)
        self.missed = MissedMessages(client, self.forbidden)
        self.asked: list[int | None] = []
        self._page = page

    async def logs_from(
        self, _channel_id: int, limit: int, *, before: int | None
    ) -> list[dict[str, Any]]:
        self.asked.append(before)
        return [each for each in self._page if before is None or int(each["id"]) < before][:limit]


def _server(moved: dict[int, int], may: int) -> dict[str, Any]:
    everyone, own = SERVER["roles"]
    [channel], [thread] = SERVER["channels"], SERVER["threads"]
    return {
        **SERVER,
        "roles": [{**everyone, "permissions": str(may)}, own],
        "channels": [{**channel, "last_message_id": moved.get(CHANNEL)}, FORUM],
        "threads": [{**thread, "last_message_id": moved.get(THREAD)}],
    }


@pytest.mark.parametrize(("after", "found"), [(0, [THREAD, CHANNEL]), (500, [THREAD]), (600, [])])
async def test_what_moved_is_found_the_latest_first(after: int, found: list[int]) -> None:
    town = Town({CHANNEL: 500, THREAD: 600})

    assert town.missed.find_moved([GUILD, 12345], after=after) == found


@pytest.mark.parametrize("lacking", [VIEW, HISTORY])
async def test_channel_the_bot_may_not_read_is_left_out(lacking: int) -> None:
    town = Town({CHANNEL: 500, THREAD: 600}, may=EVERYTHING & ~lacking)

    assert town.missed.find_moved([GUILD], after=0) == []


@pytest.mark.parametrize(("lacking", "found"), [(SEND, [THREAD]), (IN_THREADS, [CHANNEL])])
async def test_threads_have_a_permission_of_their_own(lacking: int, found: list[int]) -> None:
    town = Town({CHANNEL: 500, THREAD: 600}, may=EVERYTHING & ~lacking)

    assert town.missed.find_moved([GUILD], after=0) == found


async def test_only_what_was_posted_later_is_read() -> None:
    town = Town(page=[posted(3), posted(2), posted(1)])

    page = await town.missed.read(CHANNEL, after=1, before=None)

    assert [(each.id, each.text) for each in page.messages] == [(3, "message 3"), (2, "message 2")]
    assert page.earlier is None


async def test_full_page_says_where_to_go_on() -> None:
    town = Town(page=[posted(number) for number in range(150, 0, -1)])

    first = await town.missed.read(CHANNEL, after=0, before=None)
    second = await town.missed.read(CHANNEL, after=0, before=first.earlier)

    assert (len(first.messages), first.earlier) == (100, 51)
    assert (len(second.messages), second.earlier) == (50, None)


async def test_reply_of_the_bot_says_what_is_answered() -> None:
    reply = {"message_id": "2", "channel_id": str(CHANNEL)}
    forward = {"message_id": "1", "channel_id": str(CHANNEL), "type": 1}
    page = [
        posted(5, ALICE, message_reference={**reply, "message_id": "3"}),
        posted(4, ROBOT, message_reference=reply),
        posted(3, ROBOT, message_reference=forward),
    ]

    read = await Town(page=page).missed.read(CHANNEL, after=0, before=None)

    assert read.answered == {2}


async def test_odd_message_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    read = await Town(page=[ODD, posted(3)]).missed.read(CHANNEL, after=0, before=None)

    assert [each.id for each in read.messages] == [3]
    assert "a missed message could not be read" in caplog.text


async def test_channel_that_discord_forbids_is_not_asked_for() -> None:
    town = Town(page=[posted(3)])
    town.forbidden.note(CHANNEL, Use.READ)

    with pytest.raises(SurfaceForbidden):
        await town.missed.read(CHANNEL, after=0, before=None)

    assert not town.asked
