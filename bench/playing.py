"""The cost of the playground until its page is ready: the page served, and the bot behind it online."""

import asyncio
import signal
import sys
import time
from pathlib import Path

from bench.figures import Row, median
from bench.loops import run
from bench.machine import children, cpu_seconds

_ROUNDS = 5
_PATIENCE = 60.0  # seconds
_LOOK_AGAIN = 0.02  # seconds


def measure() -> list[Row]:
    return run(_starts())


async def _starts() -> list[Row]:
    """Each start makes a new database, as every playground does."""
    pages, bots, waits = [], [], []
    for _ in range(_ROUNDS):
        page, bot, wait = await _start()
        pages.append(page)
        bots.append(bot)
        waits.append(wait)
    both = [page + bot for page, bot in zip(pages, bots, strict=True)]
    return [
        Row(name="CPU to page ready, all processes", value=f"{median(both):.2f} s", aim="aim: 3 s"),
        Row(name="of it the playground: Discord, page, describer", value=f"{median(pages):.2f} s"),
        Row(name="of it the bot, making a new database", value=f"{median(bots):.2f} s"),
        Row(name="time to page ready", value=f"{median(waits):.2f} s"),
    ]


def _wait_until_ready(log: Path) -> None:
    while not (log.exists() and b" ready " in log.read_bytes()):
        time.sleep(_LOOK_AGAIN)


async def _start() -> tuple[float, float, float]:
    """CPU of the playground and of its bot, and seconds gone by, until the bot is online."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "playground", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            shown = [(await process.stdout.readline()).decode() for _ in range(3)]
            log = Path(shown[2].partition("log")[2].strip())
            await asyncio.to_thread(_wait_until_ready, log)
        wait = time.monotonic() - began
        (bot,) = children(process.pid)
        return cpu_seconds(process.pid), cpu_seconds(bot), wait
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()
