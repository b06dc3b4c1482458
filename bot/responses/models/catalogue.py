"""The table of known models: facts with their date and source, and nothing that is only likely.

Prices, windows and longest outputs: OpenAI's price list and model pages as of 2026-11, the same in
two independent collections of them. Not part of the table: that input beyond 272,000 tokens costs
more from gpt-5.4 on, and that writing to the prompt cache does from gpt-5.6 on.

Efforts and temperature: error messages of the API, recorded with each model; for gpt-6 nobody has.

Image rules: OpenAI's documents, corrected where bills say otherwise: gpt-5-mini is documented with
a multiplier of 1.62 and gpt-5-nano with 2.46, and both, like gpt-5.2, are billed as below. Those of
gpt-5.5 and later are reported by few.
"""

from typing import Final, NamedTuple

from bot.core.models.tokens import ImageRule, PatchRule, RateCard, TileRule
from bot.core.pictures.orders import PicturePrices


class TokenLimits(NamedTuple):
    """Tokens: of input and output together, and of the longest output."""

    context: int | None = None
    longest_output: int | None = None


class Capabilities(NamedTuple):
    """Parameters that a model takes, and whether it streams; None: not known."""

    efforts: tuple[str, ...] | None = None
    takes_temperature: bool | None = None
    streams: bool = True


class CatalogueEntry(NamedTuple):
    """Facts about the models whose whole name matches `pattern`; a date may follow it."""

    pattern: str
    image_rule: ImageRule | None = None
    prices: RateCard | None = None  # of the public list
    limits: TokenLimits = TokenLimits()
    capabilities: Capabilities = Capabilities()
    original_rule: PatchRule | None = None


def _usd(input_price: float, output: float, *, cached: float | None = None) -> RateCard:
    """Prices as they are published, in dollars a million tokens."""
    return RateCard(
        input=round(input_price * 1_000_000),
        output=round(output * 1_000_000),
        cached_input=None if cached is None else round(cached * 1_000_000),
    )


FREE: Final = RateCard(input=0, output=0)
_TILES_OF_4O: Final = TileRule(base=85, per_tile=170)
_TILES_OF_5: Final = TileRule(base=70, per_tile=140)
_TILES_OF_O: Final = TileRule(base=75, per_tile=150)
_PATCHES: Final = PatchRule(budget=1536, multiplier=1.2)
_PATCHES_OF_54: Final = PatchRule(budget=2500, multiplier=1.2, max_side=2048)
_ORIGINAL: Final = PatchRule(budget=10_000, multiplier=1.2, max_side=6000)


def _patches(multiplier: float) -> PatchRule:
    return PatchRule(budget=1536, multiplier=multiplier)


_OF_4O: Final = TokenLimits(128_000, 16_384)
_OF_41: Final = TokenLimits(1_047_576, 32_768)
_OF_O: Final = TokenLimits(200_000, 100_000)
_OF_5: Final = TokenLimits(400_000, 128_000)
_OF_54: Final = TokenLimits(1_050_000, 128_000)

_LOW_UP: Final = ("low", "medium", "high")
_NONE_UP: Final = ("none", *_LOW_UP)
_NONE_TO_XHIGH: Final = (*_NONE_UP, "xhigh")

_NO_THINKING: Final = Capabilities((), takes_temperature=True)
_THINKING: Final = Capabilities(_LOW_UP, takes_temperature=False)
_FROM_MINIMAL: Final = Capabilities(("minimal", *_LOW_UP), takes_temperature=False)
_TO_XHIGH: Final = Capabilities(_NONE_TO_XHIGH, takes_temperature=True)
_CHAT: Final = Capabilities(("medium",), takes_temperature=False)
_PRO: Final = Capabilities(("medium", "high", "xhigh"), takes_temperature=False)
_ALWAYS_XHIGH: Final = Capabilities(_NONE_TO_XHIGH, takes_temperature=False)

_PRICE_5: Final = _usd(1.25, 10, cached=0.125)
_PRICE_52: Final = _usd(1.75, 14, cached=0.175)

