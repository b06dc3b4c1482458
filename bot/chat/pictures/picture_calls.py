"""The calls for the pictures of one order, side by side, and everything that has come of them."""

import asyncio
from collections.abc import Callable
from typing import Final

from bot.chat.pictures.picture_publisher import PicturePublisher
from bot.chat.pictures.source_pictures import SourcePictures
from bot.chat.ports import Painter
from bot.core.answers.events import (
    Began,
    Completed,
    Ending,
    Failed,
    Incomplete,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    Refused,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.core.endings.charges import limit_charge
from bot.core.models.output_bound import with_margin
from bot.core.pictures.orders import (
    PictureCall,
    PictureCard,
    PictureOrder,
    PictureRequest,
    charge_for_pictures,
)
from bot.core.quota.allowance import Charge

_MOST_PICTURES: Final = 4  # of one call, which asks for one
_MOST_STATES: Final = 12  # of one call that are decoded, several times what any endpoint sends


class PictureMeter:
    """Counts what the calls of one order use."""

    def __init__(self, card: PictureCard, order: PictureOrder) -> None:
        self.calls: list[PictureCall] = []
        self.sources = 0  # pictures that are sent to draw from
        self._card = card
        self._order = order

    def begin_call(self) -> PictureCall:
        call = PictureCall(was_sent=True)
        self.calls.append(call)
        return call

    def charge(self, ending: Ending, *, reserved: int | None = None) -> Charge:
        charge = charge_for_pictures(
            ending, self._card, self._order, self.calls, given=self.sources
        )
        if reserved is None:
            return charge
        dearest = self._card.dearest(self._order, needed=reserved)
        return limit_charge(charge, total=with_margin(reserved), prices=dearest)


class PictureCalls:
    """One call for each picture. They may be cancelled at any time: what has come by then stands."""

    def __init__(
        self,
        painter: Painter,
        order: PictureOrder,
        meter: PictureMeter,
        publisher: PicturePublisher,
        *,
        on_state: Callable[[], None],  # a picture in the making has come
    ) -> None:
        self.sources = SourcePictures()  # none were found, or none yet
        self._painter = painter
        self._order = order
        self._meter = meter
        self._publisher = publisher
        self._on_state = on_state

    async def make(self) -> None:
        """Make all calls, and show what comes of them."""
        request = PictureRequest(
            prompt=self._order.prompt,
            size=self._order.size,
            quality=self._order.quality,
            given=self.sources.pictures,
        )
        async with asyncio.TaskGroup() as tasks:
            for number in range(self._order.count):
                tasks.create_task(self._call(number, request))

    async def _call(self, number: int, request: PictureRequest) -> None:
        call = self._meter.begin_call()
        async with self._painter.stream(request) as stream:
            async for event in stream:
                await self._consume(event, call, number)
                if call.made == _MOST_PICTURES:
                    return  # leaving the stream closes the connection

    async def _consume(self, event: StreamEvent, call: PictureCall, number: int) -> None:
        key = (number, call.made)
        match event:
            case PictureDelta() if call.states < _MOST_STATES:
                call.has_begun, call.states = True, call.states + 1
                self._on_state()
                await self._publisher.show_state(key, event)
            case PictureMade() if call.tried < _MOST_PICTURES:
                call.has_begun, call.tried = True, call.tried + 1
                call.made += await self._publisher.show_whole(key, event)
            case TextDelta(text=text):
                call.text += text
            case Began(after=Failed(usage=Usage() as usage)):
                call.earlier += usage
            case PicturesCounted():  # once a call, and a call that failed may have reported, too
                counted = call.counted
                call.counted = event if counted is None else counted + event
            case Completed() | Incomplete() | Refused() | Failed():
                call.ended = event
            case _:
                return
