"""The two event loops."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def find_loops() -> dict[str, LoopFactory]:
    """Those that are installed, by name."""
    loops: dict[str, LoopFactory] = {"asyncio": asyncio.new_event_loop}
    try:
        from uvloop import new_event_loop
    except ImportError:
        return loops
    return {"uvloop": new_event_loop, **loops}


def run(work: Coroutine[object, object, T], factory: LoopFactory = asyncio.new_event_loop) -> T:
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)
