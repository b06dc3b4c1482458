"""An answer in text: how it is prepared, asked for, and concluded. Its run is in `run.py`."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.chat.answers.admission import Admission, OwedAnswer, Reservation
from bot.chat.answers.answer_footer import (
    AnswerReport,
    end_draft,
    log_answer,
    log_excess,
    reports_too_much,
)
from bot.chat.answers.cancellation import work_until
from bot.chat.answers.conversation import Conversation
from bot.chat.answers.function_calls import FunctionCalls, FunctionScope
from bot.chat.answers.picture_views import PictureViews
from bot.chat.answers.question_preparation import PreparedQuestion, QuestionPreparation
from bot.chat.answers.rounds import Rounds, Terms
from bot.chat.answers.run import FinishedAnswer
from bot.chat.answers.stream_consumer import Consumed, StreamConsumer
from bot.chat.answers.text_plan import TextPlan, plan_text
from bot.chat.bursts import Question
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import LiveReply
from bot.chat.in_flight import InFlightAnswer
from bot.chat.ports import ReplySurface
from bot.chat.settings import AnswerSettings
from bot.core import wording
from bot.core.answers.events import Ended, Ending, Failed, Failure, ending_of
from bot.core.conversation.memory import Memory
from bot.core.conversation.turns import Role, Turn
from bot.core.errors import StoreError
from bot.core.messages.triggers import pictures_of
from bot.store.conversations import questions

log = logging.getLogger(__name__)

_NOT_ASKED = Consumed(ended=Failed(failure=Failure.BROKEN_STREAM, detail="nothing was asked"))
_TIMED_OUT = Failed(failure=Failure.TIMED_OUT, detail="the answer's time limit")


@dataclass(frozen=True, kw_only=True, slots=True)
class TextOutcome:
    """Everything that came of a written answer besides its charge.

    `ended` is what the stream said last; None where the answer was ended from outside.
    """

    ending: Ending
    ended: Ended | None
    prepared: PreparedQuestion
    consumed: Consumed
    text: str
    incident: str  # an id that leads the operator to the log's line; empty: none is needed


class TextAnswer:
    """Answers one question in text; `reply` shows it."""

    def __init__(
        self,
        question: Question,
        surface: ReplySurface,
        *,
        entry: InFlightAnswer,
        using: Collaborators,
        settings: AnswerSettings,
    ) -> None:
        self.question = question
        self.reply = LiveReply(surface, using.pacer, using.monotonic, question=question)
        self._entry = entry
        self._using = using
        self._settings = settings
        self._began = using.monotonic()

    async def plan(self, conversation: Conversation) -> TextPlan:
        return await plan_text(
            conversation, self.question.merged.place, self._using, self._settings
        )

    async def produce(self, plan: TextPlan, reservation: Reservation) -> TextOutcome:
        """Attempt until the answer ends: a question that grows meanwhile is begun anew."""
        self.reply.on_created = partial(self._note_page, plan, reservation)
        deadline = self._using.monotonic() + self._settings.time_limit
        while (outcome := await self._attempt(plan, reservation, deadline)) is None:
            plan.meter.give_up()
            self.reply.restart()
        return outcome

    def owed(self, finished: FinishedAnswer[TextPlan, TextOutcome]) -> OwedAnswer:
        draft = self.reply.draft
        if not draft.is_finished:  # it is, where the database takes the settlement late
            draft = end_draft(draft.copy(), _report(finished))
        texts = tuple(page.content for page in draft.pages())
        return OwedAnswer(texts=texts, memory=self.memory(finished))

    async def conclude(self, finished: FinishedAnswer[TextPlan, TextOutcome]) -> None:
        plan, outcome, report = finished.plan, finished.outcome, _report(finished)
        using, message = self._using, self.question.merged
        log_answer(
            report,
            message,
            endpoint=plan.meter.endpoint,
            began=self._began,
            first_text_at=outcome.consumed.first_text_at,
            now=using.monotonic(),
        )
        log_excess(finished.settlement.charge, message, meter=plan.meter)
        # The end does not wait for what is learnt from it.
        self.reply.end_as(end_draft(self.reply.draft, report))
        sample = plan.meter.sample
        if sample is not None and not reports_too_much(finished.settlement.charge, plan.meter):
            await using.calibrations.take(plan.meter.card, *sample, using.database)

    def memory(self, finished: FinishedAnswer[TextPlan, TextOutcome]) -> Memory | None:
        """The question and its answer; None where nothing was said."""
        turn, text = finished.outcome.prepared.turn, finished.outcome.text
        if not text.strip():
            return None
        return Memory(
            key=finished.plan.conversation.key,
            asked=turn,
            answered=Turn(role=Role.ASSISTANT, text=text, parent_id=turn.message_id),
            further=tuple(each.id for each in self.question.messages[1:]),
        )

    async def _attempt(
        self, plan: TextPlan, reservation: Reservation, deadline: float
    ) -> TextOutcome | None:
        """Answer the question as it is now; None: it has grown, and nothing was visible yet.

        Where there is an outcome, the question is closed.
        """
        self.question.begin_attempt()
        await self._note_messages()
        prepared = await self._prepare(plan, reservation.admission)
        if prepared is None:
            return None
        consumed: Consumed | None = _NOT_ASKED
        if self._entry.ending is None:
            consumed = await self._ask(plan, prepared, reservation, deadline)
        if consumed is None or (self._is_superseded() and self._entry.ending is None):
            return None
        self.question.close()
        return self._judge(plan, prepared, consumed)

    def _judge(self, plan: TextPlan, prepared: PreparedQuestion, consumed: Consumed) -> TextOutcome:
        interrupted, has_text = self._entry.ending, not self.reply.draft.is_blank
        ended = consumed.ended if interrupted is None else None
        return TextOutcome(
            ending=interrupted or ending_of(consumed.ended, has_text=has_text),
            ended=ended,
            prepared=prepared,
            consumed=consumed,
            text=plan.meter.text,
            incident=self._using.new_incident() if isinstance(ended, Failed) else "",
        )

    async def _prepare(self, plan: TextPlan, admission: Admission) -> PreparedQuestion | None:
        """None: the question has grown meanwhile, so this would be half of it."""
        message = self.question.merged
        preparation = QuestionPreparation(message, plan, admission, self._using, self._settings)
        pictures = pictures_of(message)
        self.reply.wait(wording.preparing(len(pictures)) if pictures else "")
        views = await self._look(preparation)
        self.reply.wait()
        if self._is_superseded():
            return None
        prepared = await preparation.fit(views)
        return None if self._is_superseded() else prepared

    async def _look(self, preparation: QuestionPreparation) -> PictureViews:
        """A slow file keeps nobody from ending the answer: then nothing of it is seen."""
        seen = preparation.unseen()

        async def look() -> None:
            nonlocal seen
            seen = await preparation.look()

        await work_until(self._wait_until_ended, look)
        return seen

    async def _wait_until_ended(self) -> None:
        signal = self.question.signal
        while self._entry.ending is None:
            signal.clear()
            await signal.wait()

    async def _ask(
        self, plan: TextPlan, prepared: PreparedQuestion, reservation: Reservation, deadline: float
    ) -> Consumed | None:
        """Ask until the answer ends, is interrupted, or takes too long; None: the question grew."""
        using, context = self._using, prepared.context
        # What the endpoint's search finds counts as input, too, and nobody can know it before.
        plan.meter.expect(None if plan.tools.may_search else context.estimate)
        consumer = StreamConsumer(
            self.reply, plan.meter, using.monotonic, search_price=self._settings.search_price
        )
        functions = FunctionCalls(self._scope(plan, prepared), using)
        rounds = Rounds(self._terms(plan, reservation), plan.meter, consumer, functions)
        has_ended = await work_until(
            partial(self._wait_until_interrupted, deadline),
            partial(rounds.ask, prepared.request, input_tokens=context.input_estimate),
        )
        if not has_ended and self._entry.ending is None:
            if self._is_superseded():
                return None
            consumer.end(_TIMED_OUT)
        consumer.stop()
        return consumer.result

    def _terms(self, plan: TextPlan, reservation: Reservation) -> Terms:
        return Terms(
            model=plan.model,
            admission=reservation.admission,
            smallest_output=self._settings.smallest_answer,
            may_cite=plan.tools.may_search,
            on_request=partial(self._note_request, plan, reservation),
            on_stream=self._note_stream,
        )

    def _scope(self, plan: TextPlan, prepared: PreparedQuestion) -> FunctionScope:
        request = prepared.request
        return FunctionScope(
            conversation_key=plan.conversation.key,
            asker=self.question.merged.author,
            turns=(*prepared.views.history, *request.turns[-1:]),
            card=plan.model.card,
            zone=plan.zone,
            most_pictures=self._settings.max_images - len(request.images),
        )

    async def _wait_until_interrupted(self, deadline: float) -> None:
        """Return when the stream need not be read any further."""
        question = self.question
        try:
            async with asyncio.timeout(max(0.0, deadline - self._using.monotonic())):
                while self._entry.ending is None and not self._is_superseded():
                    question.signal.clear()
                    await question.signal.wait()
        except TimeoutError:
            return

    def _is_superseded(self) -> bool:
        return self.question.is_superseded

    def _note_stream(self, hurry: Callable[[], None]) -> None:
        self.reply.hurry = hurry

    async def _note_messages(self) -> None:
        """Should nobody live to answer it, the question is all of its messages."""
        messages = [message.id for message in self.question.messages]
        if len(messages) == 1:
            return
        try:
            async with self._using.database.transaction() as tx:
                await questions.grow(tx, self.question.id, messages)
        except StoreError:
            log.exception("a question could not be noted", extra={"message_id": self.question.id})

    async def _note_page(self, plan: TextPlan, reservation: Reservation, _message_id: int) -> None:
        pages = self.reply.message_ids
        known = plan.meter.known_to_a_crash(pages=len(pages))
        try:
            await reservation.note_reply(pages, known=known, model=plan.meter.card.name)
        except StoreError:
            log.exception("a reply could not be noted", extra={"message_id": self.question.id})

    async def _note_request(self, plan: TextPlan, reservation: Reservation) -> None:
        """Where a status stood before the request: a page is noted only once."""
        pages = len(self.reply.message_ids)
        if not pages:
            return
        try:
            await reservation.note_request(known=plan.meter.known_to_a_crash(pages=pages))
        except StoreError:
            log.exception("a request could not be noted", extra={"message_id": self.question.id})


def _report(finished: FinishedAnswer[TextPlan, TextOutcome]) -> AnswerReport:
    plan, outcome = finished.plan, finished.outcome
    return AnswerReport(
        ending=outcome.ending,
        ended=outcome.ended,
        settlement=finished.settlement,
        left_out=outcome.prepared.left_out,
        reduced=outcome.prepared.views.prepared.reduced,
        files=outcome.prepared.turn.files,
        sources=outcome.consumed.sources,
        missing_model=plan.missing_model,
        incident=outcome.incident,
    )
