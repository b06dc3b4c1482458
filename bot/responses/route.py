"""From a chosen model to whoever answers: endpoints in their order, the next where one fails.

Another endpoint is asked only before the first text, and only for a failure that says nothing of
the question. As long as there is one, nobody waits long for the present one. Where every circuit
is open, the one that is tried again soonest is asked out of its turn: to refuse would help nobody.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from bot.core.answers.events import (
    Began,
    Completed,
    Failed,
    Incomplete,
    Refused,
    StreamEvent,
    TextDelta,
)
from bot.core.conversation.turns import ModelRequest
from bot.core.endpoints.outages import choose_failure, may_another_help
from bot.core.models.offers import Offer, find_offer
from bot.core.models.tokens import ModelCard, RateCard, dearest
from bot.responses.circuits import Candidate, Circuits, Trial
from bot.responses.client import ResponsesModel, ResponseStream
from bot.responses.fallback_request import adapt_request, lower_output_limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A server and its models; the first is its own, the others may be chosen."""

    name: str
    models: tuple[ResponsesModel, ...]

    def candidates(self) -> Iterator[Candidate]:
        return (Candidate(endpoint=self.name, model=model) for model in self.models)


class Routes:
    """Every endpoint in its order; see `Models` in `bot/chat/ports.py`."""

    def __init__(self, endpoints: Sequence[Endpoint], circuits: Circuits) -> None:
        self.endpoints = tuple(endpoints)
        self._circuits = circuits
        self._candidates = [each for endpoint in endpoints for each in endpoint.candidates()]
        offers: dict[str, Offer] = {}
        for each in self._candidates:
            offer = Offer(name=each.name, endpoint=each.endpoint, card=each.model.card)
            offers.setdefault(each.name, offer)
        self.offered = tuple(offers.values())

    @property
    def default(self) -> "RoutedModel":
        return self.choose(None)

    def choose(self, name: str | None) -> "RoutedModel":
        offer = find_offer(self.offered, name) if name is not None else None
        return RoutedModel(self._route((offer or self.offered[0]).name), self._circuits)

    def _route(self, name: str) -> tuple[Candidate, ...]:
        """The model wherever it is offered, then the other endpoints with their own."""
        chosen = [each for each in self._candidates if each.name == name]
        own = [next(endpoint.candidates()) for endpoint in self.endpoints]
        meant = {each.endpoint for each in chosen}
        return (*chosen, *(each for each in own if each.endpoint not in meant))


class RoutedModel:
    """A model by its route; see `Model` in `bot/chat/ports.py`."""

    def __init__(self, route: tuple[Candidate, ...], circuits: Circuits) -> None:
        self._route = route
        self._circuits = circuits

    @property
    def card(self) -> ModelCard:
        """Of the model that was chosen; who answers in the end, `Began` says."""
        return self._route[0].model.card

    @property
    def prices(self) -> RateCard | None:
        first, *others = (each.model.card for each in self._route)
        return dearest(first, others)

    def stream(self, request: ModelRequest) -> "RoutedAnswer":
        return RoutedAnswer(self._route, self._circuits, request)


