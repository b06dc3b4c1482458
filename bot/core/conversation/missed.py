"""Missed messages: which of them are questions, and what is done about each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import (
    UNADDRESSED_FOLLOW_UP,
    Trigger,
    is_earlier_half,
    is_follow_up,
)

_Spot = tuple[int, int]  # channel, author


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedQuestion:
    """A question that was asked while the bot was away."""

    messages: tuple[IncomingMessage, ...]  # the one that is answered first
    trigger: Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Division:
    """What is done about missed questions, each in the order in which they were asked."""

    answered: tuple[MissedQuestion, ...] = ()
    told: tuple[MissedQuestion, ...] = ()  # that it is too late
    passed: tuple[MissedQuestion, ...] = ()  # without a word


def join_messages(
    found: Iterable[tuple[IncomingMessage, Trigger | None]],
) -> tuple[MissedQuestion, ...]:
    """Make questions of messages, which come in order; None: this one addresses nobody.

    What somebody writes in several messages one after the other is one question, as it is live.
    """
    joined: list[MissedQuestion] = []
    latest: dict[_Spot, int] = {}  # where in `joined` somebody's latest question stands
    pictures: dict[_Spot, IncomingMessage] = {}
    for message, trigger in found:
        spot = (message.place.channel_id, message.author.id)
        index = latest.get(spot)
        if index is not None and _belongs_to(joined[index].messages, message):
            question = joined[index]
            joined[index] = replace(question, messages=(*question.messages, message))
        elif trigger is not None:
            latest[spot] = len(joined)
            joined.append(_begin(message, trigger, pictures.pop(spot, None)))
        elif message.attachments:
            pictures[spot] = message
    return tuple(joined)


def add_follow_ups(
    question: Sequence[IncomingMessage], later: Iterable[IncomingMessage]
) -> tuple[IncomingMessage, ...]:
    """Add to a question what else belongs to it of `later`, which comes in order."""
    messages = tuple(question)
    for message in later:
        is_new = all(message.id != each.id for each in messages)
        if is_new and _belongs_to(messages, message):
            messages = (*messages, message)
    return messages


def _belongs_to(question: Sequence[IncomingMessage], message: IncomingMessage) -> bool:
    latest = max(question, key=lambda each: each.id)
    soon = message.sent_at - latest.sent_at <= UNADDRESSED_FOLLOW_UP
    return soon and is_follow_up(question[0], latest, message)


def _begin(
    message: IncomingMessage, trigger: Trigger, earlier: IncomingMessage | None
) -> MissedQuestion:
    has_half = earlier is not None and is_earlier_half(earlier, message)
    messages = (message, earlier) if has_half and earlier is not None else (message,)
    return MissedQuestion(messages=messages, trigger=trigger)


def divide(
    missed: Sequence[MissedQuestion], *, now: datetime, answer_within: timedelta
) -> Division:
    """Divide them by their age. Those that it is too late for get one word for each person and
    channel, at their newest question; a picture that came up in an automatic channel gets none.
    """
    oldest = now - answer_within
    answered = [each for each in missed if each.messages[0].sent_at >= oldest]
    late = [each for each in missed if each.messages[0].sent_at < oldest]
    asked = (each for each in late if each.trigger is not Trigger.AUTOMATIC_IMAGE)
    newest = {_spot(each): each for each in asked}
    return Division(
        answered=tuple(answered),
        told=tuple(each for each in late if newest.get(_spot(each)) is each),
        passed=tuple(each for each in late if newest.get(_spot(each)) is not each),
    )


def _spot(question: MissedQuestion) -> _Spot:
    first = question.messages[0]
    return first.place.channel_id, first.author.id
