"""The rounds of an answer: the model is asked, and asked again with the results of its functions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.answers.admission import Admission
from bot.chat.answers.function_calls import MOST_ROUNDS, FunctionCalls
from bot.chat.answers.stream_consumer import StreamConsumer
from bot.chat.ports import Model
from bot.core.answers.events import Completed, Incomplete, IncompleteReason, Usage
from bot.core.conversation.context import IMAGE_OVERHEAD, MESSAGE_OVERHEAD
from bot.core.conversation.turns import Exchange, ModelRequest
from bot.core.endings.usage_meter import UsageMeter
from bot.core.models.tokens import Detail, ImageRule, estimate_text, image_tokens

OnRequest = Callable[[], Awaitable[None]]
OnStream = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The terms on which a model is asked.

    `smallest_output` is in tokens; where less is left, the model is not asked again.
    """

    model: Model
    admission: Admission
    smallest_output: int
    may_cite: bool = False
    on_request: OnRequest | None = None  # before each request
    on_stream: OnStream | None = None  # is given the `hurry` of each stream


class Rounds:
    """Bounded in number, by the allowance and the model's window, and in time by whoever runs it."""

    def __init__(
        self,
        terms: Terms,
        meter: UsageMeter,
        consumer: StreamConsumer,
        functions: FunctionCalls | None = None,
    ) -> None:
        """`functions` None: the model is offered none."""
        self._terms = terms
        self._meter = meter
        self._consumer = consumer
        self._functions = functions

    async def ask(self, request: ModelRequest, *, input_tokens: int) -> None:
        """Ask until the model has ended; the consumer knows how. Cancellation ends the call.

        `input_tokens` is the estimate of the request's input.
        """
        request = replace(request, needs_price=self._terms.admission.counts_dollars)
        for number in range(MOST_ROUNDS + 1):
            self._meter.send(input_tokens, most_output=request.max_output_tokens)
            await self._ask_once(replace(request, may_call=number < MOST_ROUNDS))
            ended, calls = self._consumer.ended, self._consumer.calls
            if self._functions is None or not calls or not isinstance(ended, Completed):
                return
            exchanges, image_bytes = await self._functions.answer(calls)
            self._meter.end_round()
            input_tokens = self._grow(input_tokens, ended.usage, exchanges)
            left = self._output_room(input_tokens)
            if left < self._terms.smallest_output:
                break
            request = replace(
                request,
                exchanges=(*request.exchanges, *exchanges),
                image_bytes={**request.image_bytes, **image_bytes},
                max_output_tokens=min(request.max_output_tokens, left),
            )
        self._consumer.end(Incomplete(usage=None, reason=IncompleteReason.LIMIT))

    def _grow(self, before: int, reported: Usage | None, exchanges: tuple[Exchange, ...]) -> int:
        """Input tokens of the next request: the present one's, by report if there is one, and
        what came of the functions.
        """
        known = before if reported is None else reported.input_tokens
        return known + _cost(exchanges, self._terms.model.card.image_rule)

    def _output_room(self, input_tokens: int) -> int:
        """Tokens that allowance, window and money leave to the next request's output."""
        allowance, meter = self._terms.admission.allowance, self._meter
        room = min(meter.tokens_left(allowance), meter.card.context_tokens) - input_tokens
        purse = meter.purse_left(allowance)
        return room if purse is None else min(room, purse.output_room(input_tokens))

    async def _ask_once(self, request: ModelRequest) -> None:
        self._consumer.begin_round(may_cite=self._terms.may_cite)
        if self._terms.on_request is not None:
            await self._terms.on_request()
        async with self._terms.model.stream(request) as stream:
            if self._terms.on_stream is not None:
                self._terms.on_stream(stream.hurry)
            async for event in stream:
                self._consumer.consume(event)


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
