"""The bot's processes, started again whenever they end, as a supervisor would."""

import asyncio
import copy
import signal
from pathlib import Path
from typing import Final

from chaos.timeline import Timeline
from tests.e2e.conftest import Town

GRACE: Final = 1.0  # seconds, as configured
_STOPS_WITHIN: Final = GRACE + 10.0  # seconds
_PAUSE: Final = 0.3  # seconds until a process that ended by itself is started again
_STARTS: Final = 40  # at most, in one episode


class Bot:
    """One of the processes; `number` 0 is the first. `keep` must run, in a task."""

    def __init__(self, town: Town, timeline: Timeline, number: int) -> None:
        self._town = _of_its_own(town, number)
        self._timeline = timeline
        self._name = "bot" if number == 0 else f"bot {number + 1}"
        self._process: asyncio.subprocess.Process | None = None
        self._pause = _PAUSE
        self._is_wanted = True
        self.has_hung = False  # did not end within the time that it promises

    @property
    def log(self) -> str:
        return self._town.log

    async def keep(self) -> None:
        for _ in range(_STARTS):
            if not self._is_wanted:
                return
            self._process = await self._town.start("run")
            self._timeline.note(f"{self._name} starts")
            try:
                await self._process.wait()
            except asyncio.CancelledError:
                self._process.kill()
                raise
            self._timeline.note_end(f"{self._name} has ended: {self._process.returncode}")
            pause, self._pause = self._pause, _PAUSE
            await asyncio.sleep(pause)

    def kill(self, *, pause: float) -> None:
        """Kill it in this moment; it is started again after `pause` seconds."""
        if self._process is not None and self._process.returncode is None:
            self._pause = pause
            self._timeline.note_end(f"{self._name} is killed")
            self._process.kill()

    async def terminate(self, *, pause: float = _PAUSE) -> None:
        """Ask it to stop, and wait until it has; killed where it takes too long."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._pause = pause
        self._timeline.note_end(f"{self._name} is asked to stop")
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOPS_WITHIN):
                await process.wait()
        except TimeoutError:
            self.has_hung = True
            self._timeline.note(f"{self._name} did not stop within {_STOPS_WITHIN:.0f} s")
            process.kill()
            await process.wait()

    async def retire(self) -> None:
        """Stop it for good."""
        self._is_wanted = False
        await self.terminate(pause=0.0)


def _of_its_own(town: Town, number: int) -> Town:
    """The same town, seen by a process with a name and a folder of its own."""
    if number == 0:
        return town
    seen = copy.copy(town)
    seen.folder = Path(town.folder, f"bot-{number}")
    seen.folder.mkdir()
    seen.config = {**town.config, "process": {"name": f"bot-{number}"}}
    seen.config["images"] = {"directory": str(seen.folder / "images")}
    return seen
