"""Interactions: opened by a person, answered by the bot within three seconds and fifteen minutes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.interactions import callbacks
from bot.standins.playground.interactions.callbacks import CallbackType, InteractionType
from bot.standins.playground.messages import edits, posts
from bot.standins.playground.messages.forms import LARGEST_FILE, Upload
from bot.standins.playground.render import objects
from bot.standins.playground.world import access
from bot.standins.playground.world.state import (
    Channel,
    Event,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    User,
    World,
)


@dataclass(kw_only=True, slots=True, eq=False)
class Interaction:
    """One interaction, from the person's click to the bot's last message."""

    id: int
    token: str
    type: InteractionType
    opened_at: float
    user: User
    channel: Channel
    data: Json
    message: Message | None = None  # that the button was under
    callback: CallbackType | None = None
    acknowledged_at: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None

    @property
    def responses(self) -> list[Message]:
        """Everything shown for it that is still there."""
        first = [self.original] if self.original and self.original is not self.message else []
        return [one for one in first + self.followups if one.deleted_at is None]

    @property
    def content(self) -> str:
        return self.original.content if self.original else ""

    @property
    def is_ephemeral(self) -> bool:
        return self.original is not None and self.original.is_ephemeral

    @property
    def failed(self) -> bool:
        """Discord shows "The application did not respond"."""
        return self.callback is None

    @property
    def is_settled(self) -> bool:
        """Answered, and no longer "thinking"."""
        loading = self.original is not None and self.original.is_loading
        return self.callback is not None and not loading


class Interactions:
    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, Interaction] = {}
        self.used: dict[str, str] = {}  # the command that began it, by the interaction's id
        self.deadline = 3.0  # seconds for the first answer
        self.lifetime = 900.0  # seconds that the token can be used afterwards

    def open(
        self,
        kind: InteractionType,
        user: User,
        channel: Channel,
        data: Json,
        message: Message | None = None,
    ) -> Interaction:
        """Begin one and tell the bot."""
        interaction = Interaction(
            id=self._world.snowflakes.next(),
            token=secrets.token_urlsafe(48),
            type=kind,
            opened_at=self._world.clock(),
            user=user,
            channel=channel,
            data=data,
            message=message,
        )
        self._open[interaction.token] = interaction
        if kind is InteractionType.COMMAND:
            self.used[str(interaction.id)] = _spoken(data)
        payload = _render(self._world, interaction)
        self._world.emit(Event(name="INTERACTION_CREATE", data=payload, guild_id=channel.guild_id))
        return interaction

    # The first answer

    def answer(
        self, interaction_id: str, token: str, body: Json, uploads: Mapping[int, Upload]
    ) -> Json:
        interaction = self._open.get(token)
        if interaction is None or str(interaction.id) != interaction_id:
            raise errors.unknown_interaction()
        if interaction.callback is not None:
            raise errors.already_acknowledged()
        if self._world.clock() - interaction.opened_at > self.deadline:
            raise errors.unknown_interaction()
        kind = callbacks.checked_type(
            interaction.type, body, has_message=interaction.message is not None
        )
        self._respond(interaction, kind, body.get("data") or {}, uploads)
        interaction.callback = kind
        interaction.acknowledged_at = self._world.clock()
        self._world.touch()
        return self._confirmation(interaction)

    def _respond(
        self,
        interaction: Interaction,
        kind: CallbackType,
        data: Json,
        uploads: Mapping[int, Upload],
    ) -> None:
        if kind is CallbackType.MESSAGE:
            interaction.original = self._post(interaction, data, uploads)
        elif kind is CallbackType.DEFERRED_MESSAGE:
            interaction.original = self._post_loading(interaction, data)
        elif kind is CallbackType.AUTOCOMPLETE:
            interaction.choices = callbacks.checked_choices(data)
        elif kind is CallbackType.MODAL:
            interaction.modal = callbacks.checked_modal(data)
        else:
            interaction.original = interaction.message
            if kind is CallbackType.UPDATE and interaction.message is not None:
                self._change(interaction.message, data, uploads)

    def _confirmation(self, interaction: Interaction) -> Json:
        confirmed: Json = {"id": str(interaction.id), "type": int(interaction.type)}
        confirmed["channel_id"] = str(interaction.channel.id)
        if interaction.channel.guild_id is not None:
            confirmed["guild_id"] = str(interaction.channel.guild_id)
        original = interaction.original
        if original is None:
            return {"interaction": confirmed}
        confirmed["response_message_id"] = str(original.id)
        confirmed["response_message_loading"] = original.is_loading
        confirmed["response_message_ephemeral"] = original.is_ephemeral
        if interaction.callback not in {CallbackType.MESSAGE, CallbackType.UPDATE}:
            return {"interaction": confirmed}
        message = objects.message(self._world, original)
        resource = {"type": int(interaction.callback), "message": message}
        return {"interaction": confirmed, "resource": resource}

    # What follows

    def by_token(self, token: str) -> Interaction:
        """Raises DiscordError where the token is unknown, not yet answered, or has expired."""
        interaction = self._open.get(token)
        if interaction is None or interaction.callback is None:
            raise errors.unknown_webhook()
        if self._world.clock() - interaction.opened_at > self.lifetime:
            raise errors.expired_token()
        return interaction

    def message(self, interaction: Interaction, message_id: str) -> Message:
        """`@original` or the id of a message that belongs to the interaction."""
        original = [interaction.original] if interaction.original else []
        for message in original + interaction.followups:
            wanted = message_id in {"@original", str(message.id)}
            if wanted and message.deleted_at is None:
                return message
        raise errors.unknown_message()

    def follow_up(
        self, interaction: Interaction, body: Json, uploads: Mapping[int, Upload]
    ) -> Message:
        """The first message after "thinking" takes the place of it."""
        if interaction.original is not None and interaction.original.is_loading:
            body = {key: value for key, value in body.items() if key != "nonce"}
            self._change(interaction.original, body, uploads)
            return interaction.original
        message = self._post(interaction, body, uploads, replies_to=interaction.original)
        interaction.followups.append(message)
        return message

    def edit(self, message: Message, body: Json, uploads: Mapping[int, Upload]) -> None:
        self._change(message, body, uploads)

    def _change(self, message: Message, body: Json, uploads: Mapping[int, Upload]) -> None:
        edits.change(self._world, message, body, uploads, default=posts.ONLY_USERS)

    def _post(
        self,
        interaction: Interaction,
        body: Json,
        uploads: Mapping[int, Upload],
        replies_to: Message | None = None,
    ) -> Message:
        world = self._world
        message = posts.compose(world, world.bot, interaction.channel, body, uploads)
        if posts.is_empty(message):
            raise errors.empty_message()
        self._mark(interaction, message, body)
        if replies_to is not None:
            _refer(message, replies_to)
        posts.resolve_mentions(
            world, message, body.get("allowed_mentions"), default=posts.ONLY_USERS
        )
        posts.publish(world, interaction.channel, message)
        return message

    def _post_loading(self, interaction: Interaction, body: Json) -> Message:
        world = self._world
        message = posts.compose(world, world.bot, interaction.channel, {}, {})
        self._mark(interaction, message, body)
        message.flags |= MessageFlag.LOADING
        posts.publish(world, interaction.channel, message)
        return message

    def _mark(self, interaction: Interaction, message: Message, body: Json) -> None:
        """Say which interaction the message answers, and hide it where only one person may see it."""
        message.application_id = self._world.bot.id
        message.interaction = _metadata(self._world, interaction)
        if interaction.message is not None:
            _refer(message, interaction.message)
        elif interaction.type is InteractionType.COMMAND:
            is_slash = interaction.data["type"] == 1
            message.type = (
                MessageType.CHAT_INPUT_COMMAND if is_slash else MessageType.CONTEXT_MENU_COMMAND
            )
        if int(body.get("flags") or 0) & MessageFlag.EPHEMERAL:
            message.flags |= MessageFlag.EPHEMERAL
            message.addressee_id = interaction.user.id


def _spoken(data: Json) -> str:
    """`/quota me` for a slash command, the name alone for a context menu's."""
    if data["type"] != 1:
        return str(data["name"])
    words, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in {1, 2}:
        words.append(options[0]["name"])
        options = options[0].get("options") or []
    return f"/{' '.join(words)}"


