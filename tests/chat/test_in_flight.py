"""The answers being written: each once, stopped by those who may, interrupted at the end."""

import asyncio

import pytest

from bot.chat.in_flight import ConversationQueue, InFlight, StopOutcome, Stopper, Stopping
from bot.core.answers.events import Ending


async def test_drain_waits_for_answers_then_interrupts_them() -> None:
    in_flight = InFlight()
    signal = asyncio.Event()
    with in_flight.entry(1, asker_id=10, signal=signal) as entry:
        await in_flight.drain(grace=0.01, after=0.01)

    assert in_flight.is_closing
    assert entry.ending is Ending.INTERRUPTED
    assert signal.is_set()


async def test_first_reason_to_end_an_answer_counts() -> None:
    with InFlight().entry(1, asker_id=10, signal=asyncio.Event()) as entry:
        entry.interrupt(Ending.STOPPED)
        entry.interrupt(Ending.INTERRUPTED)

    assert entry.ending is Ending.STOPPED


def test_deleted_question_stops_its_answer_and_withdraws_it() -> None:
    in_flight, withdrawn = InFlight(), list[str]()
    with in_flight.entry(1, asker_id=10, signal=asyncio.Event()) as entry:
        entry.when_forgotten(lambda: withdrawn.append("now"))
        in_flight.forget_question(2)
        was_left_alone = entry.ending is None

        in_flight.forget_question(1)

    assert was_left_alone
    assert entry.ending is Ending.STOPPED
    assert withdrawn == ["now"]


def test_question_deleted_before_its_answer_began_is_not_answered() -> None:
    in_flight, withdrawn = InFlight(), list[str]()
    in_flight.forget_question(1)

    with in_flight.entry(1, asker_id=10, signal=asyncio.Event()) as entry:
        entry.when_forgotten(lambda: withdrawn.append("now"))

    assert entry.ending is Ending.STOPPED
    assert withdrawn == ["now"]


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
        outcome = await Stopping(in_flight).stop(1, person)

    assert outcome is expected
    assert (entry.ending is Ending.STOPPED) == (expected is StopOutcome.STOPPED)
    assert await Stopping(in_flight).stop(1, person) is StopOutcome.OVER


async def test_conversation_that_is_over_keeps_no_queue() -> None:
    queue = ConversationQueue()
    async with queue.turn("a"):
        pass

    assert not queue._locks
