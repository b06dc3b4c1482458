"""Messages: post, edit, read, delete; typing and reactions."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages import edits, posts
from bot.standins.playground.render import objects
from bot.standins.playground.rest.routes import NO_CONTENT, RestRequest, RestResponse, RestRoute
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

    def routes(self) -> list[RestRoute]:
        create, edit, delete = "create_message", "edit_message", "delete_message"
        return [
            RestRoute(method="POST", path=_MESSAGES, handler=self.create, bucket=create),
            RestRoute(method="GET", path=_MESSAGES, handler=self.history),
            RestRoute(method="POST", path=_MESSAGES + "/bulk-delete", handler=self.bulk_delete),
            RestRoute(method="GET", path=_MESSAGE, handler=self.get),
            RestRoute(method="PATCH", path=_MESSAGE, handler=self.edit, bucket=edit),
            RestRoute(method="DELETE", path=_MESSAGE, handler=self.delete, bucket=delete),
            RestRoute(
                method="POST",
                path="/channels/{channel_id}/typing",
                handler=self.typing,
                bucket="typing",
            ),
            RestRoute(
                method="PUT", path=_REACTION + "/@me", handler=self.react, bucket="reactions"
            ),
            RestRoute(
                method="DELETE", path=_REACTION + "/@me", handler=self.unreact, bucket="reactions"
            ),
        ]

    def create(self, request: RestRequest) -> RestResponse:
        world = self._world
        channel = world.channel(request.id("channel_id"))
        message = posts.create(world, world.bot, channel, request.body, request.uploads)
        return RestResponse(200, objects.message(world, message))

    def edit(self, request: RestRequest) -> RestResponse:
        message = self._message(request)
        edits.edit(self._world, self._world.bot, message, request.body, request.uploads)
        return RestResponse(200, objects.message(self._world, message))

    def get(self, request: RestRequest) -> RestResponse:
        message = self._message(request)
        channel = self._world.channels[message.channel_id]
        access.require(self._world, self._world.bot, channel, Permission.READ_MESSAGE_HISTORY)
        return RestResponse(200, self._shown(message))

    def history(self, request: RestRequest) -> RestResponse:
        channel = self._world.channel(request.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        limit = int(request.query.get("limit") or 50)
        if not 1 <= limit <= 100:
            form = FormErrors()
            form.add("limit", "NUMBER_TYPE_RANGE", "int value should be between 1 and 100.")
            form.check()
        held = access.permissions_in(self._world, self._world.bot, channel)
        if not allows(held, Permission.READ_MESSAGE_HISTORY):
            return RestResponse(200, [])
        page = _page(channel, request.query, limit)
        return RestResponse(200, [self._shown(message) for message in page])

    def delete(self, request: RestRequest) -> RestResponse:
        edits.delete(self._world, self._world.bot, self._message(request))
        return NO_CONTENT

    def bulk_delete(self, request: RestRequest) -> RestResponse:
        channel = self._world.channel(request.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.MANAGE_MESSAGES)
        ids = {int(one) for one in request.body.get("messages") or []}
        if not 2 <= len(ids) <= 100:
            raise errors.DiscordError(
                400, 50016, "Provided too few or too many messages to delete."
            )
        messages = [one for one in channel.living() if one.id in ids and not one.is_ephemeral]
        if any(self._world.clock() - one.created_at > _OLDEST_BULK for one in messages):
            raise errors.DiscordError(
                400, 50034, "You can only bulk delete messages under 14 days old"
            )
        if messages:
            edits.erase_many(self._world, messages)
        return NO_CONTENT

    def typing(self, request: RestRequest) -> RestResponse:
        channel = self._world.channel(request.id("channel_id"))
        wanted = access.sending_permission(channel)
        access.require(self._world, self._world.bot, channel, wanted)
        self.typed.append((self._world.clock(), channel.id))
        self._world.touch()
        return NO_CONTENT

    def react(self, request: RestRequest) -> RestResponse:
        emoji = unquote(request.match["emoji"])
        edits.react(self._world, self._world.bot, self._message(request), emoji)
        return NO_CONTENT

    def unreact(self, request: RestRequest) -> RestResponse:
        emoji = unquote(request.match["emoji"])
        edits.unreact(self._world, self._world.bot, self._message(request), emoji)
        return NO_CONTENT

    def _message(self, request: RestRequest) -> Message:
        channel = self._world.channel(request.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        return self._world.message(channel, request.id("message_id"))

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
