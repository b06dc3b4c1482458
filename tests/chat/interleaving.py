"""Interleavings: something happens between two steps of everything that runs, whichever they are.

A step is what a task does from one `await` to the next. Counting steps instead of seconds reaches
every place where something else could come between, on any machine.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import Any


class Steps:
    """Counts the steps of all tasks, and calls `happen` before the one of the number `at`."""

    def __init__(self, at: int, happen: Callable[[], object]) -> None:
        self.count = 0
        self._at = at
        self._happen = happen

    def take(self) -> None:
        self.count += 1
        if self.count == self._at:
            self._happen()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the tasks that are created in the block, and those that these create."""
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(self._create)
        try:
            yield
        finally:
            loop.set_task_factory(before)

    def _create(
        self, loop: asyncio.AbstractEventLoop, work: Any, **named: Any
    ) -> "asyncio.Task[Any]":
        return asyncio.Task(_Counted(work, self), loop=loop, **named)


class _Counted(Coroutine[Any, Any, Any]):
    """A coroutine that says when it goes on."""

    def __init__(self, work: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self._work = work
        self._steps = steps

    def send(self, value: Any) -> Any:
        self._steps.take()
        return self._work.send(value)

    def throw(self, *error: Any) -> Any:
        self._steps.take()
        return self._work.throw(*error)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._work.__await__()
