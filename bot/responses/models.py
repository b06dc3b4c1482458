"""The catalogue: what is known of models. An unknown model works, without a price.

Prices are public list prices, or those of GPTProto where the base URL says so. Where no price is
known for certain there is none: a cost that is not known is not shown, rather than guessed.
"""

import re
from dataclasses import replace
from typing import Final, TypeVar

from bot.core.tokens import ImageRule, ModelCard, PatchRule, RateCard, TileRule

_Value = TypeVar("_Value")

_PATCHES = PatchRule(budget=1536, multiplier=1.2)
_PATCHES_OF_54 = PatchRule(budget=2500, multiplier=1.2, max_side=2048)

# The first pattern that matches the whole name decides; a date may follow any of them.
_IMAGE_RULES: Final[tuple[tuple[str, ImageRule], ...]] = (
    (r"built-in-describer", _PATCHES),
    (r"gpt-4o-mini", TileRule(base=2833, per_tile=5667)),
    (r"gpt-4\.1-mini", PatchRule(budget=1536, multiplier=1.62)),
    (r"gpt-4\.1-nano", PatchRule(budget=1536, multiplier=2.46)),
    (r"gpt-4o|chatgpt-4o-latest|gpt-4\.1|gpt-4\.5(-preview)?", TileRule(base=85, per_tile=170)),
    (r"o1|o1-pro|o3|o3-pro", TileRule(base=75, per_tile=150)),
    (r"computer-use-preview", TileRule(base=65, per_tile=129)),
    (r"o4-mini|codex-mini(-latest)?", PatchRule(budget=1536, multiplier=1.72)),
    # Measured on bills, against the documented 1.62 (mini) and 2.46 (nano):
    (r"gpt-5-mini", _PATCHES),
    (r"gpt-5-nano", PatchRule(budget=1536, multiplier=1.5)),
    (r"gpt-5(-chat-latest|-chat)?|gpt-5\.1(-chat-latest)?", TileRule(base=70, per_tile=140)),
    (r"gpt-5\.[23](-pro|-codex|-chat-latest)?|gpt-5\.4-(mini|nano)", _PATCHES),
    (r"gpt-5\.[4-9].*|gpt-6.*", _PATCHES_OF_54),
)
_CONTEXT_TOKENS: Final = ((r"gpt-5\.2-pro", 400_000),)
_LIST_PRICES: Final = ((r"gpt-5\.2-pro", RateCard(input=21_000_000, output=168_000_000)),)
_GPTPROTO_PRICES: Final = ((r"gpt-5\.2-pro", RateCard(input=14_700_000, output=117_600_000)),)
_LIST_PRICE_HOSTS: Final = ("api.openai.com", ".openai.azure.com")


def find_card(model: str, base_url: str) -> ModelCard:
    """Return what is known of `model` as the endpoint at `base_url` serves it.

    A vendor's prefix ("openai/gpt-5.2-pro") is ignored for the rules of images.
    """
    name = model.rpartition("/")[2].lower()
    card = ModelCard(name=model, rate_card=_find_prices(name, base_url.lower()))
    rule = _find(_IMAGE_RULES, name)
    context = _find(_CONTEXT_TOKENS, name)
    return replace(
        card,
        image_rule=card.image_rule if rule is None else rule,
        context_tokens=context or card.context_tokens,
    )


def _find_prices(name: str, base_url: str) -> RateCard | None:
    if "gptproto.com" in base_url:
        return _find(_GPTPROTO_PRICES, name)
    if any(host in base_url for host in _LIST_PRICE_HOSTS):
        return _find(_LIST_PRICES, name)
    return None


def _find(rows: tuple[tuple[str, _Value], ...], name: str) -> _Value | None:
    for pattern, value in rows:
        if re.fullmatch(rf"(?:{pattern})(?:-\d{{4}}-\d\d-\d\d)?", name):
            return value
    return None
