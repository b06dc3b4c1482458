"""What must happen, happens: the one place where cancellation is postponed."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def finish(deed: Coroutine[object, object, T]) -> T:
    """Run `deed` to its end, however often the caller is cancelled meanwhile; then re-raise that.

    `asyncio.shield` alone loses the deed at the second cancellation, when nobody waits for it any
    more (https://docs.python.org/3/library/asyncio-task.html#asyncio.shield).
    """
    task = asyncio.get_running_loop().create_task(deed)  # waited for below, on every path
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
    if postponed is not None:
        if not task.cancelled():
            task.exception()  # retrieved: the cancellation is what the caller must see
        raise postponed
    return task.result()


def first_error(group: ExceptionGroup[Exception]) -> Exception:
    """The error that a task group was left for: callers know errors, not groups."""
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
