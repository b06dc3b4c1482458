"""The delivery of answers: each is shown while it is written, and remembered once it is visible."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Protocol

from bot.chat.answers.admission import OwedAnswer
from bot.chat.answers.conversation import finish_remembered
from bot.chat.answers.run import AnswerKind, FinishedAnswer, OutcomeT, PlanT
from bot.chat.bursts import Question
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import show_typing
from bot.chat.in_flight import InFlightAnswer
from bot.chat.ports import ReplySurface
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.conversation.memory import Memory
from bot.core.errors import Refusal, StoreError, SurfaceError, SurfaceGone, SurfaceRejected
from bot.core.quota.errors import Blocked
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion

log = logging.getLogger(__name__)


class AnswerReply(Protocol):
    """The messages in which an answer appears."""

    @property
    def message_ids(self) -> tuple[int, ...]: ...

    @property
    def is_there(self) -> bool:
        """Whether anything has appeared."""
        ...

    async def show(self) -> None:
        """Show everything until the end. Raises SurfaceError where Discord does not let us."""
        ...

    def adopt(self, message_ids: Sequence[int]) -> None:
        """These messages are there from an earlier attempt: what comes replaces what they say."""
        ...

    def withdraw(self) -> None:
        """Take back what stands there, unless it says something already; show nothing more."""
        ...

    def end(self, footer: str) -> None: ...

    def give_up(self) -> None:
        """Say that Discord does not accept the rest, below what it has accepted."""
        ...

    def end_with(self, sentence: str, *, footer: str = "") -> None:
        """End with a sentence of the bot's own: as the text, or below what is there already."""
        ...


class ShownAnswer(Protocol):
    """An answer, as far as showing it is concerned."""

    @property
    def question(self) -> Question: ...

    @property
    def reply(self) -> AnswerReply: ...


class DiscordAnswer(AnswerKind[PlanT, OutcomeT], ShownAnswer, Protocol[PlanT, OutcomeT]):
    """An answer that is shown in Discord, and remembered."""

    def owed(self, finished: FinishedAnswer[PlanT, OutcomeT]) -> OwedAnswer:
        """Compose what the messages will show once `conclude` was called; changes nothing."""
        ...

    async def conclude(self, finished: FinishedAnswer[PlanT, OutcomeT]) -> None:
        """Say how the answer ended and what it cost. Nothing more is added to it afterwards."""
        ...

    def memory(self, finished: FinishedAnswer[PlanT, OutcomeT]) -> Memory | None:
        """The turns to remember, once all of it is visible; None: nothing is worth it."""
        ...


def has_message(answer: ShownAnswer, message_id: int) -> bool:
    """Whether it is one of the question's messages or one of the answer's."""
    asked = any(message.id == message_id for message in answer.question.messages)
    return asked or message_id in answer.reply.message_ids


@asynccontextmanager
async def showing(
    reply: AnswerReply, surface: ReplySurface, entry: InFlightAnswer, using: Collaborators
) -> AsyncIterator["asyncio.Task[None]"]:
    """Show the reply while the block writes it; typing until the first text appears.

    Gives the task that ends once all of it is visible; leaving the block waits for it.
    """
    async with asyncio.TaskGroup() as tasks:
        shown = tasks.create_task(_show(reply, entry))
        typing = tasks.create_task(show_typing(reply, surface, using.pacer, using.monotonic))
        try:
            yield shown
        finally:
            typing.cancel()


async def _show(reply: AnswerReply, entry: InFlightAnswer) -> None:
    """Where Discord does not let us show the answer, writing it any further is a waste."""
    try:
        await reply.show()
    except SurfaceGone:
        entry.interrupt(Ending.STOPPED)  # somebody deleted it: they do not want it
    except SurfaceError as error:
        entry.interrupt(Ending.UNDELIVERABLE)
        log.warning(
            "an answer could not be shown",
            extra={"message_id": entry.message_id, "reason": f"{type(error).__name__}: {error}"},
        )
        if isinstance(error, SurfaceRejected):
            with suppress(SurfaceError):
                reply.give_up()
                await reply.show()


@contextmanager
def reporting_errors(answer: ShownAnswer, using: Collaborators) -> Iterator[None]:
    """End the reply with a sentence where the block fails.

    One of the two places where an unforeseen error is caught: the asker must not be left without a
    word, and other answers go on.
    """
    try:
        yield
    except Refusal as refusal:
        answer.question.close()
        # A pause is quiet: who just posts a picture has asked for nothing.
        is_quiet = isinstance(refusal, Blocked) and not answer.question.is_addressed
        sentence = "" if is_quiet else wording.refusal(refusal)
        if sentence:
            answer.reply.end_with(sentence)
        else:
            answer.reply.end("")
    except StoreError:
        answer.question.close()
        incident = using.new_incident()
        log.exception("the database failed", extra=_fields(answer, incident))
        answer.reply.end_with(wording.store_error(incident=incident))
    except Exception:
        answer.question.close()
        incident = using.new_incident()
        log.exception("an answer failed unexpectedly", extra=_fields(answer, incident))
        answer.reply.end_with(wording.unexpected_error(incident=incident))


async def keep(question: Question, using: Collaborators, *, owner: str) -> None:
    """Take the question for this process, `owner`; until it is finished, its answer is owed.

    Raises AlreadyAnswered where another process has it, or has had it; StoreError.
    """
    message = question.messages[0]
    kept = KeptQuestion(
        message_id=question.id,
        place=message.place,
        user_id=message.author.id,
        owner=owner,
        taken_at=using.clock(),
        message_ids=tuple(each.id for each in question.messages),
        command=question.command,
    )
    if question.left is None:
        async with using.database.transaction() as tx:
            if not await questions.take(tx, kept):
                raise AlreadyAnswered
    question.is_kept = True


def forget(answer: ShownAnswer) -> None:
    """The question was deleted: nothing joins it any more, and nothing is shown."""
    answer.question.close()
    answer.reply.withdraw()


async def remember(memory: Memory | None, answer: ShownAnswer, using: Collaborators) -> None:
    """Remember an answer of which all is visible: that finishes its question. Raises StoreError."""
    pages = answer.reply.message_ids
    if memory is None or not pages:
        return
    await finish_remembered(memory, pages, answer.question.merged.place, using)
    answer.question.is_kept = False


async def finish_question(question: Question, using: Collaborators) -> None:
    """All that is to be shown of the answer is visible, or never will be."""
    if not question.is_kept:
        return
    try:
        async with using.database.transaction() as tx:
            await questions.finish(tx, question.id)
    except StoreError:
        log.exception("a question could not be finished", extra={"message_id": question.id})


def _fields(answer: ShownAnswer, incident: str) -> dict[str, object]:
    return {"message_id": answer.question.id, "incident": incident}
