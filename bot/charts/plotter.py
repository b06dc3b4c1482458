"""The bot's side of the charts' worker: a process for each picture, ended whatever happens."""

import asyncio
import logging
import os
import re
import sys
import tempfile
from asyncio.subprocess import PIPE
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

import bot
from bot.core.chart import Chart, ChartFailed, ChartsMissing

log = logging.getLogger(__name__)

_TIME_LIMIT: Final = 30.0  # seconds; a second or two is usual
_WAIT_LIMIT: Final = 60.0  # seconds that a chart waits for those before it
_END_LIMIT: Final = 5.0  # seconds until a killed process is gone
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_INHERITED: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no secrets

# What went wrong, and never the message: that may quote a name.
_CAUSE: Final = re.compile(rb"^[\w.]+(?:Error|Exception)\b", re.MULTILINE)


def is_installed() -> bool:
    return find_spec("matplotlib") is not None


class Plotter:
    """Draws one chart at a time: each takes a core for a second, and a hundred megabytes."""

    def __init__(self, *, time_limit: float = _TIME_LIMIT) -> None:
        self._time_limit = time_limit  # seconds
        self._turn = asyncio.Semaphore(1)

    async def draw(self, chart: Chart) -> bytes:
        """The chart as PNG. Raises ChartsMissing, ChartFailed.

        When cancelled, the process is killed.
        """
        if not is_installed():
            raise ChartsMissing
        try:
            async with asyncio.timeout(_WAIT_LIMIT):
                await self._turn.acquire()
        except TimeoutError as error:
            raise ChartFailed("too many charts are waiting") from error
        try:
            return await self._draw(msgspec.json.encode(chart))
        except TimeoutError as error:
            log.warning("a chart took too long")
            raise ChartFailed("the chart took too long") from error
        except (OSError, ValueError) as error:
            log.warning("a chart could not be drawn", extra={"error": type(error).__name__})
            raise ChartFailed from error
        finally:
            self._turn.release()

    async def _draw(self, order: bytes) -> bytes:
        # matplotlib wants a place for its list of fonts, and the bot's home may be read-only.
        with tempfile.TemporaryDirectory(prefix="glimpse-chart-") as folder:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot.charts.worker"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=_environment(folder),
                start_new_session=True,  # Ctrl+C is for the bot, which then ends the worker
            )
            try:
                async with asyncio.timeout(self._time_limit):
                    picture, complaint = await process.communicate(order)
            finally:
                await _end(process)
        if process.returncode or not picture.startswith(_PNG):
            cause = b"; ".join(_CAUSE.findall(complaint)[-1:]).decode()
            fields = {"returncode": process.returncode, "error": cause}
            log.warning("a chart could not be drawn", extra=fields)
            raise ChartFailed
        return picture


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(_END_LIMIT):
            await process.wait()


def _environment(folder: str) -> dict[str, str]:
    """Only what Python needs: the bot's environment holds its token and the endpoint's key."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return environment | {
        "PYTHONPATH": str(Path(bot.__file__).resolve().parent.parent),
        "MPLCONFIGDIR": folder,
        "OPENBLAS_NUM_THREADS": "1",
    }
