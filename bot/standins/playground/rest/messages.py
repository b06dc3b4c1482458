"""Messages: post, edit, read, delete; typing and reactions."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages import edits, posts
from bot.standins.playground.render import objects
from bot.standins.playground.rest.routes import NOTHING, Call, Reply, Route
from bot.standins.playground.world import access
from bot.standins.playground.world.hidden_content import withhold
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.permissions import Permission, allows
from bot.standins.playground.world.state import Channel, Message, World

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji}"

_OLDEST_BULK = 14 * 86_400  # seconds


class Messages:
    def __init__(self, world: World) -> None:
        self._world = world
        self.typed: list[tuple[float, int]] = []  # when and in which channel the bot was typing

    def routes(self) -> list[Route]:
        create, edit, delete = "create_message", "edit_message", "delete_message"
        return [
            Route(method="POST", path=_MESSAGES, handler=self.create, bucket=create),
            Route(method="GET", path=_MESSAGES, handler=self.history),
            Route(method="POST", path=_MESSAGES + "/bulk-delete", handler=self.bulk_delete),
            Route(method="GET", path=_MESSAGE, handler=self.get),
            Route(method="PATCH", path=_MESSAGE, handler=self.edit, bucket=edit),
            Route(method="DELETE", path=_MESSAGE, handler=self.delete, bucket=delete),
            Route(
                method="POST",
                path="/channels/{channel_id}/typing",
                handler=self.typing,
                bucket="typing",
            ),
            Route(method="PUT", path=_REACTION + "/@me", handler=self.react, bucket="reactions"),
            Route(
                method="DELETE", path=_REACTION + "/@me", handler=self.unreact, bucket="reactions"
            ),
        ]

    def create(self, call: Call) -> Reply:
        world = self._world
        channel = world.channel(call.id("channel_id"))
        message = posts.create(world, world.bot, channel, call.body, call.uploads)
        return Reply(200, objects.message(world, message))

    def edit(self, call: Call) -> Reply:
        message = self._message(call)
        edits.edit(self._world, self._world.bot, message, call.body, call.uploads)
        return Reply(200, objects.message(self._world, message))

    def get(self, call: Call) -> Reply:
        message = self._message(call)
        channel = self._world.channels[message.channel_id]
        access.require(self._world, self._world.bot, channel, Permission.READ_MESSAGE_HISTORY)
        return Reply(200, self._shown(message))

    def history(self, call: Call) -> Reply:
        channel = self._world.channel(call.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        limit = int(call.query.get("limit") or 50)
        if not 1 <= limit <= 100:
            form = FormErrors()
            form.add("limit", "NUMBER_TYPE_RANGE", "int value should be between 1 and 100.")
            form.check()
        held = access.permissions_in(self._world, self._world.bot, channel)
        if not allows(held, Permission.READ_MESSAGE_HISTORY):
            return Reply(200, [])
        page = _page(channel, call.query, limit)
        return Reply(200, [self._shown(message) for message in page])

    def delete(self, call: Call) -> Reply:
        edits.delete(self._world, self._world.bot, self._message(call))
        return NOTHING

    def bulk_delete(self, call: Call) -> Reply:
        channel = self._world.channel(call.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.MANAGE_MESSAGES)
        ids = {int(one) for one in call.body.get("messages") or []}
        if not 2 <= len(ids) <= 100:
            raise errors.ApiError(400, 50016, "Provided too few or too many messages to delete.")
        messages = [one for one in channel.living() if one.id in ids and not one.is_ephemeral]
        if any(self._world.clock() - one.created_at > _OLDEST_BULK for one in messages):
            raise errors.ApiError(400, 50034, "You can only bulk delete messages under 14 days old")
        if messages:
            edits.erase_many(self._world, messages)
        return NOTHING

    def typing(self, call: Call) -> Reply:
        channel = self._world.channel(call.id("channel_id"))
        wanted = access.sending_permission(channel)
        access.require(self._world, self._world.bot, channel, wanted)
        self.typed.append((self._world.clock(), channel.id))
        self._world.touch()
        return NOTHING

    def react(self, call: Call) -> Reply:
        emoji = unquote(call.match["emoji"])
        edits.react(self._world, self._world.bot, self._message(call), emoji)
        return NOTHING

    def unreact(self, call: Call) -> Reply:
        emoji = unquote(call.match["emoji"])
        edits.unreact(self._world, self._world.bot, self._message(call), emoji)
        return NOTHING

    def _message(self, call: Call) -> Message:
        channel = self._world.channel(call.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        return self._world.message(channel, call.id("message_id"))

    def _shown(self, message: Message) -> Json:
        """REST withholds content as well, by the switch in the portal."""
        rendered = objects.message(self._world, message)
        if self._world.privileged & Intent.MESSAGE_CONTENT:
            return rendered
        return withhold(self._world, rendered, message)


def _page(channel: Channel, query: Mapping[str, str], limit: int) -> list[Message]:
    """Newest first; `after` takes the oldest ones after it."""
    shown: Iterable[Message] = (one for one in channel.living() if not one.is_ephemeral)
    messages = sorted(shown, key=lambda one: one.id)
    if "before" in query:
        messages = [one for one in messages if one.id < int(query["before"])]
    if "after" in query:
        later = [one for one in messages if one.id > int(query["after"])]
        return later[:limit][::-1]
    if "around" in query:
        centre, half = int(query["around"]), limit // 2
        earlier = [one for one in messages if one.id < centre][-half:] if half else []
        later = [one for one in messages if one.id >= centre][: limit - half]
        return (earlier + later)[::-1]
    return messages[-limit:][::-1]
