"""Triggers: the messages that are answered, and those that belong together as one question."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.core.messages.incoming_message import Attachment, IncomingMessage, RepliedTo

BARE_MENTION_WAIT = timedelta(seconds=2)  # for the other half of a mention that says nothing
UNADDRESSED_FOLLOW_UP = timedelta(seconds=10)  # after that, people talk to each other again
EARLIER_PICTURE = timedelta(seconds=60)  # "@bot" right after posting a picture means that picture


class Trigger(StrEnum):
    MENTION = "mention"
    REPLY = "reply"
    DIRECT_MESSAGE = "direct-message"
    AUTOMATIC_IMAGE = "automatic-image"
    THREAD = "thread"

    @property
    def is_addressed(self) -> bool:
        """Whether somebody waits for a word of the bot, whatever it is."""
        return self not in (Trigger.AUTOMATIC_IMAGE, Trigger.THREAD)


def find_trigger(
    message: IncomingMessage,
    *,
    bot_id: int,
    automatic_channels: frozenset[int],
    takes_part: bool,
) -> Trigger | None:
    """Find the reason to answer a message; None: it is not answered.

    `takes_part`: the message stands in a thread in which the bot has answered before.
    """
    if message.author.is_bot or message.is_system:
        return None
    replied_to = message.replied_to
    reasons = (
        (Trigger.DIRECT_MESSAGE, message.place.is_direct),
        (Trigger.MENTION, message.mentions_bot),
        (Trigger.REPLY, replied_to is not None and replied_to.author_id == bot_id),
        (Trigger.THREAD, takes_part),
        (Trigger.AUTOMATIC_IMAGE, _is_automatic(message, automatic_channels)),
    )
    return next((trigger for trigger, applies in reasons if applies), None)


def _is_automatic(message: IncomingMessage, automatic_channels: frozenset[int]) -> bool:
    """A picture in a channel that is set to automatic, or in a thread under one."""
    place = message.place
    has_picture = any(attachment.claims_to_be_picture for attachment in message.attachments)
    return has_picture and not automatic_channels.isdisjoint((place.channel_id, place.parent_id))


def is_bare(message: IncomingMessage) -> bool:
    """It cannot stand alone: no words, no picture, nothing it replies to."""
    return not message.text and not message.attachments and message.replied_to is None


def is_follow_up(first: IncomingMessage, latest: IncomingMessage, message: IncomingMessage) -> bool:
    """Whether `message` belongs to the running question that began with `first`.

    `latest` is the newest message of that question. The caller has made sure that nothing of
    the answer is visible yet. A message that speaks to the bot always belongs; one that does not
    only if it comes right after, and speaks to nobody else.
    """
    same_person = message.author.id == first.author.id
    if not same_person or message.place != first.place or message.id == first.id:
        return False
    if message.replied_to is not None:
        # A reply elsewhere in the channel is a question about something else.
        return message.replied_to.message_id in (first.id, latest.id)
    if message.mentions_bot or first.place.is_direct:
        return True
    soon = message.sent_at - latest.sent_at <= UNADDRESSED_FOLLOW_UP
    return soon and not message.mentions_others


def is_earlier_half(earlier: IncomingMessage, message: IncomingMessage) -> bool:
    """Whether a picture posted just before, without a word to the bot, is what `message` is about."""
    return (
        bool(earlier.attachments)
        and not message.attachments
        and message.replied_to is None
        and earlier.author.id == message.author.id
        and earlier.place == message.place
        and message.sent_at - earlier.sent_at <= EARLIER_PICTURE
    )


def merge_messages(messages: tuple[IncomingMessage, ...]) -> IncomingMessage:
    """One question from a burst: the first message's id, all words in order, all pictures in order."""
    first = messages[0]
    return replace(
        first,
        text="\n".join(message.text for message in messages if message.text),
        attachments=_unique(
            attachment for message in messages for attachment in message.attachments
        ),
        replied_to=next((m.replied_to for m in messages if m.replied_to is not None), None),
    )


def pictures_of(message: IncomingMessage) -> tuple[Attachment, ...]:
    """Every attachment a question is about: its own, then those of the message it replies to."""
    replied_to = message.replied_to or RepliedTo(message_id=0)
    return _unique((*message.attachments, *replied_to.attachments))


def _unique(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    return tuple({attachment.id: attachment for attachment in attachments}.values())
