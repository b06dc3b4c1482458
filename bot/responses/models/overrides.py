"""The operator's word on a model, which comes before what the catalogue says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.models.tokens import ImageRule, ModelCard, RateCard


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelOverrides:
    """None: as the catalogue has it. Prices are in micro-dollars a million tokens.

    Input and output prices come together.
    """

    input_price: int | None = None
    cached_input_price: int | None = None
    output_price: int | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    image_rule: ImageRule | None = None
    efforts: tuple[str, ...] | None = None
    temperature: bool | None = None
    streams: bool | None = None


NO_OVERRIDES: Mapping[str, ModelOverrides] = {}


def override(card: ModelCard, overrides: ModelOverrides) -> ModelCard:
    changes: dict[str, Any] = {
        "context_tokens": overrides.context_tokens,
        "max_output_tokens": overrides.max_output_tokens,
        "image_rule": overrides.image_rule,
        "efforts": overrides.efforts,
        "takes_temperature": overrides.temperature,
        "streams": overrides.streams,
        "rate_card": _prices(card.rate_card, overrides),
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if overrides.image_rule is not None:  # a rule of one's own says nothing of a closer look
        given["original_rule"] = None
    return replace(card, **given)


def _prices(known: RateCard | None, overrides: ModelOverrides) -> RateCard | None:
    if overrides.input_price is not None and overrides.output_price is not None:
        return RateCard(
            input=overrides.input_price,
            output=overrides.output_price,
            cached_input=overrides.cached_input_price,
        )
    if known is not None and overrides.cached_input_price is not None:
        return replace(known, cached_input=overrides.cached_input_price)
    return known
