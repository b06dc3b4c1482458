"""Jobs about PDFs, and their results."""

from bot.core.conversation.files import PAGE_BREAK
from bot.core.models.tokens import PatchRule
from bot.core.vision.views import Look
from bot.images.decoders.pdf import read_pdf as read_pdf_in_time
from bot.images.file_type import Format
from bot.images.protocol import Job, Result, pack_look

PAGE = "The quick brown fox jumps over the lazy dog, again and again."


def job(source: bytes, *, max_pages: int = 50, max_pictures: int = 8, budget: int = 1_536) -> Job:
    return Job(
        source=source,
        format=Format.PDF,
        look=pack_look(Look(rule=PatchRule(budget=budget, multiplier=1.2))),
        max_pixels=50_000_000,
        max_tokens=20_000,
        max_pages=max_pages,
        max_pictures=max_pictures,
    )


def read_pdf(job: Job) -> Result:
    """With a clock that stands still: a busy machine leaves no page unread."""
    return read_pdf_in_time(job, clock=lambda: 0.0)


def pages_of(result: Result) -> list[str]:
    assert result.reading is not None
    return result.reading.text.split(PAGE_BREAK)
