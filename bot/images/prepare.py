"""One file into the pictures that the model sees. Runs in the worker, never in the bot's process.

The order matters for time and memory: bound the pixels by the header, decode at a reduced size
where the format can, scale, and only then turn upright and convert what is small by now.
"""

import warnings
from io import BytesIO

# The plugins are named so that Pillow does not load all forty at the first WebP.
from PIL import AvifImagePlugin, Image, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from bot.core.tokens import billed_size
from bot.core.turns import LeftOutReason
from bot.images.colours import flatten, is_opaque, is_srgb, to_srgb, to_working_mode
from bot.images.encode import encode, keep
from bot.images.sniff import Format
from bot.images.wire import Frame, Job, Result, unpack_rule

MAX_SIDE = 16_384  # pixels; JPEG ends at 65,535 and decoders elsewhere earlier
FRAME_BUDGET = 150_000_000  # pixels decoded on the way to an animation's last frame: 2 to 4 s

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset(
    {
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
    }
)
_TURNED_BY_DECODER = frozenset({Format.TIFF, Format.HEIF})
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
        return Result(reason=LeftOutReason.DAMAGED, error=_describe(error))


def _describe(error: Exception) -> str:
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
        count = _count_frames(picture, job.format)
        if count > 1 and job.format in _MAY_MOVE:
            return _prepare_animation(picture, job, count)
        note = f"page 1 of {count} of a document" if count > 1 else ""
        return (_prepare_still(picture, job, note),)


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


def _prepare_animation(picture: Image.Image, job: Job, count: int) -> tuple[Frame, ...]:
    """Prepare the chosen frames. Those behind damage, and those that repeat another, are dropped."""
    frames: dict[bytes, Frame] = {}
    for index in pick_frames(count, picture.width * picture.height):
        try:
            picture.seek(index)
            frame = _shrink(picture, job, f"frame {index + 1} of {count}, an animation")
        except (EOFError, OSError, SyntaxError, ValueError, IndexError):
            if not frames:
                raise
            break
        frames.setdefault(frame.content, frame)
    return tuple(frames.values())


def _prepare_still(picture: Image.Image, job: Job, note: str) -> Frame:
    size = picture.size
    if _find_turn(picture, job.format) is None and _target(size, job) == size:
        picture.load()  # a file that is cut must be found out before it is passed on
        if kept := _keep(picture, job):
            content, media_type = kept
            return Frame(
                content=content, media_type=media_type, width=size[0], height=size[1], note=note
            )
    return _shrink(picture, job, note)


def _keep(picture: Image.Image, job: Job) -> tuple[bytes, str] | None:
    if not is_opaque(picture) or not is_srgb(picture.info.get("icc_profile")):
        return None
    return keep(job.source, job.format, picture.mode)


def _shrink(picture: Image.Image, job: Job, note: str) -> Frame:
    turn = _find_turn(picture, job.format)
    lies = turn in _SIDEWAYS
    size = _target(picture.size[::-1] if lies else picture.size, job)
    box = size[::-1] if lies else size
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", box)  # lets a JPEG decode at a half, a quarter or an eighth
    small = to_working_mode(_load(picture))
    if small.size != box:
        small = small.resize(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = to_srgb(flatten(small), profile)
    if turn is not None:
        small = small.transpose(turn)
    content, media_type = encode(small, job.format)
    return Frame(content=content, media_type=media_type, width=size[0], height=size[1], note=note)


def _load(picture: Image.Image) -> Image.Image:
    picture.load()
    return picture


def _find_turn(picture: Image.Image, found: Format) -> Image.Transpose | None:
    if found in _TURNED_BY_DECODER:
        return None
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - malformed EXIF raises anything, and says nothing of the pixels
        picture.load()
        return None


def _target(size: tuple[int, int], job: Job) -> tuple[int, int]:
    """The size to send a picture of that upright size at."""
    width, height = billed_size(*size, unpack_rule(job.rule))
    shrink = min(1.0, MAX_SIDE / max(width, height))
    # Arithmetic with patches can round a thin strip up; a picture is never enlarged.
    return (
        min(size[0], max(1, int(width * shrink))),
        min(size[1], max(1, int(height * shrink))),
    )
