"""The images room's front door: attachments in, pictures for the model out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp

from bot.core.messages import Attachment
from bot.core.tokens import ImageRule
from bot.core.turns import LeftOutReason, PreparedImages
from bot.images.assembly import assemble
from bot.images.loader import Budget, Loader
from bot.images.selection import Choice, select
from bot.images.settings import ImageSettings
from bot.images.shelf import Shelf, hash_of
from bot.images.sniff import Format, sniff
from bot.images.wire import Job, Result, pack_rule
from bot.images.workshop import Workshop

RECIPE = 1  # to be raised when pictures are prepared differently, so that kept ones are not used

# Facts about the file. The others (a slow or dead worker) may be otherwise next time.
_LASTING = frozenset({LeftOutReason.DAMAGED, LeftOutReason.TOO_MANY_PIXELS})


@dataclass(kw_only=True, slots=True)
class _Shared:
    """One preparation that several questions may be waiting for."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    result: Result | None = None


class Pictures:
    """Implements the port `Images`. Close it with `aclose`; the session is the caller's."""

    def __init__(
        self,
        settings: ImageSettings,
        *,
        session: aiohttp.ClientSession,
        rule: ImageRule,
        clock: Callable[[], datetime],
        allowed_hosts: Collection[str] | None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._rule = pack_rule(rule)
        # With other settings the same file may become something else.
        recipe = (RECIPE, self._rule, settings.max_pixels, settings.worker_memory)
        self._recipe = hash_of(repr(recipe).encode())[:12]
        self._loader = Loader(settings, session, allowed_hosts=allowed_hosts)
        self._workshop = Workshop(settings)
        self._shelf = Shelf(settings.directory)
        self._under_way: dict[str, _Shared] = {}

    @property
    def worker_pid(self) -> int | None:
        """The process that prepares pictures, while there is one."""
        return self._workshop.worker_pid

    async def prepare(self, attachments: Sequence[Attachment]) -> PreparedImages:
        """Download, check and prepare; what can't be is named in `left_out`.

        Downloads run side by side, preparations of one question one after the other: so questions
        take turns at the worker, however many pictures one of them has.
        """
        choices = select(attachments, self._settings)
        budget = Budget(left=self._settings.max_total_bytes)
        async with asyncio.TaskGroup() as group:
            downloads = [group.create_task(self._obtain(choice, budget)) for choice in choices]
            results = [await self._prepare_shared(await download) for download in downloads]
        return await self._assemble(attachments, results)

    async def prepare_files(self, paths: Sequence[Path]) -> list[PreparedImages]:
        """Prepare files of this machine, one result for each. Nothing of them is kept on the shelf."""
        prepared = []
        for path in paths:
            source = await asyncio.to_thread(read_file, path, self._settings.max_bytes)
            found = sniff(source) if isinstance(source, bytes) else source
            result = await self._work(source, found)
            posted = Attachment(id=0, name=path.name, url="", size=0)
            prepared.append(await self._assemble([posted], [result]))
        return prepared

    async def load(self, hashes: Iterable[str]) -> Mapping[str, bytes]:
        """Bytes of images prepared earlier; those that are no longer kept are absent."""
        return await asyncio.to_thread(self._shelf.load, tuple(hashes), now=self._clock())

    async def sweep(self, now: datetime) -> int:
        """Delete what was unused for `keep_days`; return how many files went."""
        unused_since = now - timedelta(days=self._settings.keep_days)
        return await asyncio.to_thread(self._shelf.sweep, unused_since=unused_since)

    async def aclose(self) -> None:
        """End the worker. Preparing again would start a new one."""
        await self._workshop.aclose()

    async def _obtain(self, choice: Choice, budget: Budget) -> bytes | LeftOutReason:
        return choice.reason or await self._loader.fetch(choice.attachment.url, budget)

    async def _prepare_shared(self, source: bytes | LeftOutReason) -> Result:
        """Prepare, unless it has been prepared before or is being prepared for someone else."""
        found = sniff(source) if isinstance(source, bytes) else source
        if isinstance(source, LeftOutReason) or isinstance(found, LeftOutReason):
            return await self._work(source, found)
        key = f"{await asyncio.to_thread(hash_of, source)}-{self._recipe}"
        async with self._once(key) as shared:
            if shared.result is None:
                shared.result = await self._find_or_work(key, source, found)
            return shared.result

    async def _find_or_work(self, key: str, source: bytes, found: Format) -> Result:
        kept = await asyncio.to_thread(self._shelf.find, key, now=self._clock())
        if kept is not None:
            return kept
        result = await self._work(source, found)
        if is_lasting(result):
            await asyncio.to_thread(self._shelf.keep, key, result)
        return result

    async def _work(self, source: bytes | LeftOutReason, found: Format | LeftOutReason) -> Result:
        if isinstance(source, LeftOutReason):
            return Result(reason=source)
        if isinstance(found, LeftOutReason):
            return Result(reason=found)
        job = Job(
            source=source, format=found, rule=self._rule, max_pixels=self._settings.max_pixels
        )
        return await self._workshop.work(job)

    async def _assemble(
        self, attachments: Sequence[Attachment], results: Sequence[Result]
    ) -> PreparedImages:
        # In a thread: megabytes are hashed.
        limit = self._settings.max_count
        return await asyncio.to_thread(assemble, attachments, results, max_count=limit)

    @asynccontextmanager
    async def _once(self, key: str) -> AsyncIterator[_Shared]:
        """Let one in at a time for each key. Those who waited find what the first one left.

        No task is shared: should the first be cancelled, the next does the work itself.
        """
        shared = self._under_way.setdefault(key, _Shared())
        shared.users += 1
        try:
            async with shared.lock:
                yield shared
        finally:
            shared.users -= 1
            if shared.users == 0:
                del self._under_way[key]


def is_lasting(result: Result) -> bool:
    """Tell whether the result is a fact about the file, and not about a slow or dead worker."""
    return not result.error and (result.reason is None or result.reason in _LASTING)


def read_file(path: Path, limit: int) -> bytes | LeftOutReason:
    """Read a file of at most `limit` bytes, or say why not."""
    try:
        if not path.is_file():
            return LeftOutReason.NOT_AN_IMAGE if path.exists() else LeftOutReason.GONE
        if path.stat().st_size > limit:
            return LeftOutReason.TOO_MANY_BYTES
        return path.read_bytes()
    except FileNotFoundError:
        return LeftOutReason.GONE
    except OSError:
        return LeftOutReason.UNREACHABLE
