"""Settings of pictures and files."""

from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageSettings:
    directory: Path = Path("glimpse-images")  # where prepared pictures are kept
    max_count: int = 8  # pictures for each question; the frames of an animation count
    max_bytes: int = 20 * MIB  # of one file, as posted
    max_total_bytes: int = 50 * MIB  # of all files of a question, as posted
    max_waiting_bytes: int = 200 * MIB  # downloads that wait for the worker, of all questions
    wait_timeout: float = 60  # seconds that a download waits until there is room for it
    max_pixels: int = 50_000_000  # of one picture, by its header
    download_timeout: float = 20  # seconds, for each file
    prepare_timeout: float = 20  # seconds of the worker's time, for each file
    keep_days: int = 30  # a prepared picture unused for so long is deleted
    max_disk_bytes: int = 2_000_000_000  # of all that is kept; the longest unused goes first
    worker_memory: int = 1536 * MIB  # bytes of address space that the worker may have


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSettings:
    """PDFs and text; pictures of a PDF's pages are bounded as pictures are."""

    max_count: int = 5  # files for each question
    max_bytes: int = 10 * MIB  # of one file, as posted
    max_pages: int = 50  # of one PDF that are read
    max_tokens: int = 20_000  # of one file's text; the allowance may leave less
    keeps_documents: bool = False  # an endpoint takes PDFs as they are, also in later questions
