"""Reads the text of a picture with rapidocr and onnxruntime. Runs in the worker, offline.

The models lie inside the package. Loading takes a few seconds of CPU and some 600 MB of memory,
which is why nothing else is done in the process that does it, and why it is ended when idle.
"""

import os
import re
from importlib.util import find_spec
from typing import Any, Final

from PIL import Image

from bot.standins.describer.findings import Word
from bot.standins.describer.worker.measurements import open_picture, to_rgb

_LONGEST_SIDE: Final = 1_600  # pixels; letters of phone pictures stay legible
_SMALL: Final = 400  # pixels; letters in smaller pictures are enlarged before they are looked for
_MOST_THREADS: Final = 4
_SURE: Final = 0.6  # the engine's own confidence
_SURER: Final = 0.85  # demanded of one or two characters: specks are often taken for them
_MOST_WORDS: Final = 600
_HEXADECIMAL: Final = re.compile(r"\bOx(?=[0-9A-Fa-f]{2,}\b)")  # the letter, where a zero stood


def is_reader_installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class TextReader:
    """Loads its models when made."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR  # heavy, and only here if the extra is installed

        # Half of the cores: the engine's threads wait for each other by spinning.
        threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 1) // 2))
        self._engine: Any = RapidOCR(
            params={
                "Global.use_cls": False,  # upside-down lines: rare, and a model more
                "Global.log_level": "error",
                "Global.max_side_len": _LONGEST_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": _LONGEST_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, content: bytes) -> tuple[Word, ...]:
        """Return the pieces in the order they were found. Raises NotAPicture, PixelLimitExceeded."""
        picture = to_rgb(open_picture(content))
        scaled = _fit(picture)
        found = self._engine(scaled)
        if found.txts is None:
            return ()
        ratio = picture.width / scaled.width
        pieces = zip(found.boxes, found.txts, found.scores, strict=True)
        words = [
            _to_word(box, text, ratio)
            for box, text, score in pieces
            if _is_text(text, float(score))
        ]
        return tuple(words[:_MOST_WORDS])


def _fit(picture: Image.Image) -> Image.Image:
    longest = max(picture.size)
    if longest > _LONGEST_SIDE:
        scaled = picture.copy()
        scaled.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
        return scaled
    if longest < _SMALL:
        size = (picture.width * 2, picture.height * 2)
        return picture.resize(size, Image.Resampling.LANCZOS)
    return picture


def _is_text(text: str, score: float) -> bool:
    letters = sum(character.isalnum() for character in text)
    if letters == 0:
        return text.strip() in ("$", ">", "#", "?", "!") and score >= _SURER
    return score >= (_SURE if letters > 2 else _SURER)


def _to_word(box: Any, text: str, ratio: float) -> Word:
    across, down = [float(x) for x, _ in box], [float(y) for _, y in box]
    return Word(
        text=_HEXADECIMAL.sub("0x", " ".join(text.split())),
        left=round(min(across) * ratio, 1),
        top=round(min(down) * ratio, 1),
        right=round(max(across) * ratio, 1),
        bottom=round(max(down) * ratio, 1),
    )
