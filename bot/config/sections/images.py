"""Sections about fetching, preparing and keeping pictures and files."""

from bot.config.key import Key, Section
from bot.config.kinds import kind
from bot.images.settings import FileSettings, ImageSettings

_IMAGES = ImageSettings()
_FILES = FileSettings()

IMAGES: Section = (
    "How images are fetched, prepared and kept.",
    (
        Key(
            name="directory",
            kind=kind.path(),
            help="Where prepared images are kept.",
            default=str(_IMAGES.directory),
        ),
        Key(
            name="max_count",
            kind=kind.whole(1, 100),
            help="Images of one question, frames of animations included; others are left out.",
            default=_IMAGES.max_count,
        ),
        Key(
            name="max_bytes",
            kind=kind.whole(1_000, 1_000_000_000),
            help="Bytes of one file, as posted.",
            default=_IMAGES.max_bytes,
        ),
        Key(
            name="max_total_bytes",
            kind=kind.whole(1_000, 10_000_000_000),
            help="Bytes of all files of one question, as posted.",
            default=_IMAGES.max_total_bytes,
        ),
        Key(
            name="max_waiting_bytes",
            kind=kind.whole(1_000, 100_000_000_000),
            help="Bytes of all downloads that wait to be prepared: bounds the memory that many "
            "questions at once take. What one person waits for is bounded by `max_total_bytes`.",
            default=_IMAGES.max_waiting_bytes,
        ),
        Key(
            name="max_pixels",
            kind=kind.whole(1_000, 1_000_000_000),
            help="Pixels of one image, by its header: bounds the memory that decoding takes.",
            default=_IMAGES.max_pixels,
        ),
        Key(
            name="keep_days",
            kind=kind.whole(1, 3_650),
            help="Days for which a prepared image is kept after it was last used.",
            default=_IMAGES.keep_days,
        ),
        Key(
            name="max_disk_bytes",
            kind=kind.whole(1_000_000, 10_000_000_000_000),
            help="Bytes of everything that is kept; what was longest unused goes first, and what is "
            "kept for a closer look before what was shown.",
            default=_IMAGES.max_disk_bytes,
        ),
        Key(
            name="download_timeout",
            kind=kind.seconds(1, 600),
            help="Seconds for one download.",
            default=_IMAGES.download_timeout,
        ),
        Key(
            name="prepare_timeout",
            kind=kind.seconds(1, 600),
            help="Seconds for preparing one file.",
            default=_IMAGES.prepare_timeout,
        ),
    ),
)

FILES: Section = (
    "How PDFs and text files are read. What is not said here is as for images.",
    (
        Key(
            name="max_count",
            kind=kind.whole(0, 10),
            help="Files of one question; others are left out.",
            default=_FILES.max_count,
        ),
        Key(
            name="max_bytes",
            kind=kind.whole(1_000, 100_000_000),
            help="Bytes of one file, as posted.",
            default=_FILES.max_bytes,
        ),
        Key(
            name="max_pages",
            kind=kind.whole(1, 1_000),
            help="Pages of one PDF that are read.",
            default=_FILES.max_pages,
        ),
        Key(
            name="max_tokens",
            kind=kind.whole(100, 1_000_000),
            help="Tokens of one file's text; what is more is cut, and so is what the allowance can't pay.",
            default=_FILES.max_tokens,
        ),
    ),
)
