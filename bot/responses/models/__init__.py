"""The catalogue: what is known of models, and what the operator knows better."""

from bot.responses.models.lookup import WELL_KNOWN, KnownAt, find_card, find_picture_prices
from bot.responses.models.overrides import ModelOverrides

__all__ = ["WELL_KNOWN", "KnownAt", "ModelOverrides", "find_card", "find_picture_prices"]
