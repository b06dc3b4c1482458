"""What is posted to log channels, and what happens where it can't be."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.chat.moderation.limits import Moderator, QuotaModeration
from bot.chat.moderation.preferences import PreferenceSettings
from bot.chat.notices.log_channel import LogChannelWriter
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.errors import SurfaceForbidden, SurfaceGone
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.allowance import Crossing
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.store.database import Database
from tests.chat.conftest import ALICE, CHANNEL, NOON, SETTINGS, MakeRoom, Room, message
from tests.fakes import FakeLogChannel, FakeOperatorChannel

MODERATOR = Moderator(id=99, guild_id=CHANNEL.guild_id, may_manage=True)
DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
USER = Subject(kind=SubjectKind.USER, id=ALICE.id)
SERVER = Subject(kind=SubjectKind.SERVER, id=CHANNEL.guild_id)
EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)


def crossing(subject: Subject, percent: int = 80) -> Crossing:
    return Crossing(
        limit=Limit(subject=subject, measure=DAILY, amount=1_000),
        window=window(Period.DAY, NOON, SETTINGS.zone),
        percent=percent,
        spent=percent * 10,
    )


@asynccontextmanager
async def posting(
    room: Room, channels: FakeLogChannel, operator: FakeOperatorChannel | None = None
) -> AsyncIterator[LogChannelWriter]:
    """The room's log channel; all of its entries are posted before the block is left."""
    log_channel = room.using.log_channel
    task = asyncio.get_running_loop().create_task(
        log_channel.post_entries(room.using.database, channels, operator)
    )
    yield log_channel
    await log_channel.wait_until_posted(within=5)
    task.cancel()


async def name_channel(room: Room, value: str | None) -> None:
    await PreferenceSettings(room.using).choose(
        MODERATOR, CHANNEL, Scope.SERVER, Topic.LOG_CHANNEL, value
    )


async def test_each_change_is_posted_to_the_servers_own_channel(make_room: MakeRoom) -> None:
    room, channels = make_room(), FakeLogChannel()
    moderation = QuotaModeration(room.using)

    async with posting(room, channels):
        await name_channel(room, "71")
        change = await moderation.set_limit(MODERATOR, USER, DAILY, 50, "too chatty")
        await moderation.undo(MODERATOR, change.id)

    assert channels.posted == [
        (71, "<@99> set the log channel for the whole server: <#71> (before: not set)."),
        (71, "<@99> set the limit of <@10>: 50 tokens a day (before: none). Reason: too chatty"),
        (
            71,
            f"<@99> undid change {change.id}: cleared the limit of <@10>"
            " (before: 50 tokens a day).",
        ),
    ]


async def test_nothing_is_posted_without_a_channel_or_a_change(
    make_room: MakeRoom,
) -> None:
    room, channels = make_room(), FakeLogChannel()
    moderation = QuotaModeration(room.using)

    async with posting(room, channels):
        await moderation.set_limit(MODERATOR, USER, DAILY, 50)
        await name_channel(room, "71")
        await moderation.unblock(MODERATOR, USER)  # there is no block

    assert len(channels.posted) == 1


async def test_channel_that_is_one_no_more_learns_of_it(make_room: MakeRoom) -> None:
    room, channels = make_room(), FakeLogChannel()

    async with posting(room, channels):
        await name_channel(room, "71")
        await name_channel(room, "72")
        await name_channel(room, None)
        await QuotaModeration(room.using).block(MODERATOR, USER, None)

    assert [channel for channel, _ in channels.posted] == [71, 72, 71, 72]


async def test_change_goes_to_the_channel_of_its_own_moment(make_room: MakeRoom) -> None:
    room, channels = make_room(), FakeLogChannel()
    await name_channel(room, "71")
    await QuotaModeration(room.using).block(MODERATOR, USER, None)
    await name_channel(room, None)

    async with posting(room, channels):
        pass  # only now is anything posted

    assert [channel for channel, _ in channels.posted] == [71, 71, 71]


