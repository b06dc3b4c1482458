"""Empties messages for a bot without the message content intent."""

from bot.standins.playground.errors import Json
from bot.standins.playground.world.state import Message, World

_WITHHELD: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def withhold(world: World, rendered: Json, message: Message) -> Json:
    """Empty the content of a rendered message, and of the one it replies to, where it must be."""
    shown = rendered if is_free(world, message) else _emptied(rendered)
    nested = shown.get("referenced_message")
    if nested is None or message.reference is None:
        return shown
    target = world.channels[message.reference.channel_id].messages[message.reference.message_id]
    if is_free(world, target):
        return shown
    return {**shown, "referenced_message": _emptied(nested)}


def is_free(world: World, message: Message) -> bool:
    """Own messages, direct ones, and those that mention the bot or ping it by a reply.

    A reply to an answer to an interaction does not count.
    """
    if message.author is world.bot or world.channels[message.channel_id].guild_id is None:
        return True
    if world.bot not in message.mentioned:
        return False
    if f"<@{world.bot.id}>" in message.content or f"<@!{world.bot.id}>" in message.content:
        return True
    return _replies_to_plain_message(world, message)


def _replies_to_plain_message(world: World, message: Message) -> bool:
    reference = message.reference
    if reference is None:
        return False
    target = world.channels[reference.channel_id].messages.get(reference.message_id)
    return target is not None and target.application_id is None


def _emptied(rendered: Json) -> Json:
    emptied = {**rendered, **_WITHHELD}
    emptied.pop("poll", None)
    if "message_snapshots" in emptied:
        snapshots = emptied["message_snapshots"]
        emptied["message_snapshots"] = [
            {"message": {**snapshot["message"], **_WITHHELD}} for snapshot in snapshots
        ]
    return emptied
