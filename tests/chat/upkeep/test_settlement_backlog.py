"""What the database did not take is tried again until it does, and nothing is booked twice."""

import asyncio

import pytest

from bot.chat.upkeep.settlement_backlog import FIRST_PAUSE, LONGEST_PAUSE, SettlementBacklog
from bot.core.errors import DatabaseUnavailable
from tests.chat.conftest import until


class Books:
    """Refuses the first `failures` times; `booked` are the answers that it took."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.booked: list[int] = []

    async def book(self, message_id: int = 1) -> str:
        if self.failures:
            self.failures -= 1
            raise DatabaseUnavailable("disk full")
        self.booked.append(message_id)
        return "booked"


class Pauses:
    """Sleeps no time, and ends the test's patience after `most` pauses."""

    def __init__(self, most: int) -> None:
        self.seconds: list[float] = []
        self.most = most

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) >= self.most:
            raise asyncio.CancelledError
        await asyncio.sleep(0)


async def test_settlement_that_is_taken_at_once_is_not_owed() -> None:
    backlog, books = SettlementBacklog(), Books()

    assert await backlog.settle(1, books.book) == "booked"
    assert (len(backlog), 1 in backlog) == (0, False)


async def test_settlement_that_failed_is_tried_until_it_is_taken() -> None:
    backlog, books = SettlementBacklog(sleep=Pauses(8).sleep), Books(failures=5)

    assert await backlog.settle(1, books.book) is None
    assert (len(backlog), 1 in backlog) == (1, True)
    keeping = asyncio.create_task(backlog.keep_trying())
    await until(lambda: not len(backlog))
    keeping.cancel()
    await asyncio.wait([keeping])

    assert books.booked == [1]


async def test_pauses_between_attempts_grow_up_to_a_bound() -> None:
    pauses = Pauses(7)
    backlog, books = SettlementBacklog(sleep=pauses.sleep), Books(failures=100)
    await backlog.settle(1, books.book)

    with pytest.raises(asyncio.CancelledError):
        await backlog.keep_trying()

    assert pauses.seconds == [FIRST_PAUSE, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


async def test_attempt_that_takes_long_is_not_made_twice() -> None:
    """A database that is locked for a minute: the answer is shown, and the charge booked once."""
    backlog, books, unlocked = SettlementBacklog(), Books(), asyncio.Event()

    async def book_slowly() -> str:
        await unlocked.wait()
        return await books.book()

    assert await backlog.settle(1, book_slowly, within=0) is None
    unlocked.set()
    await backlog.drain(within=10)

    assert (books.booked, len(backlog)) == ([1], 0)


async def test_slow_attempt_that_fails_is_made_anew() -> None:
    backlog, books = SettlementBacklog(sleep=Pauses(5).sleep), Books(failures=1)

    async def book_later() -> str:
        await asyncio.sleep(0)
        return await books.book()

    await backlog.settle(1, book_later, within=0)
    await backlog.drain(within=10)

    assert books.booked == [1]


async def test_one_that_keeps_failing_does_not_hold_up_the_others() -> None:
    backlog, books, broken = SettlementBacklog(sleep=Pauses(3).sleep), Books(1), Books(10**9)
    await backlog.settle(1, broken.book)
    await backlog.settle(2, books.book)

    with pytest.raises(asyncio.CancelledError):
        await backlog.drain(within=60)

    assert (books.booked, 1 in backlog) == ([1], True)


async def test_mistake_in_a_settlement_is_logged_and_not_tried_forever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    backlog, attempts = SettlementBacklog(), iter([DatabaseUnavailable("full"), LookupError("who")])

    async def book() -> None:
        raise next(attempts)

    await backlog.settle(1, book)
    await backlog.drain(within=10)

    assert not len(backlog)
    assert "a settlement failed unexpectedly" in caplog.text


async def test_mistake_at_the_first_attempt_is_raised() -> None:
    async def book() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await SettlementBacklog().settle(1, book)


async def test_process_that_must_end_says_what_is_left(caplog: pytest.LogCaptureFixture) -> None:
    backlog, books = SettlementBacklog(), Books(failures=10**9)
    await backlog.settle(1, books.book)

    await backlog.drain(within=0)

    assert len(backlog) == 1
    assert "answers are left unsettled" in caplog.text
