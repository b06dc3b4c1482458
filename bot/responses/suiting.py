"""A request made for one model, as another can take it that stands in."""

from dataclasses import replace

from bot.core.tokens import ModelCard
from bot.core.tools import Function, Tool, WebSearch
from bot.core.turns import ModelRequest


def suit(request: ModelRequest, card: ModelCard) -> ModelRequest:
    """Leave out the tools that the model does not have, and what came of them so far."""
    return replace(
        request,
        tools=tuple(tool for tool in request.tools if _takes(card, tool)),
        exchanges=request.exchanges if card.takes_functions else (),
    )


def _takes(card: ModelCard, tool: Tool) -> bool:
    match tool:
        case WebSearch():
            return card.has_web_search
        case Function():
            return card.takes_functions
