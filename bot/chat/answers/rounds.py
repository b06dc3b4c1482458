"""The model is asked, and asked again with what came of the functions it asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.answers.admission import Admission
from bot.chat.answers.function_calls import MOST_ROUNDS, Functions
from bot.chat.answers.stream_consumer import Hearing
from bot.chat.ports import Model
from bot.core.answers.events import Completed, Incomplete, IncompleteReason
from bot.core.conversation.context import IMAGE_OVERHEAD, MESSAGE_OVERHEAD
from bot.core.conversation.turns import Exchange, ModelRequest
from bot.core.models.tokens import Detail, ImageRule, estimate_text, image_tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """`smallest_output` is in tokens; where less is left, the model is not asked again."""

    model: Model
    smallest_output: int
    may_cite: bool
    on_request: Callable[[], Awaitable[None]]  # before each of them
    on_stream: Callable[[Callable[[], None]], None]  # is given the `hurry` of each stream


class Rounds:
    """Bounded in number, by the allowance and the model's window, and in time by whoever runs it."""

    def __init__(
        self, terms: Terms, admission: Admission, hearing: Hearing, functions: Functions
    ) -> None:
        self._terms = terms
        self._admission = admission
        self._hearing = hearing
        self._functions = functions

    async def ask(self, request: ModelRequest) -> None:
        """Ask until the model has ended; the hearing knows how. Cancellation ends the call.

        The admission has the estimate of the request's input.
        """
        request = replace(request, needs_price=self._admission.counts_dollars)
        input_estimate = self._admission.input_estimate
        for number in range(MOST_ROUNDS + 1):
            self._admission.input_estimate = input_estimate
            await self._ask_once(replace(request, may_call=number < MOST_ROUNDS))
            if not self._hearing.calls or not isinstance(self._hearing.ended, Completed):
                return
            reported = self._hearing.ended.usage
            exchanges, image_bytes = await self._functions.answer(self._hearing.calls)
            self._admission.end_round()
            grown = _cost(exchanges, self._terms.model.card.image_rule)
            before = input_estimate if reported is None else reported.input_tokens
            input_estimate = before + grown
            room = min(self._admission.tokens_left, self._admission.card.context_tokens)
            left = room - input_estimate
            purse = self._admission.purse
            if purse is not None:
                left = min(left, purse.output_room(input_estimate))
            if left < self._terms.smallest_output:
                break
            request = replace(
                request,
                exchanges=(*request.exchanges, *exchanges),
                image_bytes={**request.image_bytes, **image_bytes},
                max_output_tokens=min(request.max_output_tokens, left),
            )
        self._hearing.ended = Incomplete(usage=None, reason=IncompleteReason.LIMIT)

    async def _ask_once(self, request: ModelRequest) -> None:
        self._hearing.begin_round(may_cite=self._terms.may_cite)
        await self._terms.on_request()
        async with self._terms.model.stream(request) as stream:
            self._terms.on_stream(stream.hurry)
            async for event in stream:
                self._hearing.hear(event)


def _cost(exchanges: tuple[Exchange, ...], rule: ImageRule) -> int:
    """Tokens that a round adds to the next request."""
    texts = sum(
        2 * MESSAGE_OVERHEAD + estimate_text(each.call.arguments + each.output)
        for each in exchanges
    )
    pictures = sum(
        IMAGE_OVERHEAD + image_tokens(image.width, image.height, rule, Detail.AUTO)
        for each in exchanges
        for image in each.images
    )
    return texts + pictures
