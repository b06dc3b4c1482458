"""A request made for one model, as another can take it that stands in."""

from dataclasses import replace

from bot.core.conversation.turns import ModelRequest
from bot.core.models.tokens import Detail, ModelCard, TileRule, image_tokens
from bot.core.models.tools import Function, Tool, WebSearch
from bot.responses.endpoint import SMALLEST_OUTPUT


def adapt_request(request: ModelRequest, card: ModelCard, *, meant: ModelCard) -> ModelRequest:
    """Leave out the tools that the model does not have, and what came of them so far; ask for no
    more output, and no closer look, than it is known to give. What pictures take beyond what they
    would have taken of the model that was `meant` is no longer there for the answer.
    """
    suited = _within_abilities(request, card)
    expected = _picture_tokens(request, meant)
    extra = _picture_tokens(suited, card) - expected
    # Some models bill tiles by the thousand; a glance has a price that does not grow.
    if extra > request.max_output_tokens // 2 and isinstance(card.image_rule, TileRule):
        suited = replace(suited, detail=Detail.LOW)
        extra = _picture_tokens(suited, card) - expected
    return lower_output_limit(suited, max(0, extra))


def _picture_tokens(request: ModelRequest, card: ModelCard) -> int:
    detail = request.detail or Detail.AUTO
    rule = card.rule_for(detail)
    return sum(image_tokens(each.width, each.height, rule, detail) for each in request.images)


def _within_abilities(request: ModelRequest, card: ModelCard) -> ModelRequest:
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


def lower_output_limit(request: ModelRequest, used: int) -> ModelRequest:
    """Leave out what failed attempts have used, in tokens."""
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