def _refer(message: Message, target: Message) -> None:
    message.type = MessageType.REPLY
    message.reference = Reference(message_id=target.id, channel_id=target.channel_id, guild_id=None)


def _metadata(world: World, interaction: Interaction) -> Json:
    return {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": objects.user(interaction.user),
        "authorizing_integration_owners": _owners(world, interaction.channel),
    }


def _owners(world: World, channel: Channel) -> Json:
    """The app is installed to servers; in direct messages with the bot the key holds 0."""
    return {"0": "0" if channel.guild_id is None else str(world.guilds[channel.guild_id].id)}


def _render(world: World, interaction: Interaction) -> Json:
    channel = interaction.channel
    held = access.permissions_in(world, interaction.user, channel)
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": {**objects.channel(channel), "permissions": str(held)},
        "app_permissions": str(access.permissions_in(world, world.bot, channel)),
        "locale": "en-US",
        "context": 1 if channel.guild_id is None else 0,
        "authorizing_integration_owners": _owners(world, channel),
        "entitlements": [],
        "attachment_size_limit": LARGEST_FILE,
    }
    if interaction.message is not None:
        payload["message"] = objects.message(world, interaction.message)
    if channel.guild_id is None:
        return payload | {"user": objects.user(interaction.user)}
    membership = world.guilds[channel.guild_id].members[interaction.user.id]
    guild_id = str(channel.guild_id)
    payload["guild_id"] = guild_id
    payload["guild_locale"] = "en-US"
    payload["guild"] = {"id": guild_id, "locale": "en-US", "features": []}
    payload["member"] = {**objects.member_with_user(membership), "permissions": str(held)}
    return payload
