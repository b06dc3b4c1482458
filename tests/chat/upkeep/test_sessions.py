"""Sessions: watermarks that never pass a gap."""

from datetime import timedelta

import pytest

from bot.chat.upkeep.sessions import Sessions
from bot.core.messages.snowflakes import snowflake_at
from bot.store.database import Database
from tests.chat.conftest import NOON


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database, lambda: NOON)


async def look_back(sessions: Sessions) -> None:
    gap = await sessions.next_gap()
    await sessions.find_watermark(gap.shard_id)
    sessions.close(gap)


async def begin(sessions: Sessions) -> None:
    sessions.begin(0)
    sessions.note_ready(0, [7])
    await look_back(sessions)


async def written(sessions: Sessions, *message_ids: int) -> int | None:
    """The watermark once these messages were seen, a while ago."""
    for message_id in message_ids:
        sessions.note_message(0, message_id)
    await sessions.write_watermarks()
    await sessions.write_watermarks()
    return await sessions.find_watermark(0)


NOW = snowflake_at(NOON)


async def test_first_start_has_missed_nothing(sessions: Sessions) -> None:
    await sessions.note_start()

    assert await sessions.find_watermark(0) == NOW


async def test_later_start_goes_on_where_messages_were_seen(database: Database) -> None:
    first = Sessions(database, lambda: NOON)
    await first.note_start()
    await begin(first)
    await written(first, NOW + 5)

    second = Sessions(database, lambda: NOON + timedelta(hours=1))
    await second.note_start()

    assert await second.find_watermark(0) == NOW + 5


async def test_watermark_follows_the_newest_message(sessions: Sessions) -> None:
    await begin(sessions)

    assert await written(sessions, NOW + 2, NOW + 1) == NOW + 2


async def test_newest_message_may_not_be_taken_yet(sessions: Sessions) -> None:
    """A process that died a moment after it received a question never looked for it again."""
    await begin(sessions)
    sessions.note_message(0, NOW + 1)

    await sessions.write_watermarks()

    assert await sessions.find_watermark(0) == NOW


async def test_watermark_stays_until_somebody_has_looked_back(sessions: Sessions) -> None:
    await begin(sessions)
    sessions.begin(0)

    assert await written(sessions, NOW + 5) == NOW

    sessions.note_ready(0, [7])
    sessions.close(await sessions.next_gap())

    assert await written(sessions) == NOW + 5


async def test_later_session_holds_the_watermark_of_an_earlier(sessions: Sessions) -> None:
    await begin(sessions)
    sessions.begin(0)
    sessions.note_ready(0, [7])
    first = await sessions.next_gap()
    sessions.begin(0)

    sessions.close(first)

    assert await written(sessions, NOW + 5) == NOW


async def test_late_server_has_a_gap_of_its_own(sessions: Sessions) -> None:
    await begin(sessions)

    sessions.note_server(0, 7)  # one that is known
    sessions.note_server(0, 8)

    assert (await sessions.next_gap()).server_ids == {8}


async def test_other_shard_does_not_move_a_silent_ones(sessions: Sessions) -> None:
    sessions.shard_count = 2
    await begin(sessions)
    sessions.begin(1)
    sessions.note_ready(1, [9])
    await look_back(sessions)

    await written(sessions, NOW + 5)

    assert await sessions.find_watermark(1) == NOW