async def test_filling_cap_is_told_to_moderators(make_room: MakeRoom) -> None:
    room, channels, operator = make_room(), FakeLogChannel(), FakeOperatorChannel()

    async with posting(room, channels, operator) as log_channel:
        await name_channel(room, "71")
        log_channel.add_warning(crossing(SERVER), CHANNEL.guild_id)

    assert channels.posted[-1][0] == 71
    assert channels.posted[-1][1].startswith(
        "The cap of the whole server is 80\u202f% used: 800 of 1,000 tokens a day."
    )
    assert operator.posted == []


async def test_answer_that_fills_a_cap_warns_once(make_room: MakeRoom) -> None:
    room, channels = make_room(), FakeLogChannel()

    async with posting(room, channels):
        await name_channel(room, "71")
        await QuotaModeration(room.using).set_limit(MODERATOR, SERVER, DAILY, 400)
        for _ in range(2):
            await room.ask(message("hello"))  # 120 tokens

    warnings = [text for _, text in channels.posted if text.startswith("The cap")]
    assert len(warnings) == 1
    assert "50\u202f% used: 240 of 400 tokens" in warnings[0]


async def test_cap_on_everything_is_the_operators_affair(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room, channels, operator = make_room(), FakeLogChannel(), FakeOperatorChannel()

    async with posting(room, channels, operator) as log_channel:
        await name_channel(room, "71")
        log_channel.add_warning(crossing(EVERYTHING, 100), CHANNEL.guild_id)

    assert len(channels.posted) == 1
    assert operator.posted[0].startswith("The cap of everything that this bot answers is 100")
    assert "a cap on everything fills" in caplog.text


async def test_filling_ceiling_is_posted_to_the_server_and_logged(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room, channels, operator = make_room(), FakeLogChannel(), FakeOperatorChannel()
    filling = crossing(SERVER, 100)

    async with posting(room, channels, operator) as log_channel:
        await name_channel(room, "71")
        log_channel.add_warning(
            replace(filling, limit=replace(filling.limit, is_ceiling=True)), CHANNEL.guild_id
        )

    assert channels.posted[-1][1].startswith("The operator's ceiling for this server is 100")
    assert operator.posted == []
    assert "a server's ceiling fills" in caplog.text


async def test_channel_refusing_messages_is_logged_once(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room, channels = make_room(), FakeLogChannel()
    channels.failures[71] = SurfaceForbidden("HTTP 403, code 50013")
    moderation = QuotaModeration(room.using)

    async with posting(room, channels):
        await name_channel(room, "71")
        await moderation.set_limit(MODERATOR, USER, DAILY, 50, "a secret reason")
        await moderation.clear_limits(MODERATOR, USER)

    lines = [line for line in caplog.records if line.levelno >= logging.WARNING]
    assert [line.getMessage() for line in lines] == ["a log channel took no message"]
    assert vars(lines[0])["channel_id"] == 71
    assert "secret" not in caplog.text


async def test_reopened_channel_is_logged_when_it_closes_again(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room, channels = make_room(), FakeLogChannel()
    moderation = QuotaModeration(room.using)

    for error in (SurfaceGone("gone"), None, SurfaceGone("gone")):
        channels.failures = {} if error is None else {71: error}
        async with posting(room, channels):
            await name_channel(room, "71")
            await moderation.block(MODERATOR, USER, None)

    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 2
    assert len(channels.posted) == 1


async def test_database_that_fails_costs_an_entry_and_no_more(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    room, channels = make_room(), FakeLogChannel()
    async with database.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE preferences RENAME TO mislaid")

    async with posting(room, channels) as log_channel:
        log_channel.add_warning(crossing(SERVER), CHANNEL.guild_id)

    assert channels.posted == []
    assert "a log channel can't be found" in caplog.text


async def test_entries_beyond_the_queue_are_lost_with_a_log_line(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room()
    change = await QuotaModeration(room.using).block(MODERATOR, USER, None)

    for number in range(250):
        room.using.log_channel.add_change(replace(change, id=number), 71)

    assert caplog.text.count("an entry of a log channel is lost") >= 50