# The first entry that matches decides.
ENTRIES: Final = (
    CatalogueEntry(r"built-in-describer", _PATCHES, FREE),
    CatalogueEntry(r"gpt-4o", _TILES_OF_4O, _usd(2.5, 10, cached=1.25), _OF_4O, _NO_THINKING),
    CatalogueEntry(
        r"gpt-4o-mini",
        TileRule(base=2833, per_tile=5667),
        _usd(0.15, 0.6, cached=0.075),
        _OF_4O,
        _NO_THINKING,
    ),
    CatalogueEntry(r"chatgpt-4o-latest|gpt-4\.5(-preview)?", _TILES_OF_4O),
    CatalogueEntry(r"gpt-4\.1", _TILES_OF_4O, _usd(2, 8, cached=0.5), _OF_41, _NO_THINKING),
    CatalogueEntry(
        r"gpt-4\.1-mini", _patches(1.62), _usd(0.4, 1.6, cached=0.1), _OF_41, _NO_THINKING
    ),
    CatalogueEntry(
        r"gpt-4\.1-nano", _patches(2.46), _usd(0.1, 0.4, cached=0.025), _OF_41, _NO_THINKING
    ),
    CatalogueEntry(
        r"computer-use-preview",
        TileRule(base=65, per_tile=129),
        _usd(3, 12),
        TokenLimits(8_192, 1_024),
    ),
    CatalogueEntry(r"o1", _TILES_OF_O, _usd(15, 60, cached=7.5), _OF_O, _THINKING),
    CatalogueEntry(
        r"o1-pro", _TILES_OF_O, _usd(150, 600), _OF_O, _THINKING._replace(streams=False)
    ),
    CatalogueEntry(r"o3", _TILES_OF_O, _usd(2, 8, cached=0.5), _OF_O, _THINKING),
    CatalogueEntry(r"o3-pro", _TILES_OF_O, _usd(20, 80), _OF_O),
    CatalogueEntry(r"o4-mini", _patches(1.72), _usd(1.1, 4.4, cached=0.275), _OF_O, _THINKING),
    CatalogueEntry(
        r"codex-mini(-latest)?", _patches(1.72), _usd(1.5, 6, cached=0.375), TokenLimits(200_000)
    ),
    CatalogueEntry(r"gpt-5", _TILES_OF_5, _PRICE_5, _OF_5, _FROM_MINIMAL),
    CatalogueEntry(r"gpt-5-mini", _PATCHES, _usd(0.25, 2, cached=0.025), _OF_5, _FROM_MINIMAL),
    CatalogueEntry(
        r"gpt-5-nano", _patches(1.5), _usd(0.05, 0.4, cached=0.005), _OF_5, _FROM_MINIMAL
    ),
    CatalogueEntry(
        r"gpt-5-pro",
        None,
        _usd(15, 120),
        TokenLimits(400_000, 272_000),
        Capabilities(("high",), takes_temperature=False, streams=False),
    ),
    CatalogueEntry(r"gpt-5(\.1)?-chat(-latest)?", _TILES_OF_5, _PRICE_5, _OF_4O),
    CatalogueEntry(
        r"gpt-5\.1", _TILES_OF_5, _PRICE_5, _OF_5, Capabilities(_NONE_UP, takes_temperature=True)
    ),
    CatalogueEntry(r"gpt-5\.2|gpt-5\.3-codex", _PATCHES, _PRICE_52, _OF_5, _TO_XHIGH),
    CatalogueEntry(r"gpt-5\.2-pro", _PATCHES, _usd(21, 168), _OF_5, _PRO),
    CatalogueEntry(r"gpt-5\.[23]-chat-latest", _PATCHES, _PRICE_52, _OF_4O, _CHAT),
    CatalogueEntry(r"gpt-5\.2-codex", _PATCHES, _PRICE_52, _OF_5),
    CatalogueEntry(
        r"gpt-5\.4", _PATCHES_OF_54, _usd(2.5, 15, cached=0.25), _OF_54, _TO_XHIGH, _ORIGINAL
    ),
    CatalogueEntry(r"gpt-5\.4-mini", _PATCHES, _usd(0.75, 4.5, cached=0.075), _OF_5, _TO_XHIGH),
    CatalogueEntry(r"gpt-5\.4-nano", _PATCHES, _usd(0.2, 1.25, cached=0.02), _OF_5, _TO_XHIGH),
    CatalogueEntry(r"gpt-5\.[45]-pro", _PATCHES_OF_54, _usd(30, 180), _OF_54, _PRO, _ORIGINAL),
    CatalogueEntry(
        r"gpt-5\.5", _PATCHES_OF_54, _usd(5, 30, cached=0.5), _OF_54, _ALWAYS_XHIGH, _ORIGINAL
    ),
    *(
        CatalogueEntry(pattern, _PATCHES_OF_54, prices, _OF_54, capabilities, _ORIGINAL)
        for pattern, prices, capabilities in (
            (r"gpt-5\.6(-sol)?", _usd(4, 20, cached=0.4), _ALWAYS_XHIGH),
            (r"gpt-5\.6-terra", _usd(2, 12, cached=0.2), _ALWAYS_XHIGH),
            (r"gpt-5\.6-luna", _usd(0.2, 1.2, cached=0.02), _ALWAYS_XHIGH),
            (r"gpt-6-astra", _usd(10, 50, cached=1), Capabilities()),
            (r"gpt-6-sol", _usd(2, 10, cached=0.2), Capabilities()),
            (r"gpt-6-luna", _usd(0.1, 0.5, cached=0.01), Capabilities()),
            (r"gpt-6\.1-sol", _usd(2, 10, cached=0.1), Capabilities()),
            (r"gpt-6\.1-terra", _usd(1, 5, cached=0.05), Capabilities()),
        )
    ),
    CatalogueEntry(r"gpt-5\.[23](-pro|-codex)?", _PATCHES),
    CatalogueEntry(r"gpt-5\.[4-9].*|gpt-6.*", _PATCHES_OF_54),
)

# GPTProto's own price list, by its page of the model; 2026-11. It names no price of cached input.
GPTPROTO_PRICES: Final = ((r"gpt-5\.2-pro", _usd(14.7, 117.6)),)

# Models that make pictures, in micro-dollars a million tokens, from the page of each below
# https://developers.openai.com/api/docs/models.
PICTURE_PRICES: Final = {
    "gpt-image-1": PicturePrices(text=5_000_000, image=10_000_000, output=40_000_000),
    "gpt-image-1-mini": PicturePrices(text=2_000_000, image=2_500_000, output=8_000_000),
    "gpt-image-2": PicturePrices(text=5_000_000, image=8_000_000, output=30_000_000),
    "gpt-image-2.6-sunburst": PicturePrices(text=5_000_000, image=8_000_000, output=30_000_000),
}