class RoutedAnswer:
    """One answer, whichever endpoint it comes from; see `AnswerStream` in `bot/chat/ports.py`."""

    def __init__(
        self, route: tuple[Candidate, ...], circuits: Circuits, request: ModelRequest
    ) -> None:
        self._meant = route[0]
        self._left = _eligible(route, request)  # that have not been asked yet
        self._circuits = circuits
        self._request = request
        self._stream: ResponseStream | None = None
        self._is_left = False
        self._events: AsyncGenerator[StreamEvent, None] = self._run()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_left = True
        await self._close_stream()
        with suppress(RuntimeError):  # a task that still reads: its call has just been ended
            await self._events.aclose()

    def __aiter__(self) -> AsyncIterator[StreamEvent]:
        return self._events

    def hurry(self) -> None:
        if self._stream is not None:
            self._stream.hurry()

    async def _run(self) -> AsyncGenerator[StreamEvent, None]:
        candidate: Candidate | None = self._take_next() or self._take_soonest()
        first: Failed | None = None
        before: Failed | None = None
        while candidate is not None:
            yield Began(card=candidate.model.card, endpoint=candidate.endpoint, after=before)
            async with self._ask(candidate) as attempt:
                async for events in attempt.stream.batches():
                    if self._is_left:
                        return
                    for event in self._note(events, attempt):
                        yield event
            if attempt.failed is None:
                return
            before, candidate = attempt.failed, attempt.next_candidate
            first = first or before
            if candidate is None:
                failed = choose_failure(first, before)
                yield replace(failed, usage=before.usage)
            else:
                self._lower_output_limit_after(before)

    @asynccontextmanager
    async def _ask(self, candidate: Candidate) -> "AsyncIterator[_Attempt]":
        trial = self._circuits.begin(candidate)
        is_stand_in = candidate is not self._meant
        card, meant = candidate.model.card, self._meant.model.card
        request = adapt_request(self._request, card, meant=meant) if is_stand_in else self._request
        stream = self._stream = candidate.model.stream(request, is_hasty=self._has_next())
        try:
            yield _Attempt(stream=stream, trial=trial)
        finally:
            trial.leave()
            await self._close_stream()

    def _note(self, events: list[StreamEvent], attempt: "_Attempt") -> list[StreamEvent]:
        """Return what of a batch is passed on: all but a failure before any text."""
        began, ended = events[0], events[-1]
        if isinstance(began, Began):  # asked again at the same endpoint
            self._lower_output_limit_after(began.after)
        if not attempt.has_text and any(isinstance(event, TextDelta) for event in events):
            attempt.has_text = True
            attempt.trial.note_text()
        if isinstance(ended, Completed | Incomplete | Refused):
            attempt.trial.succeed()
        elif isinstance(ended, Failed):
            return self._note_failure(events, ended, attempt)
        return events

    def _note_failure(
        self, events: list[StreamEvent], failed: Failed, attempt: "_Attempt"
    ) -> list[StreamEvent]:
        if attempt.has_text:
            attempt.trial.fail(failed, next_endpoint=None)
            return events
        following = self._take_next_after(failed)
        attempt.failed, attempt.next_candidate = failed, following
        attempt.trial.fail(failed, next_endpoint=following.endpoint if following else None)
        return events[:-1]

    async def _close_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.__aexit__(None, None, None)

    def _has_next(self) -> bool:
        return any(self._circuits.permit(each) for each in self._left)

    def _take_next_after(self, failed: Failed) -> Candidate | None:
        return self._take_next() if may_another_help(failed) else None

    def _take_next(self) -> Candidate | None:
        """The first that may be asked; those before it are passed over for good."""
        for at, candidate in enumerate(self._left):
            if self._circuits.permit(candidate):
                self._left = self._left[at + 1 :]
                return candidate
        return None

    def _take_soonest(self) -> Candidate:
        soonest, self._left = self._circuits.find_soonest(self._left), ()
        return soonest

    def _lower_output_limit_after(self, failed: Failed | None) -> None:
        if failed is not None and failed.usage is not None:
            self._request = lower_output_limit(self._request, failed.usage.total_tokens)


def _eligible(route: tuple[Candidate, ...], request: ModelRequest) -> tuple[Candidate, ...]:
    """Who may be asked at all; the one that was meant always may."""
    if not request.needs_price:
        return route
    return (route[0], *(each for each in route[1:] if each.model.card.rate_card is not None))


@dataclass(kw_only=True, slots=True)
class _Attempt:
    """One candidate that is asked, and what has come of it. `failed`: before any text."""

    stream: ResponseStream
    trial: Trial
    has_text: bool = False
    failed: Failed | None = None
    next_candidate: Candidate | None = None
