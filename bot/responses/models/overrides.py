"""What the operator says of a model, which comes before what the catalogue says."""

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


NOTHING: Mapping[str, ModelOverrides] = {}


def override(card: ModelCard, said: ModelOverrides) -> ModelCard:
    changes: dict[str, Any] = {
        "context_tokens": said.context_tokens,
        "max_output_tokens": said.max_output_tokens,
        "image_rule": said.image_rule,
        "efforts": said.efforts,
        "takes_temperature": said.temperature,
        "streams": said.streams,
        "rate_card": _prices(card.rate_card, said),
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if said.image_rule is not None:  # a rule of one's own says nothing of a closer look
        given["original_rule"] = None
    return replace(card, **given)


def _prices(known: RateCard | None, said: ModelOverrides) -> RateCard | None:
    if said.input_price is not None and said.output_price is not None:
        return RateCard(
            input=said.input_price, output=said.output_price, cached_input=said.cached_input_price
        )
    if known is not None and said.cached_input_price is not None:
        return replace(known, cached_input=said.cached_input_price)
    return known
