"""One answer, from admission to the last edit. The path is drawn in docs/architecture.md."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from bot.chat.answers.admission import Admission, admit, settle
from bot.chat.answers.answer_bounds import bounds_of
from bot.chat.answers.answer_footer import Outcome, conclude
from bot.chat.answers.cancellation import finish
from bot.chat.answers.conversation import Conversation, load_turns
from bot.chat.answers.function_calls import Functions, Scene
from bot.chat.answers.in_flight import Entry
from bot.chat.answers.picture_views import Seen, Viewing
from bot.chat.answers.rounds import Rounds, Terms
from bot.chat.answers.stream_consumer import Hearing
from bot.chat.answers.tool_choice import Tools, choose_tools
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import LiveReply
from bot.chat.intake.bursts import Question
from bot.chat.moderation.model_choice import find_choice
from bot.chat.ports import ReplySurface
from bot.chat.settings import AnswerSettings
from bot.core import wording
from bot.core.answers.events import Failed, Failure, ending_of
from bot.core.calendar.zones import zone_or
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import Context, fit
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.question import question_turn
from bot.core.conversation.turns import LeftOut, ModelRequest, Role, Turn
from bot.core.errors import StoreError
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import pictures_of
from bot.core.moderation.preferences import Preferences, Topic, value_of
from bot.store.moderation import preferences

log = logging.getLogger(__name__)

_UNSAID = Failed(failure=Failure.BROKEN_STREAM, detail="nothing was said of its end")


class Answer:
    """Writes the answer to one question; `reply` shows it."""

    def __init__(
        self,
        question: Question,
        surface: ReplySurface,
        *,
        entry: Entry,
        using: Collaborators,
        settings: AnswerSettings,
    ) -> None:
        self.reply = LiveReply(surface, using.pacer, using.monotonic, on_created=self._note_page)
        self._question = question
        self._entry = entry
        self._using = using
        self._settings = settings
        self._model = using.models.default
        self._missing_model = ""  # chosen here, but no longer offered
        self._preferences: Preferences = {}
        self._conversation = Conversation(key="")
        self._admission: Admission | None = None
        self._asked: Turn | None = None
        self._hearing: Hearing | None = None  # of the latest attempt
        self._left_out: tuple[LeftOut, ...] = ()
        self._reduced: tuple[str, ...] = ()
        self._began = self._admitted = using.monotonic()

    async def write(self, conversation: Conversation) -> None:
        """Answer, settle, and say how it ended. Returns before the last text is visible.

        Raises the `Refusal`s and `StoreError`s of admission.
        """
        self._conversation = conversation
        await self._choose_model()
        asked, card = self._question.merged, self._model.card
        async with admit(
            asked, card, self._using, self._settings, prices=self._model.prices
        ) as admission:
            self._admission, self._admitted = admission, self._using.monotonic()
            while not await self._attempt(admission):
                admission.abandon_attempt()
                self.reply.restart()
                self._hearing = None  # what it holds back is of the text that is given up
            await self._end(admission)

    async def _end(self, admission: Admission) -> None:
        """Settle, and say how it ended. No more text is heard."""
        hearing = self._hearing
        if hearing is not None:
            hearing.stop()
        ended = _UNSAID if hearing is None or hearing.ended is None else hearing.ended
        has_text = not self.reply.draft.is_blank
        admission.ending = self._entry.ending or ending_of(ended, has_text=has_text)
        await finish(settle(admission, self._using))
        outcome = Outcome(
            ended=ended if self._entry.ending is None else None,
            left_out=self._left_out,
            reduced=self._reduced,
            files=self._asked.files if self._asked is not None else (),
            sources=() if hearing is None else tuple(hearing.sources),
            began=self._began,
            first_text_at=None if hearing is None else hearing.first_text_at,
            missing_model=self._missing_model,
        )
        conclude(self.reply, admission, outcome, self._using)

    def has_message(self, message_id: int) -> bool:
        """Whether it is one of the question's messages or one of the answer's pages."""
        asked = any(message.id == message_id for message in self._question.messages)
        return asked or message_id in self.reply.message_ids

    async def remember(self) -> None:
        """Append the question and its answer to the history, once all of it is visible."""
        pages = self.reply.message_ids
        admission = self._admission
        if self._asked is None or admission is None or not pages or not admission.text.strip():
            return
        answered = Turn(
            role=Role.ASSISTANT,
            text=admission.text,
            message_id=pages[0],
            parent_id=self._asked.message_id,
        )
        also = {each.id: self._asked.message_id for each in self._question.messages[1:]}
        also |= dict.fromkeys(pages[1:], pages[0])
        async with self._using.database.transaction() as tx:
            await self._using.history.append(
                tx,
                self._conversation.key,
                place=admission.message.place,
                turns=(self._asked, answered),
                also=also,
                now=self._using.clock(),
            )

    async def _choose_model(self) -> None:
        """Take the model that is chosen here, and remember one that is no longer offered."""
        models, place = self._using.models, self._question.merged.place
        async with self._using.database.reading() as connection:
            self._preferences = await preferences.find(connection, place)
        choice = find_choice(models.offered, self._preferences)
        self._model, self._missing_model = models.choose(choice.offer.name), choice.missing

    async def _note_page(self, message_id: int) -> None:
        """Remember where the answer appears, so that a crash can be repaired."""
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
                    input_estimate=admission.known_to_a_crash(pages=len(self.reply.message_ids)),
                    model=admission.card.name,
                )
        except StoreError:
            log.exception("a reply could not be noted", extra={"message_id": admission.message.id})

    async def _note_request(self) -> None:
        """Remember what is sent, where a status stood there before it: a page is noted once."""
        admission = self._admission
        if admission is None or not self.reply.message_ids:
            return
        message_id, pages = admission.message.id, len(self.reply.message_ids)
        sent = admission.known_to_a_crash(pages=pages)
        try:
            async with self._using.database.transaction() as tx:
                await self._using.ledger.note_request(tx, message_id, input_estimate=sent)
        except StoreError:
            log.exception("a request could not be noted", extra={"message_id": message_id})

    async def _attempt(self, admission: Admission) -> bool:
        """Answer the question as it is now; False: it has grown, and nothing was visible yet."""
        self._question.has_grown = False
        message = self._question.merged
        pictures = pictures_of(message)
        self.reply.wait(wording.preparing(len(pictures)) if pictures else "")
        tools = choose_tools(self._preferences, self._model.card, self._settings)
        seen = await self._look(message, self._bounds(admission, tools))
        self.reply.wait()
        if self._is_superseded():
            return False
        context = self._fit(message, seen, admission)
        self._left_out = (*seen.prepared.left_out, *context.left_out)
        self._reduced = seen.prepared.reduced
        request = await self._request(context, seen, tools)
        if self._is_superseded():
            return False
        if self._entry.ending is not None:
            return True
        # What the endpoint's search finds counts as input, too, and nobody can know it before.
        admission.estimate = None if tools.may_search else context.estimate
        admission.input_estimate = context.input_estimate
        return await self._ask(request, seen, admission, tools)

    def _is_superseded(self) -> bool:
        return self._question.has_grown and not self.reply.is_visible

    async def _look(self, message: IncomingMessage, bounds: Bounds) -> Seen:
        using = self._using
        viewing = Viewing(using.images, self._model.card, bounds, self._settings)
        newest = self._settings.newest_turns
        history = await load_turns(self._conversation, using, newest=newest)
        return await viewing.look(message, history)

    def _fit(self, message: IncomingMessage, seen: Seen, admission: Admission) -> Context:
        continues = self._conversation.continues
        in_view = continues if any(turn.message_id == continues for turn in seen.history) else None
        self._asked = question_turn(message, seen.prepared, continues=in_view)
        try:
            context = fit(
                seen.history,
                self._asked,
                instructions=self._settings.instructions,
                bounds=seen.bounds,
            )
        except QuestionTooLarge as error:
            raise admission.what_is_short(error, self._settings) from error
        # The next question must find the files as they were cut for this one.
        self._asked = replace(self._asked, files=context.turns[-1].files)
        return context

    def _bounds(self, admission: Admission, tools: Tools) -> Bounds:
        card = self._model.card
        bounds = bounds_of(
            card, self._settings, allowance=admission.tokens_left, purse=admission.purse
        )
        learnt = self._using.calibrations.of(card)
        return replace(bounds, overhead=tools.cost, calibration=learnt)

    async def _request(self, context: Context, seen: Seen, tools: Tools) -> ModelRequest:
        wanted = {each for turn in context.turns for each in turn.hashes}
        at_hand = {**seen.anew, **seen.prepared.image_bytes}
        kept = await self._using.images.load(wanted - at_hand.keys())
        return ModelRequest(
            instructions=self._settings.instructions,
            turns=context.turns,
            max_output_tokens=context.max_output_tokens,
            image_bytes={**kept, **at_hand},
            tools=tools.listed,
            detail=seen.detail,
        )

    async def _ask(
        self, request: ModelRequest, seen: Seen, admission: Admission, tools: Tools
    ) -> bool:
        """Ask until the answer ends, is interrupted, takes too long, or the question grows."""
        using, settings = self._using, self._settings
        hearing = self._hearing = Hearing(
            self.reply, admission, using.monotonic, search_price=settings.search_price
        )
        terms = Terms(
            model=self._model,
            smallest_output=settings.smallest_answer,
            may_cite=tools.may_search,
            on_request=self._note_request,
            on_stream=self._note_stream,
        )
        scene = Scene(
            conversation_key=self._conversation.key,
            asker=admission.message.author,
            turns=(*seen.history, *request.turns[-1:]),
            card=self._model.card,
            zone=zone_or(settings.zone, value_of(self._preferences, Topic.TIME_ZONE)),
            most_pictures=settings.max_images - len(request.images),
        )
        rounds = Rounds(terms, admission, hearing, Functions(scene, using))
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(rounds.ask(request))
            looking_up = tasks.create_task(self._look_up())
            await asyncio.wait({asking, looking_up}, return_when=asyncio.FIRST_COMPLETED)
            is_over = asking.done()
            asking.cancel()
            looking_up.cancel()
        if is_over or self._entry.ending is not None:
            return True
        if self._is_superseded():
            return False
        hearing.ended = Failed(failure=Failure.TIMED_OUT, detail="the answer's time limit")
        return True

    def _note_stream(self, hurry: Callable[[], None]) -> None:
        self.reply.hurry = hurry

    async def _look_up(self) -> None:
        """Return when the stream need not be read any further."""
        left = self._settings.time_limit - (self._using.monotonic() - self._admitted)
        try:
            async with asyncio.timeout(max(0.0, left)):
                while self._entry.ending is None and not self._is_superseded():
                    self._question.signal.clear()
                    await self._question.signal.wait()
        except TimeoutError:
            return
