"""One job of the worker, whichever kind of file it is about. Runs in the worker.

Apart from its process, which bounds its memory before this, and with it a decoder, is loaded.
"""

from bot.core.conversation.turns import LeftOutReason
from bot.images.decoders.picture import describe_error, prepare
from bot.images.decoders.text import read_text
from bot.images.file_type import Format
from bot.images.protocol import Job, Result


def do(job: Job) -> Result:
    """Prepare or read, or say why not. Never raises."""
    if job.format not in (Format.PDF, Format.TEXT):
        return prepare(job)
    try:
        return _read(job)
    except Exception as error:  # noqa: BLE001 - the seam to foreign decoders; reported by type and line
        return Result(reason=LeftOutReason.DAMAGED, error=describe_error(error))


def _read(job: Job) -> Result:
    if job.format is Format.TEXT:
        return read_text(job)
    from bot.images.decoders.pdf import read_pdf  # PDFium: 8 MB that few workers need

    return read_pdf(job)
