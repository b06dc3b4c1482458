"""A question as the model reads it."""

from bot.core.conversation.errors import NothingToRead
from bot.core.conversation.files import plain_name
from bot.core.conversation.turns import Image, LeftOut, PreparedImages, Role, Turn
from bot.core.messages.incoming_message import IncomingMessage, Origin

DESCRIBE = "Describe this picture."  # what a picture without a word asks
DESCRIBE_ALL = "Describe these pictures."
READ = "What is in this file?"  # what a file without a word asks
READ_ALL = "What is in these files?"
LOOK_AT_ALL = "What is in these files and pictures?"
LONG_MESSAGE = "message.txt"  # what Discord makes of a text that is too long to be sent
ANSWER_IT = "This file is my message, which was too long for Discord: please answer it."
_QUOTE_LIMIT = 2_000  # characters of a message that is replied to


def question_turn(
    message: IncomingMessage,
    prepared: PreparedImages,
    *,
    continues: int | None,
) -> Turn:
    """The turn for `message`. `continues` is the turn it replies to, if the model has it in view.

    In a server several people may talk in one conversation, so turns there carry a name; in a
    direct message there is nobody to tell apart. Raises NothingToRead.
    """
    if _says_nothing(message, prepared):
        raise NothingToRead(prepared.left_out)
    return Turn(
        role=Role.USER,
        text=_text(message, prepared, quotes=continues is None),
        images=prepared.images,
        files=prepared.files,
        message_id=message.id,
        parent_id=continues,
        author_id=message.author.id,
        author_name="" if message.place.is_direct else message.author.name,
    )


def made_turn(prompt: str, images: tuple[Image, ...], *, parent_id: int) -> Turn:
    """The turn of an answer that is pictures: a note of what was made, and the pictures."""
    what = "a picture" if len(images) == 1 else f"{len(images)} pictures"
    return Turn(
        role=Role.ASSISTANT,
        text=f"[I made {what} for this: {_within_brackets(prompt[:_QUOTE_LIMIT])}]",
        images=images,
        parent_id=parent_id,
    )


def _within_brackets(words: str) -> str:
    """Keep what a person wrote from going on as if the model had said it."""
    return " ".join(words.replace("[", "(").replace("]", ")").split())


def _text(message: IncomingMessage, prepared: PreparedImages, *, quotes: bool) -> str:
    lines = []
    replied_to = message.replied_to
    if quotes and replied_to is not None and replied_to.text:
        name = replied_to.author_name or "somebody"
        lines.append(f"[in reply to {name}: {replied_to.text[:_QUOTE_LIMIT]}]")
    if message.text:
        lines.append(message.text)
    elif _is_long_message(message, prepared):
        lines.append(ANSWER_IT)
    else:
        lines.append(default_question(prepared))
    lines.extend(_absent(left_out) for left_out in prepared.left_out)
    return "\n".join(line for line in lines if line)


def _is_long_message(message: IncomingMessage, prepared: PreparedImages) -> bool:
    """Whether the asker's own words came as a file: not those of somebody who is replied to."""
    own = (each.name for each in message.attachments if each.origin is Origin.OWN)
    return LONG_MESSAGE in own and any(file.name == LONG_MESSAGE for file in prepared.files)


def default_question(prepared: PreparedImages) -> str:
    """The question where nobody said a word; empty where there is nothing to ask about."""
    pictures, files = len({image.name for image in prepared.images}), len(prepared.files)
    if files:
        return LOOK_AT_ALL if pictures else READ if files == 1 else READ_ALL
    return {0: "", 1: DESCRIBE}.get(pictures, DESCRIBE_ALL)


def _says_nothing(message: IncomingMessage, prepared: PreparedImages) -> bool:
    """Whether all that a question consists of was left out."""
    replied_to = message.replied_to
    words = message.text or (replied_to is not None and replied_to.text)
    return not words and not default_question(prepared) and bool(prepared.left_out)


def _absent(left_out: LeftOut) -> str:
    return f"[{plain_name(left_out.name)} could not be sent: {left_out.reason.value}]"
