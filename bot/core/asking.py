"""A question as the model reads it."""

from bot.core.messages import IncomingMessage
from bot.core.turns import LeftOut, PreparedImages, Role, Turn

DESCRIBE = "Describe this picture."  # what a picture without a word asks
DESCRIBE_ALL = "Describe these pictures."
_QUOTE_LIMIT = 2_000  # characters of a message that is replied to


def question_turn(
    message: IncomingMessage, prepared: PreparedImages, *, continues: int | None
) -> Turn:
    """The turn for `message`. `continues` is the turn it replies to, if the model has it in view.

    In a server several people may talk in one conversation, so turns there carry a name; in a
    direct message there is nobody to tell apart.
    """
    return Turn(
        role=Role.USER,
        text=_text(message, prepared, quotes=continues is None),
        images=prepared.images,
        message_id=message.id,
        parent_id=continues,
        author_id=message.author.id,
        author_name="" if message.place.is_direct else message.author.name,
    )


def _text(message: IncomingMessage, prepared: PreparedImages, *, quotes: bool) -> str:
    lines = []
    replied_to = message.replied_to
    if quotes and replied_to is not None and replied_to.text:
        name = replied_to.author_name or "somebody"
        lines.append(f"[in reply to {name}: {replied_to.text[:_QUOTE_LIMIT]}]")
    if message.text:
        lines.append(message.text)
    elif prepared.images:
        lines.append(DESCRIBE if _is_one_picture(prepared) else DESCRIBE_ALL)
    lines.extend(_absent(left_out) for left_out in prepared.left_out)
    return "\n".join(lines)


def _is_one_picture(prepared: PreparedImages) -> bool:
    return len({image.name for image in prepared.images}) == 1


def _absent(left_out: LeftOut) -> str:
    return f"[the picture {left_out.name} could not be sent: {left_out.reason.value}]"
