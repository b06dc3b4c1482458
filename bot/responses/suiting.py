"""A request made for one model, as another can take it that stands in."""

from dataclasses import replace

from bot.core.tokens import Detail, ModelCard
from bot.core.tools import Function, Tool, WebSearch
from bot.core.turns import ModelRequest
from bot.responses.endpoint import SMALLEST_OUTPUT


def suit(request: ModelRequest, card: ModelCard) -> ModelRequest:
    """Leave out the tools that the model does not have, and what came of them so far; ask for no
    more output, and no closer look, than it is known to give.
    """
    most = request.max_output_tokens if card.max_output_tokens is None else card.max_output_tokens
    knows_original = card.original_rule is not None
    is_too_close = request.detail is Detail.ORIGINAL and not knows_original
    return replace(
        request,
        max_output_tokens=min(request.max_output_tokens, most),
        detail=Detail.HIGH if is_too_close else request.detail,
        tools=tuple(tool for tool in request.tools if _takes(card, tool)),
        exchanges=request.exchanges if card.takes_functions else (),
    )


def shorten(request: ModelRequest, used: int) -> ModelRequest:
    """What failed attempts have used, in tokens, is no longer there for the next one."""
    if not used:
        return request
    left = max(SMALLEST_OUTPUT, request.max_output_tokens - used)
    return replace(request, max_output_tokens=left)


def _takes(card: ModelCard, tool: Tool) -> bool:
    match tool:
        case WebSearch():
            return card.has_web_search
        case Function():
            return card.takes_functions
