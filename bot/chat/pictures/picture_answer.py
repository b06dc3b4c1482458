"""One order of pictures, from admission to the last edit: the sibling of `answer.py`."""

import asyncio
import logging
from dataclasses import replace

from bot.chat.answers.admission import Admission, admit, settle
from bot.chat.answers.cancellation import finish, first_error
from bot.chat.answers.conversation import Conversation
from bot.chat.answers.in_flight import Entry
from bot.chat.collaborators import Collaborators
from bot.chat.intake.bursts import Question
from bot.chat.pictures.picture_footer import Signature, sign
from bot.chat.pictures.picture_publisher import Exhibit
from bot.chat.pictures.picture_reply import PictureReply
from bot.chat.pictures.picture_requests import Imagining
from bot.chat.pictures.source_pictures import Given, count_given, find_given
from bot.chat.ports import Painter, ReplySurface
from bot.core import wording
from bot.core.answers.events import (
    Began,
    Completed,
    Ending,
    Failed,
    Failure,
    Incomplete,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    Refused,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.core.conversation.question import made_turn, question_turn
from bot.core.endings.picture_endings import PicturesOutcome, outcome_of
from bot.core.errors import StoreError
from bot.core.models.tokens import ModelCard
from bot.core.pictures.errors import OrderFault, OrderRefused, PictureTooDear
from bot.core.pictures.orders import Attempt, PictureOrder, PictureRequest, charge_for_pictures
from bot.core.quota.allowance import Charge
from bot.core.quota.errors import QuotaExceeded

log = logging.getLogger(__name__)

STATUS_EVERY = 10.0  # seconds


class Painting:
    """Makes what was ordered; `reply` shows it."""

    def __init__(
        self,
        question: Question,
        order: PictureOrder,
        surface: ReplySurface,
        *,
        entry: Entry,
        using: Collaborators,
        imagining: Imagining,
    ) -> None:
        self.is_command = False  # the prompt is seen nowhere else
        self.reply = PictureReply(
            surface, using.pacer, using.monotonic, on_created=self._note_message
        )
        self._question = question
        self._message = question.merged
        self._order = order
        self._surface = surface
        self._entry = entry
        self._using = using
        self._imagining = imagining
        self._conversation = Conversation(key="")
        self._admission: Admission | None = None
        self._given = Given()
        self._attempts: list[Attempt] = []
        model = using.painter.card.name if using.painter is not None else ""
        self._exhibit = Exhibit(self.reply, using.images, order, model=model)
        self._began = using.monotonic()

    async def write(self, conversation: Conversation) -> None:
        """Make the pictures, settle, and say how it ended. Returns before the last is visible.

        Raises the `Refusal`s and `StoreError`s of admission.
        """
        self._conversation = conversation
        painter = self._using.painter
        await self._imagining.check(self._order, self._message)
        if painter is None or not self._surface.can_show_pictures:
            raise OrderRefused(OrderFault.MAY_NOT_ATTACH)
        newest = self._imagining.answers.newest_turns
        given = await count_given(self._message, conversation, self._using, newest=newest)
        needed = painter.card.needed(self._order, given=given)
        budget = replace(
            self._imagining.answers,
            tokens_per_answer=needed,  # all of it or nothing: half a picture is of no use
            smallest_answer=needed,
            time_limit=self._imagining.settings.time_limit,
        )
        try:
            card = ModelCard(name=painter.card.name)
            async with admit(
                self._message,
                card,
                self._using,
                budget,
                prices=painter.card.dearest(self._order, needed=needed),
            ) as admission:
                self._admission = admission
                admission.charging = self._charge
                await self._make(painter, needed)
                outcome = self._judge()
                admission.ending = outcome.ending
                await finish(settle(admission, self._using))
                self._conclude(admission, outcome)
        except QuotaExceeded as error:
            raise PictureTooDear(error, needed=needed) from error

    def has_message(self, message_id: int) -> bool:
        """Whether it is one of the order's messages, or the one with the pictures."""
        asked = any(message.id == message_id for message in self._question.messages)
        return asked or message_id in self.reply.message_ids

    async def remember(self) -> None:
        """Append the order and its pictures to the history, so that people can refer to them."""
        images, shown = self._exhibit.images, self.reply.message_ids
        if not images or not shown:
            return
        message = self._message
        asked = question_turn(
            message,
            self._given.prepared,
            continues=self._conversation.continues,
        )
        made = made_turn(self._order.prompt, images, message_id=shown[0], parent_id=message.id)
        async with self._using.database.transaction() as tx:
            await self._using.history.append(
                tx,
                self._conversation.key,
                place=message.place,
                turns=(asked, made),
                also={each.id: message.id for each in self._question.messages[1:]},
                now=self._using.clock(),
            )

    async def _make(self, painter: Painter, needed: int) -> None:
        """Work until all is made, it is interrupted, or it takes too long."""
        self._say_status()
        try:
            async with asyncio.TaskGroup() as tasks:
                working = tasks.create_task(self._work(painter, needed))
                looking_up = tasks.create_task(self._look_up())
                telling = tasks.create_task(self._tell())
                await asyncio.wait({working, looking_up}, return_when=asyncio.FIRST_COMPLETED)
                for task in (working, looking_up, telling):
                    task.cancel()
        except ExceptionGroup as group:
            raise first_error(group) from group

    async def _work(self, painter: Painter, needed: int) -> None:
        """Nothing is asked of the model before somebody can see that it is at work."""
        await self.reply.appeared.wait()
        newest = self._imagining.answers.newest_turns
        self._given = await find_given(
            self._message, self._conversation, self._using, newest=newest
        )
        if self._given.is_unreadable:
            return
        await self._note_request(needed)
        request = PictureRequest(
            prompt=self._order.prompt,
            size=self._order.size,
            quality=self._order.quality,
            given=self._given.pictures,
        )
        async with asyncio.TaskGroup() as calls:
            for number in range(self._order.count):
                calls.create_task(self._paint(number, painter, request))

    async def _look_up(self) -> None:
        """Return when the order need not be worked on any further."""
        try:
            async with asyncio.timeout(self._imagining.settings.time_limit):
                while self._entry.ending is None:
                    self._question.signal.clear()
                    await self._question.signal.wait()
        except TimeoutError:
            return

    async def _tell(self) -> None:
        """Keep the status moving: a picture can take minutes."""
        while True:
            await asyncio.sleep(STATUS_EVERY)
            self._say_status()

    def _say_status(self) -> None:
        seconds = self._using.monotonic() - self._began
        self.reply.say(wording.status(wording.picture_making(self._order.count), seconds=seconds))

    async def _paint(self, number: int, painter: Painter, request: PictureRequest) -> None:
        """Make one call and show what comes of it."""
        attempt = Attempt(was_sent=True)
        self._attempts.append(attempt)
        async with painter.stream(request) as stream:
            async for event in stream:
                await self._take(event, attempt, number)

    async def _take(self, event: StreamEvent, attempt: Attempt, number: int) -> None:
        key = (number, attempt.made)
        match event:
            case PictureDelta():
                attempt.has_begun = True
                self._say_status()
                await self._exhibit.show_state(key, event)
            case PictureMade():
                attempt.has_begun = True
                attempt.made += await self._exhibit.show_whole(key, event)
            case TextDelta(text=text):
                attempt.text += text
            case Began(after=Failed(usage=Usage() as usage)):
                attempt.earlier += usage
            case PicturesCounted():  # once a call, and a call that failed may have reported, too
                counted = attempt.counted
                attempt.counted = event if counted is None else counted + event
            case Completed() | Incomplete() | Refused() | Failed():
                attempt.ended = event
            case _:
                return

    def _judge(self) -> PicturesOutcome:
        outcome = outcome_of(
            self._attempts,
            count=self._order.count,
            interrupted=self._entry.ending,
            is_unreadable=self._exhibit.is_unreadable,
        )
        is_open = any(attempt.ended is None for attempt in self._attempts)
        if outcome.failed is None and outcome.ending in (Ending.FAILED, Ending.CUT) and is_open:
            late = Failed(failure=Failure.TIMED_OUT, detail="the pictures' time limit")
            return replace(outcome, failed=late)
        return outcome

    def _charge(self, ending: Ending) -> Charge:
        painter = self._using.painter
        if painter is None:
            return Charge(ending=ending, model="")
        given = len(self._given.pictures)
        return charge_for_pictures(ending, painter.card, self._order, self._attempts, given=given)

    def _conclude(self, admission: Admission, outcome: PicturesOutcome) -> None:
        words = "\n\n".join(each.text.strip() for each in self._attempts if each.text.strip())
        signature = Signature(
            outcome=outcome,
            caption=wording.picture_caption(self._order.prompt) if self.is_command else "",
            words=words,
            left_out=self._given.prepared.left_out,
            is_unreadable=self._given.is_unreadable,
            has_shrunk=self._exhibit.has_shrunk,
            seconds=self._using.monotonic() - self._began,
        )
        sign(self.reply, admission, signature, self._using)

    async def _note_message(self, message_id: int) -> None:
        """Remember where the pictures appear, so that a crash can be repaired."""
        admission = self._admission
        if admission is None or admission.charge is not None:
            return
        try:
            async with self._using.database.transaction() as tx:
                await self._using.ledger.note_reply(
                    tx,
                    admission.message.id,
                    channel_id=admission.message.place.channel_id,
                    reply_message_id=message_id,
                )
        except StoreError:
            log.exception("a reply could not be noted", extra={"message_id": admission.message.id})

    async def _note_request(self, needed: int) -> None:
        """From here on a crash is charged with all that was reserved. Raises StoreError."""
        async with self._using.database.transaction() as tx:
            await self._using.ledger.note_request(tx, self._message.id, input_estimate=needed)
