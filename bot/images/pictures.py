"""The images room's front door: attachments in, pictures and files for the model out."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.conversation.turns import Image, LeftOut, LeftOutReason, PreparedImages
from bot.core.messages.incoming_message import Attachment
from bot.core.models.tokens import ImageRule
from bot.core.vision.views import WHOLE, Look, Region, is_enough
from bot.images.assembly import PreparedAttachment, assemble_images
from bot.images.byte_limits import ByteLimits, Hold
from bot.images.cache import PictureCache, hash_of
from bot.images.file_type import Format, sniff
from bot.images.loader import Budget, Loader, read_file
from bot.images.protocol import Frame, Job, Result, pack_look
from bot.images.selection import Selection, select
from bot.images.settings import FileSettings, ImageSettings
from bot.images.worker.worker_pool import WorkerPool

log = logging.getLogger(__name__)

RECIPE = 2  # to be raised when pictures are prepared differently, so that kept ones are not used
FILE_RECIPE = 1  # the same for PDFs
RETRY_WORKER = 60.0  # seconds

# Facts about the file. The others (a slow or dead worker) may be otherwise next time.
_LASTING = frozenset(
    {
        LeftOutReason.DAMAGED,
        LeftOutReason.TOO_MANY_PIXELS,
        LeftOutReason.LOCKED,
        LeftOutReason.EMPTY,
        LeftOutReason.UNSUPPORTED,
    }
)
_FILES = FileSettings()


@dataclass(kw_only=True, slots=True)
class _Shared:
    """One preparation that several questions may be waiting for."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    result: Result | None = None


