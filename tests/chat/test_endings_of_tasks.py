"""Deeds that must be finished, chores that must go on, and the end of the process."""

import asyncio

import pytest

from bot.chat.answers.cancellation import finish
from bot.chat.in_flight import ConversationQueue, InFlight, StopOutcome, Stopper, Stopping
from bot.chat.upkeep.chores import run_chores
from bot.core.answers.events import Ending


async def test_deed_is_finished_however_often_its_caller_is_cancelled() -> None:
    done: list[str] = []

    async def deed() -> str:
        await asyncio.sleep(0.05)
        done.append("deed")
        return "result"

    caller = asyncio.get_running_loop().create_task(finish(deed))
    for _ in range(3):
        await asyncio.sleep(0.005)
        caller.cancel()

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["deed"]


async def test_deed_gives_its_result_or_its_error() -> None:
    async def good() -> int:
        return 7

    async def bad() -> None:
        raise ZeroDivisionError

    assert await finish(good) == 7
    with pytest.raises(ZeroDivisionError):
        await finish(bad)


async def test_error_of_a_deed_gives_way_to_the_cancellation_of_its_caller() -> None:
    async def bad() -> None:
        await asyncio.sleep(0.02)
        raise ZeroDivisionError

    caller = asyncio.get_running_loop().create_task(finish(bad))
    await asyncio.sleep(0)
    caller.cancel()

    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_chore_that_fails_does_not_keep_the_others_from_being_done() -> None:
    done: list[int] = []

    async def broken() -> None:
        raise ZeroDivisionError

    async def good() -> None:
        done.append(1)

    keeping = asyncio.get_running_loop().create_task(run_chores([broken, good], every=0.01))
    await asyncio.sleep(0.05)
    keeping.cancel()

    assert len(done) > 1


async def test_drain_waits_for_answers_then_interrupts_them() -> None:
    in_flight = InFlight()
    signal = asyncio.Event()
    with in_flight.entry(1, asker_id=10, signal=signal) as entry:
        await in_flight.drain(grace=0.01, after=0.01)

    assert in_flight.is_closing
    assert entry.ending is Ending.INTERRUPTED
    assert signal.is_set()


def test_message_id_is_new_once() -> None:
    in_flight = InFlight()

    assert in_flight.is_new(5)
    assert not in_flight.is_new(5)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Stopper(id=10, may_moderate=False), StopOutcome.STOPPED),
        (Stopper(id=99, may_moderate=True), StopOutcome.STOPPED),
        (Stopper(id=11, may_moderate=False), StopOutcome.NOT_YOURS),
    ],
    ids=["asker", "moderator", "somebody else"],
)
async def test_stop_is_for_the_asker_and_moderators(person: Stopper, expected: StopOutcome) -> None:
    in_flight = InFlight()
    with in_flight.entry(1, asker_id=10, signal=asyncio.Event()) as entry:
        outcome = Stopping(in_flight).stop(1, person)

    assert outcome is expected
    assert (entry.ending is Ending.STOPPED) == (expected is StopOutcome.STOPPED)
    assert Stopping(in_flight).stop(1, person) is StopOutcome.OVER


async def test_order_keeps_no_queue_of_a_conversation_that_is_over() -> None:
    order = ConversationQueue()
    async with order.turn("a"):
        pass

    assert not order._locks
