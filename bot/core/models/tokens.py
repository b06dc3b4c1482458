"""The tokens of text and pictures, estimated before they are sent, and their price."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, sqrt
from typing import Final

from bot.core.models.usage import Usage

PATCH: Final = 32  # pixels
TILE: Final = 512  # pixels
_TILE_BOX: Final = 2048  # pixels; tiled images are first fitted into a square of this side
_TILE_SHORTEST_SIDE: Final = 768  # pixels; then shrunk to this
_LONGEST_SIDE_UNKNOWN: Final = 2048  # pixels; where nothing is known of the model
_MILLION: Final = 1_000_000
_NO_END: Final = 2**53  # tokens; more than anybody can ask for
WEIGHT: Final = 64  # of a token, in what `weigh_text` counts
_NOISE: Final = 6  # decimal places; below them a fraction is floating-point noise


class Detail(StrEnum):
    LOW = "low"
    HIGH = "high"
    AUTO = "auto"
    ORIGINAL = "original"


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchRule:
    """Images billed by 32-pixel patches, at most `budget` of them (longest side `max_side`)."""

    budget: int
    multiplier: float
    max_side: int | None = None  # pixels


@dataclass(frozen=True, kw_only=True, slots=True)
class TileRule:
    """Images billed by 512-pixel tiles after fitting 2048×2048 and a shortest side of 768."""

    base: int  # tokens; all that `detail: low` costs
    per_tile: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownRule:
    """Nothing is known of how the model bills images: `assumed` tokens each are set aside."""

    assumed: int = 1_600


ImageRule = PatchRule | TileRule | UnknownRule


@dataclass(frozen=True, kw_only=True, slots=True)
class RateCard:
    """Prices in micro-dollars per million tokens (so that one dollar a million is 1_000_000)."""

    input: int
    output: int
    cached_input: int | None = None  # None: as other input

    def cost(self, usage: Usage) -> int:
        """The price of `usage` in micro-dollars, rounded up."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        cached_price = self.input if self.cached_input is None else self.cached_input
        price = (
            (usage.input_tokens - cached) * self.input
            + cached * cached_price
            + usage.output_tokens * self.output  # reasoning is part of it
        )
        return -(-price // 1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """A model as one endpoint serves it, as far as it is known."""

    name: str
    endpoint: str = ""  # the host that serves it
    image_rule: ImageRule = UnknownRule()
    original_rule: PatchRule | None = None  # for `detail: original`; None: it knows no such detail
    rate_card: RateCard | None = None
    context_tokens: int = 128_000
    takes_files: bool = False  # as they are, beside text and pictures
    takes_functions: bool = False  # of ours, that the model may ask for
    has_web_search: bool = False  # of the endpoint's own, as what makes pictures
    has_image_tool: bool = False
    has_images_api: bool = False
    max_output_tokens: int | None = None  # None: not known
    efforts: tuple[str, ...] | None = None  # of reasoning; (): takes none; None: not known
    takes_temperature: bool | None = None  # None: not known
    streams: bool = True

    def rule_for(self, detail: Detail | None) -> ImageRule:
        """The rule that bills images sent with this detail."""
        if detail is Detail.ORIGINAL and self.original_rule is not None:
            return self.original_rule
        return self.image_rule


def dearest(chosen: ModelCard, stand_ins: Iterable[ModelCard] = ()) -> RateCard | None:
    """The most that input and output may cost, whichever of them answers.

    None where the price of the chosen one is not known. A stand-in without a price counts as none.
    """
    if chosen.rate_card is None:
        return None
    cards = [card.rate_card for card in (chosen, *stand_ins) if card.rate_card is not None]
    return RateCard(
        input=max(max(card.input, card.cached_input or 0) for card in cards),
        output=max(card.output for card in cards),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Purse:
    """Money that one answer may cost, at the prices that it may have."""

    microusd: int
    prices: RateCard

    def output_room(self, input_tokens: int) -> int:
        """Output tokens that are left beside so much input; below nothing where it is too dear."""
        left = self.microusd * _MILLION - input_tokens * self.prices.input
        return _room(left, self.prices.output)

    def input_room(self, output_tokens: int) -> int:
        """Input tokens that leave so much output; below nothing where that alone is too dear."""
        left = self.microusd * _MILLION - output_tokens * self.prices.output
        return _room(left, self.prices.input)


def _room(money: int, price: int) -> int:
    if price:
        return money // price
    return _NO_END if money >= 0 else -1


def _weigh_bytes() -> bytes:
    """Return each byte's share of a token in weights; a UTF-8 sequence is weighed by its first byte."""
    shares = (
        (0x00, 0x7F, 0.9),  # punctuation and controls, then the exceptions among ASCII
        (0x0A, 0x0A, 1.0),
        (0x20, 0x20, 0.15),
        (ord("0"), ord("9"), 0.7),  # three to a token in numbers, fewer in ids and hashes
        (ord("A"), ord("Z"), 0.8),
        (ord("a"), ord("z"), 0.26),
        (0x80, 0xBF, 0.0),  # following bytes of a sequence
        (0xC0, 0xDF, 0.7),  # accents, Greek, Cyrillic, Hebrew, Arabic
        (0xE0, 0xEF, 1.3),  # Chinese, Japanese, Korean, Indic scripts
        (0xE2, 0xE2, 2.0),  # punctuation, arrows, boxes, dingbats
        (0xF0, 0xFF, 3.2),  # emoji; a flag or a family is several of them
    )
    weights = bytearray(256)
    for first, last, share in shares:
        weights[first : last + 1] = bytes([round(share * WEIGHT)]) * (last + 1 - first)
    return bytes(weights)


_WEIGHTS: Final = _weigh_bytes()


def estimate_text(text: str) -> int:
    """Estimate the tokens of `text` without a tokenizer; leans to too many.

    Measured against cl100k_base and o200k_base, the larger of both: English 1.4 times the true
    number, German 1.2, source code 1.4, JSON 1.6, Chinese and Japanese 1.5, Korean 1.3, Russian
    1.5, Arabic 0.9, Hindi 1.1, emoji 1.1, numbers 2.1. Too low for random text (hexadecimal 0.9,
    base64 0.8) and for rare Chinese characters (0.5). About 13 ns a byte.
    """
    return -(-weigh_text(text) // WEIGHT)


def weigh_text(text: str) -> int:
    """The estimate of `text` before it is rounded, in shares of `WEIGHT` to a token: weights of
    pieces add up to that of the whole.
    """
    return sum(text.encode("utf-8", "surrogatepass").translate(_WEIGHTS))


def image_tokens(width: int, height: int, rule: ImageRule, detail: Detail = Detail.AUTO) -> int:
    """Tokens that an image of that size is billed as.

    `detail` counts for tiles only: models that bill patches were seen to ignore "low".
    """
    match rule:
        case PatchRule():
            patches = _count(_fit_patches(width, height, rule), PATCH)
            return _ceil(patches * rule.multiplier)
        case TileRule():
            if detail is Detail.LOW:
                return rule.base
            return rule.base + rule.per_tile * _count(_fit_tiles(width, height), TILE)
        case UnknownRule():
            return rule.assumed


def billed_size(width: int, height: int, rule: ImageRule) -> tuple[int, int]:
    """The largest size worth sending: what the model scales the image down to by itself.

    For a model of which nothing is known: at most 2048 pixels on the longest side.
    """
    fitted = _fit(width, height, rule)
    return max(1, floor(round(fitted[0], _NOISE))), max(1, floor(round(fitted[1], _NOISE)))


def _fit(width: int, height: int, rule: ImageRule) -> tuple[float, float]:
    match rule:
        case PatchRule():
            return _fit_patches(width, height, rule)
        case TileRule():
            return _fit_tiles(width, height)
        case UnknownRule():
            return _fit_box(width, height, _LONGEST_SIDE_UNKNOWN)


def _fit_patches(width: float, height: float, rule: PatchRule) -> tuple[float, float]:
    """Shrink to the budget so that at least one side is a whole number of patches."""
    if rule.max_side is not None:
        width, height = _fit_box(width, height, rule.max_side)
    if _count((width, height), PATCH) <= rule.budget:
        return width, height
    ratio = sqrt(rule.budget * PATCH**2 / (width * height))
    across, down = width * ratio / PATCH, height * ratio / PATCH
    if min(across, down) < 1:
        # A strip thinner than one patch: the documents do not say; its length alone counts.
        return _fit_box(width, height, rule.budget * PATCH)
    ratio *= min(floor(across) / across, floor(down) / down)
    return width * ratio, height * ratio


def _fit_tiles(width: float, height: float) -> tuple[float, float]:
    width, height = _fit_box(width, height, _TILE_BOX)
    ratio = min(1.0, _TILE_SHORTEST_SIDE / min(width, height))
    return width * ratio, height * ratio


def _fit_box(width: float, height: float, side: int) -> tuple[float, float]:
    ratio = min(1.0, side / max(width, height))
    return width * ratio, height * ratio


def _count(size: tuple[float, float], square: int) -> int:
    return _ceil(size[0] / square) * _ceil(size[1] / square)


def _ceil(number: float) -> int:
    return ceil(round(number, _NOISE))
