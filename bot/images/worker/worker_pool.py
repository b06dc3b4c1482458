"""The bot's side of the picture worker: started when needed, fed one job at a time, replaced at any sign of trouble."""

import asyncio
import logging
import os
import re
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

import bot
from bot.core.conversation.turns import LeftOutReason
from bot.images.protocol import HELLO, LENGTH, Job, Result, pack, unpack_result
from bot.images.settings import ImageSettings

log = logging.getLogger(__name__)

_START_TIMEOUT = 30  # seconds until a worker has loaded its decoders
_QUEUE_TIMEOUT = 60  # seconds that a job waits for those before it
_CLOSE_TIMEOUT = 5  # seconds until a killed process is gone
_DYING_TIMEOUT = 1  # seconds until a process that closed its output has ended
_MAX_REPLY = 64 * 1024 * 1024  # bytes; a worker taken over by a picture is not trusted either
_MAX_STDERR_READ = 16 * 1024  # bytes
_INHERITED = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
)  # no secrets are among them

# Where it broke, and never the message: that may quote the picture.
_TRACE = re.compile(
    rb'Fatal Python error: [\w ]+|File "[^"\n]+", line \d+|^[\w.]+(?:Error|Exception)\b',
    re.MULTILINE,
)


class WorkerNotReady(Exception):
    """The worker could not be started."""


class WorkerPool:
    """Runs jobs in one worker process at a time, in the order they were asked for."""

    def __init__(
        self, settings: ImageSettings, *, max_jobs: int = 200, idle_timeout: float = 300
    ) -> None:
        self._settings = settings
        self._max_jobs = max_jobs  # then a fresh worker: decoders leak and fragment
        self._idle_timeout = idle_timeout  # seconds
        self._turn = asyncio.Lock()  # wakes waiters in their order
        self._process: Process | None = None
        self._stderr: IO[bytes] | None = None
        self._ending: list[Process] = []
        self._jobs_done = 0
        self._idle_timer: asyncio.TimerHandle | None = None
        self.can_start = True  # as far as is known: whether the latest start went well

    @property
    def worker_pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def work(self, job: Job) -> Result:
        """Have `job` done; whatever goes wrong is a reason in the result.

        When cancelled, the worker is killed: it may be in the middle of the job.
        """
        try:
            async with asyncio.timeout(_QUEUE_TIMEOUT):
                await self._turn.acquire()
        except TimeoutError:
            log.warning("The picture worker has too much to do")
            return Result(reason=LeftOutReason.TOO_SLOW)
        try:
            return await self._attempt(job)
        finally:
            self._rest()
            self._turn.release()

    async def try_to_start(self) -> None:
        """Start a worker, and see in `can_start` whether that went well."""
        async with self._turn:
            self._cancel_idle_timer()
            with suppress(WorkerNotReady):
                await self._ready()
            self._rest()

    async def aclose(self) -> None:
        """End the worker and wait until it is gone."""
        self._cancel_idle_timer()
        self._stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                for process in self._ending:
                    await process.wait()

    async def _attempt(self, job: Job) -> Result:
        self._cancel_idle_timer()
        is_sound = False
        try:
            process = await self._ready()
            async with asyncio.timeout(self._settings.prepare_timeout):
                result = await _exchange(process, job)
            is_sound = True
        except WorkerNotReady:
            log.exception("The picture worker can't be started", extra=await self._post_mortem())
            result = Result(reason=LeftOutReason.UNSUPPORTED)
        except TimeoutError:
            log.warning("A file took too long and its worker was ended")
            result = Result(reason=LeftOutReason.TOO_SLOW)
        except (OSError, EOFError, ValueError, msgspec.MsgspecError):
            log.warning("The picture worker died at a file", extra=await self._post_mortem())
            result = Result(reason=LeftOutReason.DAMAGED, error="the worker died")
        finally:
            if not is_sound:
                self._stop()
        if is_sound and result.error:
            log.warning("A file raised an unforeseen error", extra={"error": result.error})
        return result

    async def _ready(self) -> Process:
        """Give the living worker, or a new one that has said hello."""
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._stop()
        self._jobs_done = 0
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                self._process = process = await self._start()
                if await _receive(process) != HELLO:
                    raise WorkerNotReady
        except (WorkerNotReady, OSError, EOFError, ValueError, TimeoutError) as error:
            self.can_start = False
            raise WorkerNotReady from error
        self.can_start = True
        return process

    async def _start(self) -> Process:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        memory = str(self._settings.worker_memory)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.images.worker.process", memory),
            stdin=PIPE,
            stdout=PIPE,
            stderr=self._stderr,
            env=_environment(),
            start_new_session=True,  # Ctrl+C is for the bot, which then ends the worker
        )

    def _rest(self) -> None:
        """Between jobs: end a worker that has done enough, or that is not needed for a while."""
        self._jobs_done += 1
        if self._jobs_done >= self._max_jobs:
            self._stop()
        elif self._process is not None:
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(self._idle_timeout, self._stop)

    def _cancel_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _stop(self) -> None:
        """Kill the worker: it holds nothing that would be lost."""
        process, self._process = self._process, None
        self._ending = [ending for ending in self._ending if ending.returncode is None]
        # Only what still runs: `kill` may reap a dead process before asyncio's watcher can.
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            self._ending.append(process)
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None

    async def _post_mortem(self) -> dict[str, object]:
        """Wait for a dying worker's end; say of it what can be said without quoting its work."""
        returncode = None
        if self._process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_DYING_TIMEOUT):
                    returncode = await self._process.wait()
        return {"returncode": returncode, "trace": _read_trace(self._stderr)}


def _read_trace(stderr: IO[bytes] | None) -> str:
    if stderr is None:
        return ""
    stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, stderr.tell() - _MAX_STDERR_READ))
    return b"; ".join(_TRACE.findall(stderr.read())[-8:]).decode(errors="replace")


def _environment() -> dict[str, str]:
    """Only what Python needs: the bot's environment holds its token and the endpoint's key."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return environment | {
        "PYTHONPATH": str(Path(bot.__file__).resolve().parent.parent),
        "PYTHONFAULTHANDLER": "1",
        "MALLOC_ARENA_MAX": "1",  # each arena reserves 64 MiB of the address space allowed
    }


async def _exchange(process: Process, job: Job) -> Result:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(pack(job))
    await process.stdin.drain()
    return unpack_result(await _receive(process))


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    if length > _MAX_REPLY:
        raise ValueError(f"a reply of {length} bytes")
    return await process.stdout.readexactly(length)
