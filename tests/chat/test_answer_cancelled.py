"""An answer is cancelled at each of its awaits, once and twice: nothing stays reserved."""

import asyncio
import types
from collections.abc import Coroutine, Generator

import pytest

from bot.core.answers.events import TextDelta
from tests.chat.conftest import MakeRoom, Room, message
from tests.fakes import FakeModel, FakeSurface, answer


@types.coroutine
def cancelled_at(
    deed: Coroutine[object, object, None], points: frozenset[int], reached: list[int]
) -> Generator[object, None, None]:
    """Run `deed` in the current task, which is cancelled at the suspensions numbered `points`."""
    task = asyncio.current_task()
    assert task is not None
    number = 0
    waiting_for: object = deed.send(None)
    while True:
        number += 1
        reached.append(number)
        if number in points:
            asyncio.get_running_loop().call_soon(task.cancel)
        thrown: BaseException | None = None
        try:
            yield waiting_for
        except BaseException as error:  # noqa: BLE001 - handed on, whatever it is
            thrown = error
        try:
            waiting_for = deed.send(None) if thrown is None else deed.throw(thrown)
        except StopIteration:
            return


async def run_cancelled(room: Room, points: frozenset[int]) -> int:
    """Ask a question, cancel at `points`; returns how often the answer waited in all."""
    reached: list[int] = []

    async def ask() -> None:
        await room.answering.handle(message("hello"), FakeSurface())

    async def task() -> None:
        await cancelled_at(ask(), points, reached)

    await asyncio.wait([asyncio.get_running_loop().create_task(task())], timeout=10)
    return len(reached)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_cancelled_answer_leaves_no_reservation_and_is_charged_once(
    make_room: MakeRoom, times: int
) -> None:
    script = (TextDelta(text="Some "), 0.002, *answer("words."))
    waits = await run_cancelled(make_room(FakeModel(script)), frozenset())
    assert waits >= 5

    for first in range(1, waits + 1):
        room = make_room(FakeModel(script))
        before = (await room.standing()).spent
        await run_cancelled(room, frozenset(range(first, first + times)))

        standing = await room.standing()
        assert standing.reserved == 0, f"cancelled at {first}"
        assert standing.spent - before in range(121), f"cancelled at {first}"
        await room.assert_accounts_agree()


async def test_answer_cancelled_while_its_stream_is_read_closes_the_stream(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel((TextDelta(text="Some"), asyncio.Event())))
    surface = FakeSurface()
    task = asyncio.get_running_loop().create_task(room.ask(message("hello"), surface))
    async with asyncio.timeout(5):
        while not surface.messages:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    task.cancel()
    await asyncio.wait([task])

    assert room.model.closed == 1
    assert not len(room.in_flight)
    standing = await room.standing()
    assert standing.reserved == 0
    assert standing.spent > 0
