"""One job, whichever kind of file it is about, in this process."""

from dataclasses import replace

from bot.core.conversation.turns import LeftOutReason
from bot.images.file_type import Format
from bot.images.protocol import Job
from bot.images.worker.job import do
from tests.documents import scanned_pdf, text_pdf
from tests.images.worker.pools import GOOD, LOOK

WORDS = "The quick brown fox jumps over the lazy dog."


def file_job(source: bytes, kind: Format) -> Job:
    return Job(
        source=source,
        format=kind,
        look=LOOK,
        max_pixels=1_000_000,
        max_tokens=1_000,
        max_pages=5,
        max_pictures=1,
    )


def test_picture_is_prepared() -> None:
    result = do(GOOD)

    assert len(result.frames) == 1
    assert result.reading is None


def test_text_and_pdf_are_read() -> None:
    text = do(file_job(WORDS.encode(), Format.TEXT))
    pdf = do(file_job(text_pdf(WORDS), Format.PDF))

    assert text.reading is not None
    assert pdf.reading is not None
    assert (text.reading.text, pdf.reading.text) == (WORDS, WORDS)


def test_failing_job_gives_a_reason_and_place_without_content() -> None:
    scan = replace(file_job(scanned_pdf(WORDS), Format.PDF), look={})

    result = do(scan)

    assert result.reason is LeftOutReason.DAMAGED
    assert result.error.startswith("KeyError")
