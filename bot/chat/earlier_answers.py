"""Answers that are not begun anew: one that was paid for is shown, one that comes too late is told."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

from bot.chat.answers.delivery import (
    ShownAnswer,
    finish_question,
    forget,
    remember,
    reporting_errors,
    showing,
)
from bot.chat.bursts import LeftQuestion, Question
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import LiveReply
from bot.chat.in_flight import InFlightAnswer
from bot.chat.pictures.picture_reply import PictureReply
from bot.chat.ports import ReplySurface
from bot.core import wording
from bot.core.conversation.memory import Memory
from bot.core.conversation.recovery import Step
from bot.core.pictures.errors import OrderFault, OrderRefused
from bot.store.conversations import owed_files

# Keeps the conversation of that key to itself while one of its answers is shown.
InTurn = Callable[[ShownAnswer, str], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _EarlierAnswer:
    question: Question
    reply: LiveReply | PictureReply


async def show_earlier_answer(
    question: Question,
    left: LeftQuestion,
    surface: ReplySurface,
    entry: InFlightAnswer,
    using: Collaborators,
    *,
    in_turn: InTurn,
) -> None:
    """Show what is owed of an answer, or tell that it is too late; return when that is visible.

    The history knows of it then, before anything else in its conversation is answered.
    """
    question.close()
    question.is_kept = True
    has_pictures = left.step is Step.SHOW and left.kept.pictures > 0
    kind = PictureReply if has_pictures and surface.can_show_pictures else LiveReply
    reply = kind(surface, using.pacer, using.monotonic)
    reply.adopt([each.message_id for each in left.replies])
    answer = _EarlierAnswer(question=question, reply=reply)
    entry.when_forgotten(partial(forget, answer))
    memory = _memory(reply, left)
    turn = nullcontext() if memory is None else in_turn(answer, memory.key)
    async with showing(reply, surface, entry, using) as shown:
        with reporting_errors(answer, using):
            async with turn:
                await _end(reply, left, using)
                await shown
                await remember(memory, answer, using)
    await finish_question(question, using)


def _memory(reply: LiveReply | PictureReply, left: LeftQuestion) -> Memory | None:
    """Pictures that are shown no more are nothing that anybody could refer to."""
    if left.step is not Step.SHOW or (left.kept.pictures and isinstance(reply, LiveReply)):
        return None
    return left.kept.memory


async def _end(reply: LiveReply | PictureReply, left: LeftQuestion, using: Collaborators) -> None:
    kept = left.kept
    if isinstance(reply, PictureReply):
        async with using.database.reading() as connection:
            pictures = await owed_files.load(connection, kept.message_id)
        reply.end_as_before(kept.owed, pictures)
    elif left.step is not Step.SHOW:
        reply.end_with(wording.answered_too_late())
    elif kept.pictures:
        reply.end_as_before(_without_pictures(kept.owed))
    else:
        reply.end_as_before(kept.owed)


def _without_pictures(texts: Sequence[str]) -> Sequence[str]:
    """The bot may not attach files there any more."""
    first, *others = texts
    forbidden = wording.order_refused(OrderRefused(OrderFault.MAY_NOT_ATTACH))
    return [f"{first}\n{wording.small_print(forbidden)}", *others]
