"""Has each picture measured and read once; findings are kept by the hash of the bytes."""

from collections import OrderedDict
from typing import Final, TypeVar

from bot.standins.describer.findings import Finding, Measures, Unread, Word
from bot.standins.describer.request.errors import OpenAIError
from bot.standins.describer.request.request_body import Picture
from bot.standins.describer.worker.protocol import JobRejected, Measured, Read, Task
from bot.standins.describer.worker.supervisor import WorkerLost, WorkerSupervisor, WorkerTooSlow

T = TypeVar("T")

_KEPT: Final = 256  # pictures; a few kilobytes each


class FindingsCache:
    """Keeps the findings of the latest pictures in memory, and nothing of the pictures."""

    def __init__(self, worker: WorkerSupervisor, *, kept: int = _KEPT) -> None:
        self._worker = worker
        self._kept = kept
        self._measures: OrderedDict[str, Measures] = OrderedDict()
        self._words: OrderedDict[str, tuple[Word, ...] | Unread] = OrderedDict()

    @property
    def is_reader_loaded(self) -> bool:
        return self._worker.is_reader_loaded

    def has_read(self, picture: Picture) -> bool:
        return picture.hash in self._words

    async def measure(self, picture: Picture) -> Measures:
        """Raises OpenAIError where the picture can't be decoded, or there is no time for it."""
        if (known := self._measures.get(picture.hash)) is not None:
            self._measures.move_to_end(picture.hash)
            return known
        try:
            async with self._worker.turn():
                known = self._measures.get(picture.hash)  # the request before may have brought it
                reply = known or await self._worker.run(Task.MEASURE, picture.content)
        except WorkerLost as error:
            message = "The picture could not be processed: its decoder stopped."
            raise OpenAIError(message, code="image_parse_error", param=picture.place) from error
        except WorkerTooSlow as error:
            message = "The describer has too much to do. Try again later."
            raise OpenAIError(message, code="server_is_overloaded", status=503) from error
        if isinstance(reply, JobRejected):
            raise OpenAIError(reply.message, code=reply.code, param=picture.place)
        measures = reply.measures if isinstance(reply, Measured) else reply
        assert isinstance(measures, Measures)  # noqa: S101 - what was asked for
        self._keep(self._measures, picture.hash, measures)
        return measures

    async def read(self, picture: Picture) -> tuple[Word, ...] | Unread:
        """Never raises for what the picture or the worker does. Failures are not kept."""
        if picture.hash in self._words:
            self._words.move_to_end(picture.hash)
            return self._words[picture.hash]
        try:
            async with self._worker.turn():
                if picture.hash in self._words:
                    return self._words[picture.hash]
                reply = await self._worker.run(Task.READ, picture.content)
        except WorkerLost:
            return Unread.FAILED
        except WorkerTooSlow:
            return Unread.TOO_SLOW
        words = reply.words if isinstance(reply, Read) else Unread.FAILED
        self._keep(self._words, picture.hash, words)
        return words

    async def look(self, picture: Picture) -> Finding:
        """Measure and read. Raises as `measure` does."""
        return Finding(measures=await self.measure(picture), words=await self.read(picture))

    def _keep(self, findings: OrderedDict[str, T], key: str, value: T) -> None:
        findings[key] = value
        while len(findings) > self._kept:
            findings.popitem(last=False)
