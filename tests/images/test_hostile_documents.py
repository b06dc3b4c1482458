"""PDFs that would do harm: they cost a worker at most, and each has its reason."""

from collections.abc import AsyncIterator

import pytest

from bot.core.conversation.turns import LeftOutReason
from bot.core.models.tokens import PatchRule
from bot.core.vision.views import Look
from bot.images.file_type import Format
from bot.images.protocol import Job, pack_look
from bot.images.settings import MIB, ImageSettings
from bot.images.worker.worker_pool import WorkerPool
from tests.documents import bomb_pdf, tangled_pdf, text_pdf, vast_picture_pdf

pytestmark = pytest.mark.proof

PAGE = "The quick brown fox jumps over the lazy dog, again and again."
LOOK = pack_look(Look(rule=PatchRule(budget=1_536, multiplier=1.2)))


def job(source: bytes, kind: Format = Format.PDF) -> Job:
    return Job(
        source=source,
        format=kind,
        look=LOOK,
        max_pixels=50_000_000,
        max_tokens=20_000,
        max_pages=50,
        max_pictures=8,
    )


@pytest.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    # Time enough for a busy machine: it is memory that ends a worker here.
    pool = WorkerPool(ImageSettings(prepare_timeout=60, worker_memory=400 * MIB))
    yield pool
    await pool.aclose()


async def test_worker_reads_text_and_pdfs_and_draws_nearly_empty_pages(
    workers: WorkerPool,
) -> None:
    text = await workers.work(job(b"only words", Format.TEXT))
    pages = await workers.work(job(text_pdf(PAGE, "short")))

    assert text.reading is not None
    assert text.reading.text == "only words"
    assert pages.reading is not None
    assert pages.reading.text.startswith(PAGE)
    assert [frame.note for frame in pages.frames] == ["page 2 of 2 of a PDF"]


async def test_endless_drawing_ends_with_its_worker(
    workers: WorkerPool,
) -> None:
    endless = await workers.work(job(tangled_pdf(30)))
    after = await workers.work(job(text_pdf(PAGE)))

    assert endless.reason in (LeftOutReason.DAMAGED, LeftOutReason.TOO_SLOW)
    assert after.reason is None


async def test_page_of_half_a_gigabyte_costs_a_worker_at_most(
    workers: WorkerPool,
) -> None:
    bomb = await workers.work(job(bomb_pdf(500)))
    after = await workers.work(job(text_pdf(PAGE)))

    assert bomb.reason in (LeftOutReason.DAMAGED, LeftOutReason.TOO_SLOW)
    assert after.reason is None


async def test_picture_of_half_a_gigapixel_costs_a_worker_at_most(workers: WorkerPool) -> None:
    vast = await workers.work(job(vast_picture_pdf(24_000)))
    after = await workers.work(job(text_pdf(PAGE)))

    assert vast.reason in (None, LeftOutReason.DAMAGED, LeftOutReason.TOO_SLOW)
    assert after.reason is None


async def test_ten_thousand_pages_are_counted_and_the_first_ones_read(workers: WorkerPool) -> None:
    result = await workers.work(job(text_pdf(*[PAGE] * 10_000)))

    assert result.reading is not None
    assert result.reading.pages == 10_000
    assert result.reading.text.count(PAGE) == 50


async def test_deep_nesting_is_survived(workers: WorkerPool) -> None:
    deep = b"/Deep " + b"[" * 100_000 + b"]" * 100_000

    result = await workers.work(job(text_pdf(PAGE, catalogue=deep)))

    assert result.reason in (None, LeftOutReason.DAMAGED)


@pytest.mark.parametrize("seed", range(40))
async def test_bytes_changed_at_random_never_bring_more_than_a_reason(
    workers: WorkerPool, seed: int
) -> None:
    source = bytearray(text_pdf(PAGE, "short", PAGE))
    for step in range(1, 12):
        source[(seed * 7_919 + step * 104_729) % len(source)] = (seed * 31 + step * 17) % 256

    result = await workers.work(job(bytes(source)))

    assert result.reason is not None or result.reading is not None
    assert result.error in ("", "the worker died")
