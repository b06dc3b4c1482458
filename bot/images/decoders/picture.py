"""One file into the pictures that the model sees. Runs in the worker, never in the bot's process.

The pixels are bounded by the header before anything is decoded.
"""

import warnings
from dataclasses import replace
from io import BytesIO

# The plugins are named so that Pillow does not load all forty at the first WebP.
from PIL import AvifImagePlugin, Image, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from bot.core.conversation.turns import LeftOutReason
from bot.core.vision.views import Look, Region, Size, View, view_of
from bot.images.decoders.colours import is_opaque, is_srgb
from bot.images.decoders.encoder import encode, keep
from bot.images.decoders.master import make_master
from bot.images.decoders.scale import crop, find_turn, scale, upright
from bot.images.file_type import Format
from bot.images.protocol import Frame, Job, Result, unpack_look

MAX_SIDE = 16_384  # pixels; JPEG ends at 65,535 and decoders elsewhere earlier
FRAME_BUDGET = 150_000_000  # pixels decoded on the way to an animation's last frame: 2 to 4 s

_MAY_MOVE = frozenset({Format.GIF, Format.PNG, Format.WEBP, Format.AVIF})

_LOADED = (TiffImagePlugin, WebPImagePlugin)

# One decoding thread: the worker runs beside the bot, and stacks count as address space.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


class TooManyPixels(Exception):
    """The header announces more pixels than are decoded."""


def prepare(job: Job) -> Result:
    """Prepare, or say why not. Never raises: what a decoder does with hostile bytes is anyone's guess."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # complaints about odd files have no reader
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Result(frames=_prepare(job))
    except (
        TooManyPixels,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return Result(reason=LeftOutReason.TOO_MANY_PIXELS)
    except (UnidentifiedImageError, EOFError, OSError, SyntaxError, ValueError, IndexError):
        return Result(reason=LeftOutReason.DAMAGED)
    except Exception as error:  # noqa: BLE001 - the seam to foreign decoders; reported by type and line
        return Result(reason=LeftOutReason.DAMAGED, error=describe_error(error))


def describe_error(error: Exception) -> str:
    """Name the type and the line, and never the message: that may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {line}"


def _prepare(job: Job) -> tuple[Frame, ...]:
    Image.MAX_IMAGE_PIXELS = job.max_pixels  # for frames that are larger than the header said
    with _open(job) as picture:
        if picture.width * picture.height > job.max_pixels:
            raise TooManyPixels
        look = unpack_look(job.look)
        if job.region is not None:
            return (_prepare_part(picture, job, look, job.region),)
        count = _count_frames(picture, job.format)
        if count > 1 and job.format in _MAY_MOVE:
            return _prepare_animation(picture, job, look, count)
        note = f"page 1 of {count} of a document" if count > 1 else ""
        size, turn = picture.size, find_turn(picture, job.format)
        frame = _prepare_still(picture, job, look, note)
        if upright(size, turn) == (frame.width, frame.height):
            return (frame,)
        return (_with_master(frame, picture, job, size=size, turn=turn),)


def _open(job: Job) -> Image.Image:
    if job.format is Format.HEIF:
        import pi_heif

        pi_heif.register_heif_opener(decode_threads=1, thumbnails=False)
    return Image.open(BytesIO(job.source), formats=[job.format])


def _count_frames(picture: Image.Image, found: Format) -> int:
    """Count what follows one another; a JPEG's or HEIC's further pictures are previews and depths."""
    if found in (Format.JPEG, Format.HEIF):
        return 1
    return getattr(picture, "n_frames", 1)


def pick_frames(count: int, pixels: int) -> tuple[int, ...]:
    """Choose first, middle and last frame, as far as they can be reached within the budget."""
    reachable = max(1, min(count, FRAME_BUDGET // max(1, pixels)))
    return tuple(sorted({0, (reachable - 1) // 2, reachable - 1}))


def _prepare_animation(picture: Image.Image, job: Job, look: Look, count: int) -> tuple[Frame, ...]:
    """Prepare the chosen frames. Those behind damage, and those that repeat another, are dropped."""
    frames: dict[bytes, Frame] = {}
    chosen = pick_frames(count, picture.width * picture.height)
    look = look.shared_by(len(chosen))
    for index in chosen:
        try:
            picture.seek(index)
            frame = _shrink(picture, job, look, f"frame {index + 1} of {count}, an animation")
        except (EOFError, OSError, SyntaxError, ValueError, IndexError):
            if not frames:
                raise
            break
        frames.setdefault(frame.content, frame)
    return tuple(frames.values())


def _prepare_still(picture: Image.Image, job: Job, look: Look, note: str) -> Frame:
    view = _bounded_view(picture.size, look)
    if find_turn(picture, job.format) == 1 and (view.width, view.height) == picture.size:
        picture.load()  # a file that is cut must be found out before it is passed on
        if kept := _keep(picture, job):
            return _frame(*kept, view, note)
    return _shrink(picture, job, look, note)


def _keep(picture: Image.Image, job: Job) -> tuple[bytes, str] | None:
    if not is_opaque(picture) or not is_srgb(picture.info.get("icc_profile")):
        return None
    return keep(job.source, job.format, picture.mode)


def _shrink(picture: Image.Image, job: Job, look: Look, note: str) -> Frame:
    turn = find_turn(picture, job.format)
    view = _bounded_view(upright(picture.size, turn), look)
    small = scale(picture, (view.width, view.height), turn)
    return _frame(*encode(small, job.format), view, note)


def _prepare_part(picture: Image.Image, job: Job, look: Look, region: Region) -> Frame:
    part = crop(picture, region, find_turn(picture, job.format))
    view = _bounded_view(part.size, look)
    if part.size != (view.width, view.height):
        part = part.resize((view.width, view.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _frame(*encode(part, job.format), view, "")


def _with_master(frame: Frame, picture: Image.Image, job: Job, *, size: Size, turn: int) -> Frame:
    """Keep the picture itself where the frame shows less of it, or more than there is."""
    try:
        master = make_master(picture, job.source, job.format, size=size, turn=turn)
    except (MemoryError, OSError, SyntaxError, ValueError):
        return frame  # it is shown all the same, and not looked at any closer later
    return replace(frame, master=master.content, master_size=master.size)


def _frame(content: bytes, media_type: str, view: View, note: str) -> Frame:
    return Frame(
        content=content,
        media_type=media_type,
        width=view.width,
        height=view.height,
        note=note,
        is_reduced=view.is_reduced,
    )


def _bounded_view(size: Size, look: Look) -> View:
    """The view of a picture of that upright size, within what decoders elsewhere can take."""
    view = view_of(size, look)
    shrink = min(1.0, MAX_SIDE / max(view.width, view.height))
    if shrink == 1:
        return view
    width, height = max(1, int(view.width * shrink)), max(1, int(view.height * shrink))
    return replace(view, width=width, height=height)
