"""An answer that is made pictures: how they are asked for, published, and concluded.

Its run is in `bot/chat/answers/run.py`.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial

from bot.chat.answers.admission import AnswerBudget, OwedAnswer, Reservation
from bot.chat.answers.cancellation import work_until
from bot.chat.answers.conversation import Conversation
from bot.chat.answers.run import FinishedAnswer
from bot.chat.bursts import Question
from bot.chat.in_flight import InFlightAnswer
from bot.chat.pictures.picture_calls import PictureCalls, PictureMeter
from bot.chat.pictures.picture_footer import PictureReport, end_text, log_pictures
from bot.chat.pictures.picture_publisher import PicturePublisher
from bot.chat.pictures.picture_reply import PictureReply
from bot.chat.pictures.picture_requests import PictureRequests
from bot.chat.pictures.source_pictures import SourcePictures, count_sources, find_sources
from bot.chat.ports import Painter, ReplySurface
from bot.core import wording
from bot.core.answers.events import Ending, Failed, Failure
from bot.core.conversation.memory import Memory
from bot.core.conversation.question import made_turn, question_turn
from bot.core.conversation.turns import Image
from bot.core.endings.picture_endings import PicturesOutcome, outcome_of
from bot.core.errors import StoreError
from bot.core.pictures.errors import OrderFault, OrderRefused
from bot.core.pictures.orders import PictureOrder

log = logging.getLogger(__name__)

STATUS_EVERY = 10.0  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class PicturePlan:
    """Everything that is decided about an order before it is admitted."""

    conversation: Conversation
    painter: Painter
    budget: AnswerBudget
    meter: PictureMeter


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureOutcome:
    """Everything that came of an order besides its charge."""

    judged: PicturesOutcome
    sources: SourcePictures
    images: tuple[Image, ...]  # as conversations show them again
    words: str  # of the model
    has_shrunk: bool  # a picture was too large for Discord
    continues: int | None  # the turn that the order replies to
    incident: str  # an id that leads the operator to the log's line; empty: none is needed

    @property
    def ending(self) -> Ending:
        return self.judged.ending


class PictureAnswer:
    """Makes what was ordered; `reply` shows it. `is_command`: the prompt is seen nowhere else."""

    def __init__(
        self,
        question: Question,
        order: PictureOrder,
        surface: ReplySurface,
        *,
        entry: InFlightAnswer,
        requests: PictureRequests,
        is_command: bool = False,
    ) -> None:
        self.question = question
        self.reply = PictureReply(surface, requests.using.pacer, requests.using.monotonic)
        self._message = question.merged
        self._order = order
        self._surface = surface
        self._entry = entry
        self._using = requests.using
        self._requests = requests
        self._is_command = is_command
        self._began = requests.using.monotonic()

    async def plan(self, conversation: Conversation) -> PicturePlan:
        painter = self._using.painter
        await self._requests.check(self._order, self._message)
        if painter is None or not self._surface.can_show_pictures:
            raise OrderRefused(OrderFault.MAY_NOT_ATTACH)
        newest = self._requests.answers.newest_turns
        count = await count_sources(self._message, conversation, self._using, newest=newest)
        needed = painter.card.needed(self._order, given=count)
        budget = AnswerBudget(
            model=painter.card.name,
            tokens=needed,
            smallest=needed,
            prices=painter.card.dearest(self._order, needed=needed),
            time_limit=self._requests.settings.time_limit,
            is_indivisible=True,
        )
        meter = PictureMeter(painter.card, self._order)
        return PicturePlan(conversation=conversation, painter=painter, budget=budget, meter=meter)

    async def produce(self, plan: PicturePlan, reservation: Reservation) -> PictureOutcome:
        """Work until all is made, it is interrupted, or it takes too long."""
        self.reply.on_created = partial(self._note_message, reservation)
        publisher = PicturePublisher(
            self.reply, self._using.images, self._order, model=plan.painter.card.name
        )
        calls = PictureCalls(
            plan.painter, self._order, plan.meter, publisher, on_state=self._show_status
        )
        self._show_status()
        await work_until(
            self._wait_until_interrupted,
            partial(self._work, plan, reservation, calls),
            self._keep_status_moving,
        )
        return self._judge(plan, publisher, calls.sources)

    def owed(self, finished: FinishedAnswer[PicturePlan, PictureOutcome]) -> OwedAnswer:
        pictures = self.reply.pictures
        text = end_text(self._report(finished), has_pictures=bool(pictures))
        return OwedAnswer(texts=(text,), pictures=pictures, memory=self.memory(finished))

    async def conclude(self, finished: FinishedAnswer[PicturePlan, PictureOutcome]) -> None:
        report = self._report(finished)
        log_pictures(report, self._message, seconds=self._using.monotonic() - self._began)
        self.reply.end(end_text(report, has_pictures=bool(self.reply.pictures)))

    def _report(self, finished: FinishedAnswer[PicturePlan, PictureOutcome]) -> PictureReport:
        outcome = finished.outcome
        return PictureReport(
            outcome=outcome.judged,
            settlement=finished.settlement,
            caption=wording.picture_caption(self._order.prompt) if self._is_command else "",
            words=outcome.words,
            left_out=outcome.sources.prepared.left_out,
            is_unreadable=outcome.sources.is_unreadable,
            has_shrunk=outcome.has_shrunk,
            incident=outcome.incident,
        )

    def memory(self, finished: FinishedAnswer[PicturePlan, PictureOutcome]) -> Memory | None:
        """The order and its pictures, so that people can refer to them; None where none is shown."""
        outcome, message = finished.outcome, self._message
        if not outcome.images:
            return None
        asked = question_turn(message, outcome.sources.prepared, continues=outcome.continues)
        return Memory(
            key=finished.plan.conversation.key,
            asked=asked,
            answered=made_turn(self._order.prompt, outcome.images, parent_id=message.id),
            further=tuple(each.id for each in self.question.messages[1:]),
        )

    async def _work(self, plan: PicturePlan, reservation: Reservation, calls: PictureCalls) -> None:
        """Nothing is asked of the model before somebody can see that it is at work."""
        await self.reply.appeared.wait()
        newest = self._requests.answers.newest_turns
        sources = await find_sources(self._message, plan.conversation, self._using, newest=newest)
        calls.sources = sources
        if sources.is_unreadable:
            return
        plan.meter.sources = len(sources.pictures)
        # From here on a crash is charged with all that was reserved.
        await reservation.note_request(known=plan.budget.tokens)
        await calls.make()

    def _judge(
        self, plan: PicturePlan, publisher: PicturePublisher, sources: SourcePictures
    ) -> PictureOutcome:
        calls = plan.meter.calls
        judged = outcome_of(
            calls,
            count=self._order.count,
            interrupted=self._entry.ending,
            is_unreadable=publisher.is_unreadable,
        )
        is_open = any(call.ended is None for call in calls)
        if judged.failed is None and judged.ending in (Ending.FAILED, Ending.CUT) and is_open:
            late = Failed(failure=Failure.TIMED_OUT, detail="the pictures' time limit")
            judged = replace(judged, failed=late)
        return PictureOutcome(
            judged=judged,
            sources=sources,
            images=publisher.images,
            words="\n\n".join(call.text.strip() for call in calls if call.text.strip()),
            has_shrunk=publisher.has_shrunk,
            continues=plan.conversation.continues,
            incident=self._using.new_incident() if judged.failed is not None else "",
        )

    async def _wait_until_interrupted(self) -> None:
        """Return when the order need not be worked on any further."""
        signal = self.question.signal
        try:
            async with asyncio.timeout(self._requests.settings.time_limit):
                while self._entry.ending is None:
                    signal.clear()
                    await signal.wait()
        except TimeoutError:
            return

    async def _keep_status_moving(self) -> None:
        """A picture can take minutes."""
        while True:
            await asyncio.sleep(STATUS_EVERY)
            self._show_status()

    def _show_status(self) -> None:
        seconds = self._using.monotonic() - self._began
        self.reply.say(wording.status(wording.picture_making(self._order.count), seconds=seconds))

    async def _note_message(self, reservation: Reservation, message_id: int) -> None:
        """Remember where the pictures appear, so that a crash can be repaired."""
        try:
            await reservation.note_reply([message_id])
        except StoreError:
            log.exception("a reply could not be noted", extra={"message_id": self._message.id})
