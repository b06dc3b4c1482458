"""Files through the front door of the images room: downloaded, read in the worker, kept or not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.conversation.turns import FileKind, LeftOut, LeftOutReason
from bot.core.messages.incoming_message import Attachment
from bot.core.models.tokens import PatchRule
from bot.images.pictures import Pictures
from bot.images.settings import FileSettings, ImageSettings
from tests.documents import locked_pdf, scanned_pdf, text_pdf
from tests.pictures import quadrants, write

PAGE = "The quick brown fox jumps over the lazy dog, again and again."
LEASE = text_pdf(PAGE)
SCAN = scanned_pdf("Invoice 4711", "Total: 12")
CAT = write(quadrants(), "PNG")


class Cdn:
    """Files by name, served over HTTP."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.origin = ""

    def post(self, name: str, content: bytes, description: str | None = None) -> Attachment:
        self.files[name] = content
        return Attachment(
            id=len(self.files),
            name=name,
            url=f"{self.origin}/{name}",
            size=len(content),
            description=description,
        )

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(request.match_info["name"])
        return web.Response(body=self.files[request.match_info["name"]])


@pytest.fixture
async def cdn() -> AsyncIterator[Cdn]:
    cdn = Cdn()
    app = web.Application()
    app.router.add_get("/{name}", cdn.serve)
    async with TestServer(app) as server:
        cdn.origin = str(server.make_url("")).rstrip("/")
        yield cdn


@pytest.fixture
def settings(tmp_path: Path) -> ImageSettings:
    # Time enough for a busy machine.
    return ImageSettings(directory=tmp_path / "cache", download_timeout=60, prepare_timeout=60)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def opened(settings: ImageSettings, **files: int | bool) -> AsyncIterator[Pictures]:
    async with aiohttp.ClientSession() as session:
        pictures = Pictures(
            settings,
            session=session,
            rule=PatchRule(budget=1_536, multiplier=1.2),
            clock=now,
            allowed_hosts=None,
            files=replace(FileSettings(), **files),  # type: ignore[arg-type]
        )
        try:
            yield pictures
        finally:
            await pictures.aclose()


def kept_in(folder: Path) -> set[str]:
    return {path.suffix for path in folder.rglob("*") if path.is_file()}


async def test_pictures_and_files_come_back_each_as_its_kind(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = [
        cdn.post("notes.txt", b"one\ntwo\n", "my notes"),
        cdn.post("cat.png", CAT),
        cdn.post("lease.pdf", LEASE),
        cdn.post("unnamed", CAT),
        cdn.post("noise", bytes(range(256)) * 20),
        cdn.post("private.pdf", locked_pdf("secret")),
    ]

    async with opened(settings) as pictures:
        prepared = await pictures.prepare(posted)

    notes, lease = prepared.files
    assert (notes.name, notes.kind, notes.text) == ("notes.txt", FileKind.TEXT, "one\ntwo\n")
    assert notes.note == "alt text: my notes"
    assert (lease.kind, lease.text, lease.pages) == (FileKind.PDF, PAGE, 1)
    assert lease.hash == sha256(LEASE).hexdigest()
    assert [image.name for image in prepared.images] == ["cat.png", "unnamed"]
    assert prepared.left_out == (
        LeftOut(name="noise", reason=LeftOutReason.UNREADABLE),
        LeftOut(name="private.pdf", reason=LeftOutReason.LOCKED),
    )


async def test_archive_and_program_are_named_without_a_download(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = [cdn.post("stuff.zip", b"PK"), cdn.post("setup.exe", b"MZ")]

    async with opened(settings) as pictures:
        prepared = await pictures.prepare(posted)

    assert {left.reason for left in prepared.left_out} == {LeftOutReason.UNREADABLE}
    assert cdn.asked == []


async def test_file_larger_than_announced_is_cut_off(cdn: Cdn, settings: ImageSettings) -> None:
    posted = replace(cdn.post("a.log", b"line\n" * 10_000), size=10)

    async with opened(settings, max_bytes=1_000) as pictures:
        prepared = await pictures.prepare([posted])

    assert prepared.left_out[0].reason is LeftOutReason.TOO_MANY_BYTES


async def test_scan_has_pictures_of_its_pages_whose_bytes_are_kept(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        prepared = await pictures.prepare([cdn.post("bill.pdf", SCAN)])
        (file,) = prepared.files
        hashes = [image.hash for image in file.images]

        assert [image.note for image in file.images] == [
            "page 1 of 2 of a PDF",
            "page 2 of 2 of a PDF",
        ]
        assert await pictures.load(hashes) == prepared.image_bytes


async def test_pdf_posted_again_after_a_restart_is_not_read_again(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        first = await pictures.prepare([cdn.post("bill.pdf", SCAN)])

    async with opened(settings) as pictures:
        second = await pictures.prepare([cdn.post("bill.pdf", SCAN)])

        assert pictures.worker_pid is None
    assert second == first


async def test_pdf_read_with_other_bounds_is_read_anew(cdn: Cdn, settings: ImageSettings) -> None:
    long = cdn.post("long.pdf", text_pdf(*[PAGE] * 9))
    async with opened(settings) as pictures:
        whole = await pictures.prepare([long])

    async with opened(settings, max_pages=2) as pictures:
        start = await pictures.prepare([long])

    assert whole.files[0].text.count(PAGE) == 9
    assert start.files[0].text.count(PAGE) == 2


async def test_text_and_unneeded_documents_leave_no_copy_of_themselves(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings) as pictures:
        prepared = await pictures.prepare(
            [cdn.post("notes.txt", b"private words"), cdn.post("lease.pdf", LEASE)]
        )

    assert prepared.image_bytes == {}
    assert kept_in(settings.directory) == {".json"}
    assert not any(b"private" in p.read_bytes() for p in settings.directory.rglob("*.json"))


async def test_document_is_kept_where_an_endpoint_takes_it(
    cdn: Cdn, settings: ImageSettings
) -> None:
    async with opened(settings, keeps_documents=True) as pictures:
        prepared = await pictures.prepare([cdn.post("lease.pdf", LEASE)])
        wanted = prepared.files[0].hash

        assert prepared.image_bytes[wanted] == LEASE
        assert await pictures.load([wanted]) == {wanted: LEASE}
        assert await pictures.sweep(now() + timedelta(days=29)) == 0
        assert await pictures.sweep(now() + timedelta(days=31)) == 2
        assert await pictures.load([wanted]) == {}


async def test_file_of_this_machine_is_read_and_not_kept(
    tmp_path: Path, settings: ImageSettings
) -> None:
    (tmp_path / "lease.pdf").write_bytes(LEASE)

    async with opened(settings, keeps_documents=True) as pictures:
        (prepared,) = await pictures.prepare_files([tmp_path / "lease.pdf"])

    assert prepared.files[0].text == PAGE
    assert list(prepared.image_bytes.values()) == [LEASE]
    assert not settings.directory.exists()


async def test_same_pdf_in_many_questions_at_once_is_read_once(
    cdn: Cdn, settings: ImageSettings
) -> None:
    posted = cdn.post("bill.pdf", SCAN)

    async with opened(settings) as pictures, asyncio.TaskGroup() as group:
        answers = [group.create_task(pictures.prepare([posted])) for _ in range(8)]

    assert len({answer.result().files for answer in answers}) == 1
    assert pictures._workers._jobs_done == 1
