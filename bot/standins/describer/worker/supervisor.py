"""The server's side of the worker: started when a picture comes, fed one job at a time, ended when idle."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

import bot
from bot.standins.describer.worker.protocol import (
    HELLO,
    LENGTH,
    Task,
    WorkerReply,
    pack_job,
    unpack_reply,
)

logger = logging.getLogger(__name__)

_CLOSE_TIMEOUT: Final = 5.0  # seconds until a killed process is gone
_LONGEST_REPLY: Final = 4 * 1024 * 1024  # bytes; a worker taken over by a picture is not trusted
_INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no secrets


class WorkerLost(Exception):
    """The worker could not be started, or ended in the middle of a job."""


class WorkerTooSlow(Exception):
    """The worker took too long, or too many jobs wait for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSettings:
    """Times are in seconds."""

    start_timeout: float = 30.0
    measure_timeout: float = 20.0
    read_timeout: float = 90.0  # with loading; long pages on a slow machine
    queue_timeout: float = 120.0
    idle_timeout: float = 180.0  # then the worker, and the reader's memory with it, is let go
    may_read: bool = True  # False: as if the reader were not installed


class WorkerSupervisor:
    """Starts and ends the worker, and gives it one job at a time, in the order they came."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._is_loaded = False
        self._ending: list[Process] = []
        self._idle_timer: asyncio.TimerHandle | None = None

    @property
    def worker_pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_reader_loaded(self) -> bool:
        return self._is_loaded and self._process is not None and self._process.returncode is None

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        """Have the worker for oneself. Raises WorkerTooSlow where too many wait for it."""
        try:
            async with asyncio.timeout(self._settings.queue_timeout):
                await self._turn.acquire()
        except TimeoutError as error:
            raise WorkerTooSlow("the queue is long") from error
        self._cancel_idle_timer()
        try:
            yield
        finally:
            if self._process is not None:
                loop = asyncio.get_running_loop()
                self._idle_timer = loop.call_later(self._settings.idle_timeout, self._stop)
            self._turn.release()

    async def run(self, task: Task, content: bytes = b"") -> WorkerReply:
        """Within `turn()` only. Raises WorkerLost, WorkerTooSlow; the worker is replaced then.

        When cancelled the worker is replaced too: it may be in the middle of the job.
        """
        limit = self._settings.measure_timeout
        if task is Task.READ:
            limit = self._settings.read_timeout
        is_sound = False
        try:
            process = await self._ready()
            async with asyncio.timeout(limit):
                reply = await _exchange(process, pack_job(task, content))
            is_sound = True
        except TimeoutError as error:
            logger.warning("The describer's worker took too long and was ended")
            raise WorkerTooSlow(f"{limit:g} s") from error
        except (OSError, EOFError, ValueError, msgspec.MsgspecError) as error:
            logger.warning("The describer's worker ended in the middle of a job")
            raise WorkerLost from error
        finally:
            if not is_sound:
                self._stop()
        self._is_loaded = self._is_loaded or task is Task.READ
        return reply

    async def aclose(self) -> None:
        """End the worker and wait until it is gone."""
        self._cancel_idle_timer()
        self._stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                for process in self._ending:
                    await process.wait()

    async def _ready(self) -> Process:
        """Give the living worker, or a new one that has said hello."""
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._stop()
        try:
            async with asyncio.timeout(self._settings.start_timeout):
                self._process = process = await self._start()
                if await _receive(process) != HELLO:
                    raise WorkerLost
        except TimeoutError as error:
            raise WorkerLost from error
        return process

    async def _start(self) -> Process:
        flags = () if self._settings.may_read else ("--without-reader",)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.standins.describer.worker.process", *flags),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a decoder's complaints may quote the picture
            env=_environment(),
            start_new_session=True,  # Ctrl+C is for the server, which then ends the worker
        )

    def _cancel_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _stop(self) -> None:
        """Kill the worker: it holds nothing that would be lost."""
        process, self._process = self._process, None
        self._is_loaded = False
        self._ending = [ending for ending in self._ending if ending.returncode is None]
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            self._ending.append(process)


def _environment() -> dict[str, str]:
    """Only what Python needs: keys and tokens of whoever runs the server stay here."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return environment | {
        "PYTHONPATH": str(Path(bot.__file__).resolve().parent.parent),
        "MALLOC_ARENA_MAX": "2",
    }


async def _exchange(process: Process, job: bytes) -> WorkerReply:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(job)
    await process.stdin.drain()
    return unpack_reply(await _receive(process))


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    if length > _LONGEST_REPLY:
        raise ValueError(f"a reply of {length} bytes")
    return await process.stdout.readexactly(length)
