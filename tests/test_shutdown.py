"""The end of the process, where it does not come by itself."""

import asyncio
import subprocess
import sys

import pytest

from bot.shutdown import Stopped, describe, unless_stopped, within

STUCK = """
import logging, time
from bot import shutdown
logging.basicConfig(format="%(levelname)s %(message)s")
deadline = shutdown.Deadline()
deadline.set(grace=-shutdown.MOST_AFTER_GRACE + 1)
deadline.set(grace=3600)
time.sleep(3600)
"""


def test_process_that_is_stuck_is_cut_off() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert done.stderr == "CRITICAL the process did not end in time and was cut off\n"


async def sleep_for_ever() -> None:
    await asyncio.Event().wait()


async def test_work_is_cancelled_when_the_process_is_told_to_stop() -> None:
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop.set_result(0)

    with pytest.raises(Stopped):
        await unless_stopped(stop, sleep_for_ever())


async def test_work_that_takes_too_long_is_not_waited_for() -> None:
    assert not await within(0.01, sleep_for_ever())


async def test_failure_is_described_without_its_words() -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError as error:
        said = describe(error)

    assert said.startswith("ValueError at ")
    assert said.endswith("test_shutdown.py:49")
    assert "wrote" not in said
