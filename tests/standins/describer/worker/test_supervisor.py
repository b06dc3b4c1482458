"""The worker comes and goes, whatever happens to it; the describer goes on."""

import asyncio
import os
import signal

import aiohttp
import pytest

from bot.standins.describer.api.server import Describer, DescriberSettings
from bot.standins.describer.findings import Unread
from bot.standins.describer.request.request_body import Picture
from bot.standins.describer.worker.findings_cache import FindingsCache
from bot.standins.describer.worker.protocol import Measured, Task
from bot.standins.describer.worker.supervisor import (
    WorkerLost,
    WorkerSettings,
    WorkerSupervisor,
    WorkerTooSlow,
)
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, body, text_of, user

ICON = scenes.png(scenes.icon())


def picture(content: bytes) -> Picture:
    return Picture(content=content, hash=str(hash(content)), place="input")


def is_there(pid: int) -> bool:
    """False once its parent, too, knows that it is over."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _fails(worker: WorkerSupervisor, error: type[Exception]) -> bool:
    with pytest.raises(error):
        await worker.run(Task.MEASURE, ICON)
    return True


async def test_worker_starts_with_a_picture_and_ends_with_the_describer(
    session: aiohttp.ClientSession,
) -> None:
    async with Describer(DescriberSettings(words_per_second=0)) as describer:
        await ask(session, describer, body(user("Hello")))
        before = describer.worker.worker_pid
        await ask(session, describer, body(user("How big?", ICON)))
        pid = describer.worker.worker_pid

    assert before is None
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_killed_worker_is_replaced(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    await ask(session, describer, body(user("How big?", ICON)))
    first = describer.worker.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(10):
        while is_there(first):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)

    response = await ask(session, describer, body(user("How big?", scenes.png(scenes.blank()))))

    assert "640 × 480" in text_of(response)
    assert describer.worker.worker_pid != first


async def test_worker_that_dies_fails_its_job_only() -> None:
    worker = WorkerSupervisor(WorkerSettings(may_read=False))
    async with worker.turn():
        await worker.run(Task.MEASURE, ICON)
        pid = worker.worker_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        async with asyncio.TaskGroup() as tasks:
            job = tasks.create_task(_fails(worker, WorkerLost))
            await asyncio.sleep(0.05)
            os.kill(pid, signal.SIGKILL)
        again = await worker.run(Task.MEASURE, ICON)
    await worker.aclose()

    assert job.result()
    assert isinstance(again, Measured)


async def test_worker_that_hangs_is_ended_and_its_text_missing() -> None:
    worker = WorkerSupervisor(WorkerSettings(may_read=False, read_timeout=0.2, measure_timeout=0.2))
    findings = FindingsCache(worker)
    async with worker.turn():
        await worker._ready()
    pid = worker.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)

    words = await findings.read(picture(ICON))

    assert words is Unread.TOO_SLOW
    assert worker.worker_pid is None
    assert not findings.has_read(picture(ICON))  # it may go better next time
    await worker.aclose()


async def test_worker_that_idles_is_let_go() -> None:
    worker = WorkerSupervisor(WorkerSettings(may_read=False, idle_timeout=0.05))
    async with worker.turn():
        await worker.run(Task.MEASURE, ICON)
    assert worker.worker_pid is not None

    async with asyncio.timeout(10):
        while worker.worker_pid is not None:  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.01)
    await worker.aclose()


async def test_queue_that_is_too_long_is_an_overload() -> None:
    worker = WorkerSupervisor(WorkerSettings(queue_timeout=0.02))

    async with worker.turn():
        with pytest.raises(WorkerTooSlow):
            async with worker.turn():
                pass


async def test_worker_knows_none_of_the_servers_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIMPSE_DISCORD_TOKEN", "a-secret")
    worker = WorkerSupervisor(WorkerSettings(may_read=False))
    async with worker.turn():
        process = await worker._ready()
        with open(f"/proc/{process.pid}/environ", "rb") as environment:  # noqa: ASYNC230
            seen = environment.read()
    await worker.aclose()

    assert b"a-secret" not in seen
