"""The end of the process: what asks for it, and what makes sure that it comes."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NoReturn, TypeVar

from bot.core.origin import origin

log = logging.getLogger(__name__)

T = TypeVar("T")

INTERRUPTED = 128 + signal.SIGINT  # the exit code, as shells count it
FAILED = 1
MUST_NOT_RUN = 2  # as for a start that failed: a supervisor need not try again
MOST_AFTER_GRACE = 10.0  # seconds from the end of the grace period to the end of the process
_MARGIN = 0.5  # seconds of them that are left to the hard way
_LAST_LINE = 0.3  # seconds for a line to a standard error that may be stuck


class Stopped(Exception):
    """The process was told to end before it had started."""


class Deadline:
    """Once set, the process ends in time: by itself, or else the hard way.

    A thread watches, since the event loop may be what is stuck; it goes on after the loop's end,
    when the interpreter waits for other threads.
    """

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def set(self, *, grace: float) -> None:
        """Count from now: `grace` seconds and MOST_AFTER_GRACE. The first call counts."""
        if self._timer is None:
            self._timer = threading.Timer(grace + MOST_AFTER_GRACE - _MARGIN, _end_the_hard_way)
            self._timer.daemon = True
            self._timer.start()

    def clear(self) -> None:
        """For tests, whose process goes on."""
        if self._timer is not None:
            self._timer.cancel()


def _end_the_hard_way() -> None:
    exit_at_once(FAILED, lambda: log.critical("the process did not end in time and was cut off"))


def exit_at_once(code: int, say: Callable[[], None]) -> NoReturn:
    """Say a last line and end, whatever else goes on: nothing is settled, closed or waited for."""
    line = threading.Thread(target=_say, args=(say,), daemon=True)
    line.start()
    line.join(_LAST_LINE)
    os._exit(code)


def _say(say: Callable[[], None]) -> None:
    say()
    sys.stdout.flush()
    sys.stderr.flush()


def listen_for_signals(deadline: Deadline, *, grace: float) -> asyncio.Future[int]:
    """The exit code, known once SIGTERM, SIGHUP or SIGINT has come. The first signal counts.

    SIGHUP comes where a terminal is closed; `nohup` ignores it, and so do we then.
    """
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not stop.done():
            deadline.set(grace=grace)
            stop.set_result(code)

    loop.add_signal_handler(signal.SIGTERM, end, 0)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, end, 0)
    loop.add_signal_handler(signal.SIGINT, end, INTERRUPTED)
    return stop


async def unless_stopped(stop: asyncio.Future[int], work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled where the process is told to end: then raises Stopped."""
    task = asyncio.get_running_loop().create_task(work)
    first: set[asyncio.Future[Any]] = {task, stop}
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task})
    raise Stopped


async def until_over(
    tasks: Sequence[asyncio.Task[None]], connection: asyncio.Task[None], stop: asyncio.Future[int]
) -> None:
    """Return when the process is told to stop, the connection has ended, or any task has failed."""
    waiting: set[asyncio.Future[Any]] = {*tasks, stop}
    while not stop.done() and not connection.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(task.cancelled() or task.exception() is not None for task in done):
            return


def errors_of(tasks: Sequence[asyncio.Task[None]]) -> list[BaseException]:
    ended = (task for task in tasks if task.done() and not task.cancelled())
    return [error for task in ended if (error := task.exception()) is not None]


async def within(seconds: float, work: Coroutine[Any, Any, Any]) -> bool:
    """Whether `work` has ended in time; it is cancelled otherwise, and not waited for."""
    task = asyncio.get_running_loop().create_task(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        return False
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("a part of the bot could not be closed", extra={"reason": describe(error)})
    return True


def describe(error: BaseException) -> str:
    """Name the type and the line, and never the message: that may quote what people wrote."""
    return f"{type(error).__name__} at {origin(error)}"