class Pictures:
    """Implements the port `Images`. Close it with `aclose`; the session is the caller's.

    Pictures are looked at by `rule` where no look is asked for.
    """

    def __init__(
        self,
        settings: ImageSettings,
        *,
        session: aiohttp.ClientSession,
        rule: ImageRule,
        clock: Callable[[], datetime],
        allowed_hosts: Collection[str] | None,
        files: FileSettings = _FILES,
    ) -> None:
        self._settings = settings
        self._files = files
        self._clock = clock
        self._usual = Look(rule=rule)
        self._loader = Loader(settings, session, allowed_hosts=allowed_hosts)
        self._limits = ByteLimits(total=settings.max_waiting_bytes, each=settings.max_total_bytes)
        self._workers = WorkerPool(settings)
        self._cache = PictureCache(settings.directory)
        self._under_way: dict[str, _Shared] = {}

    @property
    def worker_pid(self) -> int | None:
        """The process that prepares pictures, while there is one."""
        return self._workers.worker_pid

    @property
    def can_start_worker(self) -> bool:
        """False from a start that failed to the next one that succeeds."""
        return self._workers.can_start

    async def watch_worker(self, *, every: float = RETRY_WORKER) -> None:
        """Try a worker that could not be started again and again, until cancelled."""
        while True:
            await asyncio.sleep(every)
            if not self._workers.can_start:
                await self._workers.try_to_start()

    async def prepare(
        self, attachments: Sequence[Attachment], looks: Sequence[Look] = (), *, asker_id: int = 0
    ) -> PreparedImages:
        """Download, check and prepare; what can't be is named in `left_out`.

        `looks` says how each is looked at. Downloads run side by side, preparations of one
        question one after the other: so questions take turns at the worker, however many pictures
        one of them has. What is downloaded and waits for the worker is bounded: see `ByteLimits`.
        """
        selected = select(attachments, self._settings, self._files)
        looks = self._fill(looks, len(selected))
        budget = Budget(left=self._settings.max_total_bytes)
        holds = [self._limits.ask(asker_id, self._expect(each.attachment)) for each in selected]
        prepared: list[PreparedAttachment] = []
        try:
            async with asyncio.TaskGroup() as group:
                downloads = deque(
                    group.create_task(self._obtain(selection, budget, hold))
                    for selection, hold in zip(selected, holds, strict=True)
                )
                for posted, hold, look in zip(attachments, holds, looks, strict=True):
                    # A task keeps its result: with it goes the file that is done with.
                    source = await downloads.popleft()
                    prepared.append(await self._prepare(posted, source, look))
                    del source
                    hold.release()
        finally:
            for hold in holds:
                hold.release()
        return await self._assemble(attachments, prepared)

    async def prepare_files(
        self, paths: Sequence[Path], looks: Sequence[Look] = ()
    ) -> list[PreparedImages]:
        """Prepare files of this machine, one result for each. Nothing of them is cached."""
        results = []
        for path, look in zip(paths, self._fill(looks, len(paths)), strict=True):
            posted = Attachment(id=0, name=path.name, url="", size=0)
            source = await asyncio.to_thread(read_file, path, self._limit(posted))
            prepared = await self._prepare(posted, source, look, is_kept=False)
            results.append(await self._assemble([posted], [prepared]))
        return results

    async def look_again(self, image: Image, look: Look, region: Region = WHOLE) -> PreparedImages:
        """Prepare a picture of an earlier turn anew, or a part of it, from what is kept of it."""
        frame = await self._look_again(image, look, region)
        if frame is None:
            return PreparedImages(left_out=(LeftOut(name=image.name, reason=LeftOutReason.GONE),))
        seen = replace(image, **_shown_as(frame))
        reduced = (image.name,) if frame.is_reduced else ()
        return PreparedImages(
            images=(seen,), image_bytes={seen.hash: frame.content}, reduced=reduced
        )

    async def revise(self, images: Sequence[Image], looks: Sequence[Look]) -> PreparedImages:
        """Pictures of earlier turns at other looks, in their order.

        One that shows enough for its look, or of which nothing more is kept, stays as it is, and
        its bytes are left for `load`.
        """
        revised: list[Image] = []
        image_bytes: dict[str, bytes] = {}
        for image, look in zip(images, looks, strict=True):
            seen = await self._revise(image, look)
            revised.extend(seen.images or (image,))
            image_bytes |= seen.image_bytes
        return PreparedImages(images=tuple(revised), image_bytes=image_bytes)

    async def examine(self, content: bytes, *, name: str, keeps: bool) -> PreparedImages:
        """Decode a picture that a model has made, and prepare it as if it had been posted.

        With `keeps`, conversations can show it again later.
        """
        posted = Attachment(id=0, name=name, url="", size=len(content))
        prepared = await self._prepare(posted, content, self._usual, is_kept=keeps)
        return await self._assemble([posted], [prepared])

    async def load(self, hashes: Iterable[str]) -> Mapping[str, bytes]:
        """Bytes of images prepared earlier; those that are no longer kept are absent."""
        return await asyncio.to_thread(self._cache.load, tuple(hashes), now=self._clock())

    async def sweep(self, now: datetime) -> int:
        """Delete what was unused for `keep_days` or is too much; return how many files went."""
        unused_since = now - timedelta(days=self._settings.keep_days)
        most = self._settings.max_disk_bytes
        return await asyncio.to_thread(
            self._cache.sweep, unused_since=unused_since, most_bytes=most
        )

    async def aclose(self) -> None:
        """End the worker. Preparing again would start a new one."""
        await self._workers.aclose()

    async def _obtain(
        self, selection: Selection, budget: Budget, hold: Hold
    ) -> bytes | LeftOutReason:
        if selection.reason is not None:
            return selection.reason
        posted = selection.attachment
        try:
            async with asyncio.timeout(self._settings.wait_timeout):
                await hold.take()
        except TimeoutError:
            hold.release()
            log.warning("A file waited too long to be downloaded")
            return LeftOutReason.BUSY
        return await self._loader.fetch(posted.url, budget, limit=self._limit(posted))

    def _expect(self, posted: Attachment) -> int:
        """Bytes that its download takes, as Discord announces them."""
        limit = self._limit(posted)
        return min(posted.size, limit) if posted.size > 0 else limit

    def _limit(self, posted: Attachment) -> int:
        is_picture = posted.claims_to_be_picture
        return self._settings.max_bytes if is_picture else self._files.max_bytes

    def _fill(self, looks: Sequence[Look], count: int) -> list[Look]:
        return [*looks, *([self._usual] * (count - len(looks)))]

    async def _revise(self, image: Image, look: Look) -> PreparedImages:
        origin = await asyncio.to_thread(self._cache.find_origin, image.hash)
        kept = (image.width, image.height)
        original = kept if origin is None else (origin.width, origin.height)
        if is_enough(kept, original, look):
            return PreparedImages()
        return await self.look_again(image, look)

    async def _look_again(self, image: Image, look: Look, region: Region) -> Frame | None:
        source = await asyncio.to_thread(self._find_master, image.hash)
        found = sniff(source) if source is not None else LeftOutReason.GONE
        if source is None or isinstance(found, LeftOutReason):
            return None
        # A region even where it is all of it: a master has no frames, and no master of its own.
        result = await self._prepare_shared(self._job(source, found, look, region))
        return result.frames[0] if result.frames else None

    def _find_master(self, image_hash: str) -> bytes | None:
        now = self._clock()
        origin = self._cache.find_origin(image_hash)
        master = None if origin is None else self._cache.load_master(origin.master, now=now)
        return master or self._cache.load((image_hash,), now=now).get(image_hash)

    async def _prepare(
        self, posted: Attachment, source: bytes | LeftOutReason, look: Look, *, is_kept: bool = True
    ) -> PreparedAttachment:
        if isinstance(source, LeftOutReason):
            return PreparedAttachment(result=Result(reason=source))
        found = sniff(source, is_picture=posted.claims_to_be_picture)
        if isinstance(found, LeftOutReason):
            return PreparedAttachment(result=Result(reason=found))
        job = replace(self._job(source, found, look), name=posted.name)
        # Text is read anew each time: that takes no time, and so it need not be kept.
        is_kept = is_kept and found is not Format.TEXT
        result = await (self._prepare_shared(job) if is_kept else self._workers.work(job))
        if result.reading is None:
            return PreparedAttachment(result=result)
        document = self._document(job, result)
        return PreparedAttachment(
            result=result, hash=await asyncio.to_thread(hash_of, source), document=document
        )

    def _document(self, job: Job, result: Result) -> bytes | None:
        """The file itself, where it may be sent as it is."""
        is_pdf = job.format is Format.PDF and result.reading is not None
        return job.source if is_pdf and self._files.keeps_documents else None

    async def _prepare_shared(self, job: Job) -> Result:
        """Prepare, unless it has been prepared before or is being prepared for someone else."""
        key = f"{await asyncio.to_thread(hash_of, job.source)}-{self._recipe(job)}"
        async with self._once(key) as shared:
            if shared.result is None:
                shared.result = await self._find_or_work(key, job)
            return shared.result

    def _recipe(self, job: Job) -> str:
        """With another look or other settings the same file may become something else."""
        settings = self._settings
        recipe: list[object] = [RECIPE, job.look, job.region]
        recipe += [settings.max_pixels, settings.worker_memory]
        if job.format is Format.PDF:
            recipe += [FILE_RECIPE, job.max_pages, job.max_tokens, job.max_pictures]
        return hash_of(repr(recipe).encode())[:12]

    async def _find_or_work(self, key: str, job: Job) -> Result:
        kept = await asyncio.to_thread(self._cache.find, key, now=self._clock())
        if kept is not None:
            return kept
        result = await self._workers.work(job)
        if is_lasting(result):
            document = self._document(job, result)
            await asyncio.to_thread(self._cache.keep, key, result, document=document)
        return result

    def _job(self, source: bytes, found: Format, look: Look, region: Region | None = None) -> Job:
        return Job(
            source=source,
            format=found,
            look=pack_look(look),
            max_pixels=self._settings.max_pixels,
            region=region,
            max_tokens=self._files.max_tokens,
            max_pages=self._files.max_pages,
            max_pictures=self._settings.max_count,
        )

    async def _assemble(
        self, attachments: Sequence[Attachment], prepared: Sequence[PreparedAttachment]
    ) -> PreparedImages:
        # In a thread: megabytes are hashed.
        limit = self._settings.max_count
        return await asyncio.to_thread(assemble_images, attachments, prepared, max_count=limit)

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


def _shown_as(frame: Frame) -> dict[str, Any]:
    return {
        "hash": hash_of(frame.content),
        "media_type": frame.media_type,
        "width": frame.width,
        "height": frame.height,
    }


def is_lasting(result: Result) -> bool:
    """Tell whether the result is a fact about the file, and not about a slow or dead worker."""
    return not result.error and (result.reason is None or result.reason in _LASTING)
