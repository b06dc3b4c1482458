"""What text and pictures cost in tokens, before they are sent, and in money, after."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.events import Usage


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
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """What is known of a model."""

    name: str
    image_rule: ImageRule = UnknownRule()
    rate_card: RateCard | None = None
    context_tokens: int = 128_000


def estimate_text(text: str) -> int:
    """Estimate the tokens of `text` without a tokenizer; leans to too many."""
    raise NotImplementedError


def image_tokens(width: int, height: int, rule: ImageRule, detail: Detail = Detail.AUTO) -> int:
    """Tokens that an image of that size is billed as."""
    raise NotImplementedError


def billed_size(width: int, height: int, rule: ImageRule) -> tuple[int, int]:
    """The largest size worth sending: what the model scales the image down to by itself."""
    raise NotImplementedError
