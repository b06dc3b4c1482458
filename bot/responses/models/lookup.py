"""Looking a model up. An unknown one works, without a price.

Prices are public list prices, or those of GPTProto where the base URL says so. Where no price is
known for certain there is none: a cost that is not known is not shown, rather than guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from bot.core.models.tokens import ModelCard, RateCard
from bot.core.pictures.orders import PicturePrices
from bot.responses.models.catalogue import (
    ENTRIES,
    FREE,
    GPTPROTO_PRICES,
    PICTURE_PRICES,
    CatalogueEntry,
)
from bot.responses.models.overrides import NO_OVERRIDES, ModelOverrides, override

_LIST_PRICE_HOSTS: Final = ("api.openai.com", ".openai.azure.com")
_OPENAI: Final = "https://api.openai.com/v1"
_GPTPROTO: Final = "https://gptproto.com/v1"
_NOTHING_KNOWN: Final = CatalogueEntry("")


class KnownAt(NamedTuple):
    """A model, and a provider whose prices for it are known."""

    model: str
    base_url: str


# What a comparison of costs shows besides the models that are configured.
WELL_KNOWN: Final = (
    KnownAt("gpt-5.2-pro", _GPTPROTO),
    *(
        KnownAt(model, _OPENAI)
        for model in (
            "gpt-5.2-pro",
            "gpt-5.2",
            "gpt-5-mini",
            "gpt-5.4",
            "gpt-5.4-mini",
            "gpt-6.1-terra",
            "gpt-4o",
            "gpt-4o-mini",
            "gpt-4.1-mini",
            "o3",
        )
    ),
)


def find_card(
    model: str, base_url: str, overrides: Mapping[str, ModelOverrides] = NO_OVERRIDES
) -> ModelCard:
    """Return what is known of `model` as the endpoint at `base_url` serves it.

    A vendor's prefix ("openai/gpt-5.2-pro") is ignored. `overrides` are by the model's whole name.
    """
    name = model.rpartition("/")[2].lower()
    entry = next((each for each in ENTRIES if _matches(each.pattern, name)), _NOTHING_KNOWN)
    card = ModelCard(
        name=model,
        endpoint=_host(base_url),
        rate_card=_find_prices(name, entry, base_url.lower()),
        original_rule=entry.original_rule,
        max_output_tokens=entry.limits.longest_output,
        efforts=entry.capabilities.efforts,
        takes_temperature=entry.capabilities.takes_temperature,
        streams=entry.capabilities.streams,
    )
    card = replace(
        card,
        image_rule=entry.image_rule or card.image_rule,
        context_tokens=entry.limits.context or card.context_tokens,
    )
    return override(card, overrides[model]) if model in overrides else card


def find_picture_prices(model: str, base_url: str) -> PicturePrices | None:
    """Prices of a model that makes pictures; None where they are not known for certain."""
    return PICTURE_PRICES.get(model.lower()) if _has_list_prices(base_url.lower()) else None


def _find_prices(name: str, entry: CatalogueEntry, base_url: str) -> RateCard | None:
    if entry.prices == FREE:
        return FREE
    if "gptproto.com" in base_url:
        return next((price for each, price in GPTPROTO_PRICES if _matches(each, name)), None)
    return entry.prices if _has_list_prices(base_url) else None


def _has_list_prices(base_url: str) -> bool:
    return any(host in base_url for host in _LIST_PRICE_HOSTS)


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(rf"(?:{pattern})(?:-\d{{4}}-\d\d-\d\d)?", name) is not None


def _host(base_url: str) -> str:
    """The host of a base URL, with a scheme or without; a port may be another at every start."""
    return urlsplit(base_url if "://" in base_url else f"//{base_url}").hostname or ""
