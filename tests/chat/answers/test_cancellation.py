"""Work that is finished although its caller is cancelled, and work that ends when it is told to."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial

import pytest

from bot.chat.answers.cancellation import finish, work_until


async def give_seven() -> int:
    return 7


async def fail() -> None:
    raise ZeroDivisionError


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


async def cancel_while(
    gate: asyncio.Event, caller: "asyncio.Task[int] | asyncio.Task[None]", times: int
) -> None:
    """Cancel `caller`, which waits for `gate`, so often; then let it go on."""
    for _ in range(times):
        await asyncio.sleep(0)
        caller.cancel()
    await asyncio.sleep(0)
    gate.set()


async def test_work_gives_its_result_or_its_error() -> None:
    assert await finish(give_seven) == 7
    with pytest.raises(ZeroDivisionError):
        await finish(fail)


async def test_work_is_finished_however_often_its_caller_is_cancelled() -> None:
    gate, done = asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append("work")

    caller = asyncio.get_running_loop().create_task(finish(work))
    await cancel_while(gate, caller, times=3)

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["work"]


async def test_error_of_the_work_gives_way_to_a_cancellation() -> None:
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()
        raise ZeroDivisionError

    caller = asyncio.get_running_loop().create_task(finish(work))
    await cancel_while(gate, caller, times=1)

    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_work_that_cancels_itself_cancels_its_caller() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await finish(work)


class Undo:
    """Gives results back, each once `gate` is set."""

    def __init__(self) -> None:
        self.began, self.gate = asyncio.Event(), asyncio.Event()
        self.results: list[int] = []

    def __call__(self, result: int) -> Callable[[], Coroutine[object, object, None]]:
        return partial(self._give_back, result)

    async def _give_back(self, result: int) -> None:
        self.began.set()
        await self.gate.wait()
        self.results.append(result)


async def test_result_that_the_caller_gets_is_not_undone() -> None:
    undo = Undo()

    assert await finish(give_seven, undo=undo) == 7

    assert not undo.began.is_set()


@pytest.mark.parametrize("times", [0, 2], ids=["once", "also while it is undone"])
async def test_result_that_a_cancellation_keeps_from_the_caller_is_undone(times: int) -> None:
    gate, undo = asyncio.Event(), Undo()

    async def acquire() -> int:
        await gate.wait()
        return 7

    caller = asyncio.get_running_loop().create_task(finish(acquire, undo=undo))
    await cancel_while(gate, caller, times=1)
    await undo.began.wait()
    await cancel_while(undo.gate, caller, times=times)

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert undo.results == [7]


async def test_work_that_failed_is_not_undone() -> None:
    gate, undo = asyncio.Event(), Undo()

    async def acquire() -> int:
        await gate.wait()
        raise ZeroDivisionError

    caller = asyncio.get_running_loop().create_task(finish(acquire, undo=undo))
    await cancel_while(gate, caller, times=1)

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not undo.began.is_set()


async def test_work_ends_before_it_is_stopped() -> None:
    assert await work_until(wait_for_ever, give_seven, wait_for_ever)


async def test_work_is_stopped_and_waited_for() -> None:
    left: list[str] = []

    async def work() -> None:
        try:
            await wait_for_ever()
        finally:
            await asyncio.sleep(0)
            left.append("work")

    async def stop() -> None:
        await asyncio.sleep(0)

    assert not await work_until(stop, work)
    assert left == ["work"]


@pytest.mark.parametrize("failing", ["work", "stop", "beside"])
async def test_first_error_is_raised_and_ends_the_others(failing: str) -> None:
    works = dict.fromkeys(("stop", "work", "beside"), wait_for_ever) | {failing: fail}
    before = asyncio.all_tasks()

    with pytest.raises(ZeroDivisionError):
        await work_until(works["stop"], works["work"], works["beside"])

    assert asyncio.all_tasks() == before


async def test_cancelled_caller_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    caller = asyncio.get_running_loop().create_task(
        work_until(wait_for_ever, wait_for_ever, wait_for_ever)
    )
    await asyncio.sleep(0)
    while_running = asyncio.all_tasks()

    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert len(while_running) == len(before) + 4
    assert asyncio.all_tasks() == before
