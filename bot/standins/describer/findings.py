"""Findings about a picture: its measures, its text, or the reason why that was not read."""

from dataclasses import dataclass
from enum import StrEnum


class VisualStyle(StrEnum):
    """The look of a picture, by its pixels alone."""

    PHOTO = "photo"  # grain and soft changes everywhere
    GRAPHIC = "graphic"  # flat areas of few colours, sharp edges
    BLANK = "blank"  # one colour
    MIXED = "mixed"  # something of both, or too small to tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Shade:
    """A colour by its name, and how much of the picture it covers (0 to 1)."""

    name: str
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Texture:
    """Shares (0 to 1) of the picture's squares of 8 × 8 pixels, and counts of long straight lines."""

    ground: float  # flat and of one of few colours
    smooth: float  # flat, of any other colour: gradients
    grainy: float  # weak changes nearly everywhere in the square
    sharp: float  # strong edges
    across: int  # straight lines of at least a quarter of the picture's width
    down: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Exif:
    """Metadata that the camera wrote. Of a position only that there is one."""

    camera: str = ""
    taken: str = ""  # ISO 8601, without a zone
    has_position: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A QR or bar code. What it says was written by a stranger."""

    format: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """Everything that is found quickly, without reading text."""

    width: int  # pixels, turned upright
    height: int
    format: str  # as Pillow names it: JPEG, PNG, …
    frames: int
    has_transparency: bool
    style: VisualStyle
    shades: tuple[Shade, ...]  # the most common first
    accents: tuple[str, ...]  # vivid colours of small areas
    lightness: float  # 0 black to 1 white, as the eye averages it
    texture: Texture
    exif: Exif
    codes: tuple[Code, ...] | None  # None: nothing is installed that could find them


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A piece of text as the reader found it: usually a line, its place in pixels of the picture."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Unread(StrEnum):
    """Why the text of a picture is not known."""

    NOT_INSTALLED = "not-installed"
    FAILED = "failed"  # the reader stopped at this picture
    TOO_SLOW = "too-slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """All that is known of one picture. `words` is a reason where nothing was read."""

    measures: Measures
    words: tuple[Word, ...] | Unread
