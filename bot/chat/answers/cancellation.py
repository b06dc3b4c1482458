"""Work that must be finished although its caller is cancelled: the one place that postpones it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")

Work = Callable[[], Coroutine[object, object, T]]


async def finish(work: Work[T], *, undo: Callable[[T], Work[object]] | None = None) -> T:
    """Run `work` to its end, however often the caller is cancelled meanwhile; then re-raise that.

    `undo` makes the work that gives the result back where the cancellation keeps it from the caller.

    `asyncio.shield` alone loses the work at the second cancellation, when nobody waits for it any
    more (https://docs.python.org/3/library/asyncio-task.html#asyncio.shield).
    """
    task = asyncio.get_running_loop().create_task(work())  # waited for below, on every path
    postponed: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            if task.cancelled():
                raise
            postponed = cancelled
        except Exception:  # noqa: BLE001 - raised by task.result() below
            break
    if postponed is None:
        return task.result()
    has_failed = task.cancelled() or task.exception() is not None  # retrieved, so nobody warns
    if undo is not None and not has_failed:
        await finish(undo(task.result()))
    raise postponed


def first_error(group: ExceptionGroup[Exception]) -> Exception:
    """The error that a task group was left for: callers know errors, not groups."""
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def work_until(stop: Work[object], work: Work[object], *beside: Work[object]) -> bool:
    """Run `work` until it ends or `stop` returns, with others beside it; True where it has ended.

    What is left is cancelled and waited for. Raises the first error of any of them.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            working, stopping = tasks.create_task(work()), tasks.create_task(stop())
            others = [tasks.create_task(other()) for other in beside]
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            has_ended = working.done()
            for task in (working, stopping, *others):
                task.cancel()
    except ExceptionGroup as group:
        raise first_error(group) from group
    return has_ended
