"""Worker pools, their processes, and jobs for them."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.models.tokens import TileRule
from bot.core.vision.views import Look
from bot.images.file_type import Format
from bot.images.protocol import Job, pack_look
from bot.images.settings import ImageSettings
from bot.images.worker.worker_pool import WorkerPool
from tests.pictures import quadrants, write

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


LOOK = pack_look(Look(rule=TileRule(base=85, per_tile=170)))


def job(source: bytes, kind: Format = Format.PNG) -> Job:
    return Job(source=source, format=kind, look=LOOK, max_pixels=50_000_000)


GOOD = job(write(quadrants(), "PNG"))


@asynccontextmanager
async def worker_pool(
    *, prepare_timeout: float = 60, max_jobs: int = 200, idle_timeout: float = 300
) -> AsyncIterator[WorkerPool]:
    settings = ImageSettings(prepare_timeout=prepare_timeout)
    workers = WorkerPool(settings, max_jobs=max_jobs, idle_timeout=idle_timeout)
    try:
        yield workers
    finally:
        await workers.aclose()


def pid_of(workers: WorkerPool) -> int:
    assert workers.worker_pid is not None
    return workers.worker_pid


def proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()
