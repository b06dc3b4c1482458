"""The pool: when a worker starts, ends and is replaced."""

import asyncio
import logging
import os
import signal

import pytest

from bot.core.conversation.turns import LeftOutReason
from bot.images.file_type import Format
from bot.images.settings import ImageSettings
from bot.images.worker.worker_pool import WorkerPool
from tests.images.worker.pools import GOOD, job, linux, pid_of, proc, worker_pool
from tests.pictures import endless_gif

LONG = job(endless_gif(400_000), Format.GIF)  # many seconds


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def ended(pid: int) -> None:
    async with asyncio.timeout(60):
        while is_running(pid):  # noqa: ASYNC110 - nothing tells of a process's end
            await asyncio.sleep(0.01)


async def test_pool_starts_its_worker_at_the_first_job_only() -> None:
    async with worker_pool() as workers:
        assert workers.worker_pid is None

        result = await workers.work(GOOD)

        assert result.reason is None
        assert workers.worker_pid is not None


async def test_worker_serves_one_job_after_the_other() -> None:
    async with worker_pool() as workers:
        first = await workers.work(GOOD)
        pid = workers.worker_pid
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(workers.work(GOOD)) for _ in range(5)]

        assert all(other.result() == first for other in others)
        assert workers.worker_pid == pid


async def test_closing_the_pool_ends_the_worker() -> None:
    async with worker_pool() as workers:
        await workers.work(GOOD)
        pid = pid_of(workers)

    assert not is_running(pid)


async def test_job_over_its_time_limit_ends_its_worker() -> None:
    async with worker_pool(prepare_timeout=0.5) as workers:
        slow = await workers.work(LONG)

        assert slow.reason is LeftOutReason.TOO_SLOW
        assert workers.worker_pid is None


async def test_worker_killed_in_a_job_damages_that_picture_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with worker_pool() as workers:
        await workers.work(GOOD)
        async with asyncio.TaskGroup() as group:
            victim = group.create_task(workers.work(LONG))
            waiting = group.create_task(workers.work(GOOD))
            await asyncio.sleep(0.3)
            os.kill(pid_of(workers), signal.SIGKILL)

        assert victim.result().reason is LeftOutReason.DAMAGED
        assert victim.result().error
        assert waiting.result().reason is None
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.__dict__["returncode"] == -signal.SIGKILL


async def test_worker_killed_between_jobs_is_replaced_unnoticed() -> None:
    async with worker_pool() as workers:
        await workers.work(GOOD)
        assert workers._process is not None
        os.kill(pid_of(workers), signal.SIGKILL)
        await workers._process.wait()

        assert (await workers.work(GOOD)).reason is None


async def test_cancelled_job_ends_its_worker_and_no_other_job() -> None:
    async with worker_pool() as workers:
        await workers.work(GOOD)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await workers.work(LONG)

        result = await workers.work(GOOD)

        assert (result.frames[0].width, result.frames[0].height) == (120, 80)


async def test_worker_is_recycled_after_its_number_of_jobs() -> None:
    async with worker_pool(max_jobs=2) as workers:
        await workers.work(GOOD)
        first = pid_of(workers)
        await workers.work(GOOD)
        await workers.work(GOOD)

        assert pid_of(workers) != first


async def test_idle_worker_is_ended_and_the_next_job_starts_another() -> None:
    async with worker_pool(idle_timeout=0.05) as workers:
        await workers.work(GOOD)
        pid = pid_of(workers)
        await ended(pid)

        assert workers.worker_pid is None
        assert (await workers.work(GOOD)).reason is None


@linux
async def test_worker_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    monkeypatch.setenv("GLIMPSE_API_KEY", "secret-key")
    async with worker_pool() as workers:
        await workers.work(GOOD)

        environment = proc(pid_of(workers), "environ")

    assert "PATH=" in environment
    assert "secret" not in environment


async def test_worker_that_cannot_start_is_logged_and_leaves_pictures_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workers = WorkerPool(ImageSettings(worker_memory=1024))

    result = await workers.work(GOOD)
    await workers.aclose()

    assert result.reason is LeftOutReason.UNSUPPORTED
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.__dict__["returncode"] not in (0, None)


# A worker that can't be started


async def test_pool_knows_that_its_worker_can_not_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with worker_pool() as workers:
        assert workers.can_start
        monkeypatch.setattr("sys.executable", "/nowhere/python")

        await workers.work(GOOD)

        assert not workers.can_start


async def test_pool_notices_that_its_worker_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker_pool() as workers:
        with monkeypatch.context() as broken:
            broken.setattr("sys.executable", "/nowhere/python")
            await workers.try_to_start()
            assert not workers.can_start

        await workers.try_to_start()

        assert workers.can_start
        assert workers.worker_pid is not None
