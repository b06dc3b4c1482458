"""The worker process: its bounds, and its output."""

import os
import subprocess
import sys
from pathlib import Path

from bot.core.conversation.turns import LeftOutReason
from bot.images.file_type import Format
from bot.images.settings import ImageSettings
from bot.images.worker.worker_pool import WorkerPool
from tests.images.worker.pools import GOOD, job, linux, pid_of, proc, worker_pool
from tests.pictures import quadrants, write


@linux
async def test_worker_is_limited_in_memory_and_polite() -> None:
    async with worker_pool() as workers:
        await workers.work(GOOD)
        pid = pid_of(workers)

        limits = proc(pid, "limits")
        niceness = os.getpriority(os.PRIO_PROCESS, pid)

    assert f"Max address space         {1536 * 1024 * 1024}" in limits
    assert niceness >= 10


async def test_picture_needing_too_much_memory_is_left_out() -> None:
    settings = ImageSettings(prepare_timeout=60, worker_memory=256 * 1024 * 1024)
    workers = WorkerPool(settings)
    try:
        huge = job(write(quadrants(9000, 5500), "WEBP", lossless=True, method=0), Format.WEBP)

        result = await workers.work(huge)
        after = await workers.work(GOOD)
    finally:
        await workers.aclose()

    assert result.reason in (LeftOutReason.TOO_MANY_PIXELS, LeftOutReason.DAMAGED)
    assert after.reason is None


def test_noise_on_stdout_does_not_reach_the_replies() -> None:
    script = (
        "import os, subprocess\n"
        "from bot.images.worker.process import _claim_stdout\n"
        "replies = _claim_stdout()\n"
        "print('noise', flush=True)\n"
        "os.write(1, b'noise from C')\n"
        "replies.write(b'reply')\n"
        "replies.flush()\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=Path(__file__).parents[3],
        check=True,
    )

    assert run.stdout == b"reply"
    assert run.stderr.count(b"noise") == 2
