"""Threads in which an answer stands, closed by somebody or by themselves."""

import pytest

from bot.core.display.thread_state import ThreadState
from bot.core.errors import SurfaceClosed
from bot.gateway.replies.reply import DiscordSurface
from bot.gateway.replies.threads import ClosedThreads, read_thread
from bot.standins.playground.messages import threads
from tests.gateway.discord_http import open_line

DAY = 86_400.0  # seconds

OPEN = ThreadState(is_archived=False, is_locked=False)
LOCKED = ThreadState(is_archived=False, is_locked=True)


def test_closed_thread_is_remembered_until_somebody_writes_there() -> None:
    closed = ClosedThreads()

    was_closed = closed.note(5, LOCKED)
    was_remembered = 5 in closed
    closed.reopen(5)

    assert was_closed
    assert was_remembered
    assert 5 not in closed
    assert not closed.note(5, OPEN)


@pytest.mark.parametrize(
    "payload",
    [{}, {"thread_metadata": None}, {"thread_metadata": {"archived": None, "locked": None}}],
    ids=["nothing", "null", "nulls"],
)
def test_thread_of_which_little_is_said_is_open(payload: dict[str, object]) -> None:
    assert read_thread(payload) == OPEN


async def test_edit_wakes_a_thread_that_fell_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the answer was thrown away: 400, code 50083."""
    async with open_line(monkeypatch) as line:
        thread = await line.alice.create_thread(line.channel, "Plans")
        surface = DiscordSurface(line.http, thread.id, line.question_id, may_reply=False)
        message_id = await surface.create(0, "Half", has_stop=True)
        line.discord.skip(DAY)
        threads.set_archived(line.discord.world, thread, archived=True)

        await surface.edit(message_id, "Half and whole", has_stop=False)

        assert thread.messages[message_id].content == "Half and whole"


async def test_edit_leaves_a_thread_closed_that_somebody_archived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_line(monkeypatch) as line:
        thread = await line.alice.create_thread(line.channel, "Plans")
        surface = DiscordSurface(line.http, thread.id, line.question_id, may_reply=False)
        message_id = await surface.create(0, "Half", has_stop=True)
        await line.alice.archive(thread)

        with pytest.raises(SurfaceClosed):
            await surface.edit(message_id, "Half and whole", has_stop=False)

        assert thread.thread is not None
        assert thread.thread.archived


async def test_nothing_is_posted_in_a_thread_known_to_be_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A post would have opened it again."""
    async with open_line(monkeypatch) as line:
        thread = await line.alice.create_thread(line.channel, "Plans")
        surface = DiscordSurface(line.http, thread.id, line.question_id, closed={thread.id})
        await line.alice.archive(thread)

        with pytest.raises(SurfaceClosed):
            await surface.create(0, "Hello.", has_stop=False)

        assert thread.thread is not None
        assert thread.thread.archived
