"""Tokens, by the documented rule for pictures and by an estimate for text."""

import re
from math import ceil, floor, sqrt
from typing import Final

_PATCH: Final = 32  # pixels
_BUDGET: Final = 1_536  # patches
_MULTIPLIER: Final = 1.2
_NOISE: Final = 6  # decimal places; below them a fraction is floating-point noise
_PIECE: Final = re.compile(r"[A-Za-z]+|\d{1,3}|[^\W\dA-Za-z_]|[^\w\s]|_|\n+")
_LETTERS: Final = 6  # of an English word that are one token


def image_tokens(width: int, height: int) -> int:
    """Count patches of 32 pixels, after shrinking to 1,536 of them, times 1.2."""
    return ceil(round(_count_patches(width, height) * _MULTIPLIER, _NOISE))


def text_tokens(text: str) -> int:
    """Estimate: short words, three digits, and each other sign are one token."""
    return sum(_weigh(piece) for piece in _PIECE.findall(text))


def _weigh(piece: str) -> int:
    return -(-len(piece) // _LETTERS) if piece[0].isascii() and piece[0].isalpha() else 1


def _count_patches(width: float, height: float) -> int:
    if _squares(width) * _squares(height) > _BUDGET:
        ratio = sqrt(_BUDGET * _PATCH**2 / (width * height))
        across, down = width * ratio / _PATCH, height * ratio / _PATCH
        if min(across, down) < 1:  # a strip thinner than a patch: its length alone counts
            return min(_BUDGET, _squares(max(width, height)))
        ratio *= min(floor(across) / across, floor(down) / down)
        width, height = width * ratio, height * ratio
    return _squares(width) * _squares(height)


def _squares(side: float) -> int:
    return ceil(round(side / _PATCH, _NOISE))
