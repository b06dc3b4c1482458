"""People who use Discord, within what their client allows; a test or the page acts for them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.standins.playground.actors.wait import wait_for
from bot.standins.playground.errors import Json
from bot.standins.playground.interactions.callbacks import InteractionType
from bot.standins.playground.interactions.client_input import (
    ClientRefused,
    OptionInput,
    check_available,
    fill_modal,
    find_leaf,
    is_available,
)
from bot.standins.playground.interactions.commands import Commands, CommandType
from bot.standins.playground.interactions.lifecycle import Interaction, Interactions
from bot.standins.playground.messages import components, edits, posts, threads
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.render import objects
from bot.standins.playground.world import access
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Guild, Message, User, World

Picture = Upload | tuple[str, bytes] | tuple[str, bytes, str]  # name, bytes, content type

_ANSWERED_WITHIN = 1.0  # seconds more than the bot has, for the answer to be seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """The parts of Discord that people act on."""

    world: World
    commands: Commands
    interactions: Interactions


class Person:
    """A user, seen as a member of one server or, without one, in direct messages."""

    def __init__(self, backend: Backend, user: User, guild: Guild | None = None) -> None:
        self._backend = backend
        self._world = backend.world
        self.user = user
        self.guild = guild

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def direct_channel(self) -> Channel:
        return self._world.direct_channel(self.user)

    def sees(self, channel: Channel) -> list[Message]:
        """The messages that this person can read there, ephemeral ones for them included."""
        if not access.can_see(self._world, self.user, channel):
            return []
        addressees = {None, self.user.id}
        return [message for message in channel.living() if message.addressee_id in addressees]

    # Messages

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        images: Sequence[Picture] = (),
        reply_to: Message | None = None,
        ping: bool = True,
        forward: Message | None = None,
    ) -> Message:
        """Post. Raises DiscordError where this person may not. `ping` is about the one replied to."""
        uploads = dict(enumerate(map(as_upload, images)))
        body: Json = {"content": text, "attachments": _described(uploads)}
        if reply_to is not None:
            body["message_reference"] = _reference(reply_to, kind=0)
            body["allowed_mentions"] = {"parse": list(posts.EVERY_KIND), "replied_user": ping}
        if forward is not None:
            body["message_reference"] = _reference(forward, kind=1)
        message = posts.create(self._world, self.user, channel, body, uploads)
        await asyncio.sleep(0)
        return message

    async def direct(
        self, text: str = "", *, images: Sequence[Picture] = (), reply_to: Message | None = None
    ) -> Message:
        """Write to the bot in private."""
        return await self.say(self.direct_channel, text, images=images, reply_to=reply_to)

    async def edit(self, message: Message, text: str) -> None:
        edits.edit(self._world, self.user, message, {"content": text}, {})
        await asyncio.sleep(0)

    async def delete(self, message: Message) -> None:
        edits.delete(self._world, self.user, message)
        await asyncio.sleep(0)

    async def react(self, message: Message, emoji: str) -> None:
        edits.react(self._world, self.user, message, emoji)
        await asyncio.sleep(0)

    async def create_thread(self, start: Message | Channel, name: str) -> Channel:
        """Under a message, or without one in a channel."""
        if isinstance(start, Message):
            return threads.create_from(self._world, self.user, start, {"name": name})
        body = {"name": name, "type": 11}
        return threads.create_alone(self._world, self.user, start, body)

    async def archive(self, thread: Channel, *, locked: bool = False) -> None:
        access.require(self._world, self.user, thread, Permission.VIEW_CHANNEL)
        threads.set_archived(self._world, thread, archived=True, locked=locked)

    # Commands

    async def slash(
        self, *path: str, where: Channel | None = None, **options: object
    ) -> Interaction:
        """Use `/path` and wait for the bot's first answer, or until its time for it is over.

        Raises ClientRefused where the command is not registered, or not for this person or place.
        """
        return await self.use_command(path, where or self._home, options)

    async def use_command(
        self, path: Sequence[str], channel: Channel, options: Mapping[str, object]
    ) -> Interaction:
        """As `slash`, for options of any name."""
        data = self._command(path, channel, options)
        return await self._open(InteractionType.COMMAND, channel, data)

    async def autocomplete(
        self, *path: str, focused: str, where: Channel | None = None, **typed: object
    ) -> list[Json]:
        """The choices that the bot offers while `focused` is being typed."""
        return await self.suggestions(path, where or self._home, typed, focused)

    async def suggestions(
        self, path: Sequence[str], channel: Channel, typed: Mapping[str, object], focused: str
    ) -> list[Json]:
        """As `autocomplete`, for options of any name."""
        data = self._command(path, channel, typed, focused=focused)
        interaction = await self._open(InteractionType.AUTOCOMPLETE, channel, data)
        if interaction.choices is None:
            raise TimeoutError("loading options failed")
        return interaction.choices

    async def use_on_message(self, name: str, message: Message) -> Interaction:
        """Choose `name` from a message's context menu."""
        channel = self._world.channels[message.channel_id]
        data = self._context_menu(name, CommandType.MESSAGE, channel)
        rendered = objects.message(self._world, message)
        data |= {"target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): rendered}}
        return await self._open(InteractionType.COMMAND, channel, data)

    async def use_on_user(
        self, name: str, user: User, *, where: Channel | None = None
    ) -> Interaction:
        channel = where or self._home
        data = self._context_menu(name, CommandType.USER, channel)
        option_input = OptionInput(self._world, channel)
        option_input.add_user(user)
        data |= {"target_id": str(user.id), "resolved": option_input.resolved}
        return await self._open(InteractionType.COMMAND, channel, data)

    def available_commands(self, *, where: Channel | None = None) -> list[str]:
        """Names of the commands that this person's client lists."""
        channel = where or self._home
        every = self._backend.commands.all(channel.guild_id) + self._backend.commands.all(None)
        commands = self._backend.commands
        held = [
            one for one in every if is_available(self._world, commands, one, self.user, channel)
        ]
        return list(dict.fromkeys(one["name"] for one in held))

    # Buttons, selects and modals

    async def press(self, message: Message, custom_id: str) -> Interaction:
        """Raises ClientRefused where the message has no such button, or a disabled one."""
        component = self._component(message, custom_id)
        return await self._use_component(message, component, {})

    async def choose(self, message: Message, custom_id: str, values: Sequence[str]) -> Interaction:
        """Choose from a select by its options' values."""
        component = self._component(message, custom_id)
        offered = {option["value"] for option in component.get("options") or []}
        if not set(values) <= offered:
            raise ClientRefused(f"{values!r} are not among the options of `{custom_id}`")
        return await self._use_component(message, component, {"values": list(values)})

    async def submit(self, interaction: Interaction, values: Mapping[str, str]) -> Interaction:
        """Fill in the modal that `interaction` was answered with, by the fields' custom ids."""
        modal = interaction.modal
        if modal is None:
            raise ClientRefused("no modal is open")
        unknown = [name for name in values if components.find(modal["components"], name) is None]
        if unknown:
            raise ClientRefused(f"the modal has no field {', '.join(unknown)}")
        answers = [fill_modal(component, values) for component in modal["components"]]
        data = {"custom_id": modal["custom_id"], "components": answers}
        kind, message = InteractionType.MODAL_SUBMIT, interaction.message
        return await self._open(kind, interaction.channel, data, message)

    @property
    def _home(self) -> Channel:
        """Where commands are used unless said otherwise."""
        for channel_id in self.guild.channel_ids if self.guild else []:
            if access.can_see(self._world, self.user, self._world.channels[channel_id]):
                return self._world.channels[channel_id]
        return self.direct_channel

    def _command(
        self,
        path: Sequence[str],
        channel: Channel,
        values: Mapping[str, object],
        *,
        focused: str | None = None,
    ) -> Json:
        command = self._find(path[0], CommandType.CHAT_INPUT, channel)
        chain = find_leaf(command, path[1:])
        option_input = OptionInput(self._world, channel)
        plain = {
            name: value.user if isinstance(value, Person) else value
            for name, value in values.items()
        }
        options = option_input.fill(chain[-1].get("options") or [], plain, focused=focused)
        for level in reversed(chain[1:]):
            options = [{"name": level["name"], "type": level["type"], "options": options}]
        data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        return data | ({"resolved": option_input.resolved} if option_input.resolved else {})

    def _context_menu(self, name: str, kind: CommandType, channel: Channel) -> Json:
        command = self._find(name, kind, channel)
        return {"id": command["id"], "name": name, "type": int(kind)}

    def _find(self, name: str, kind: CommandType, channel: Channel) -> Json:
        command = self._backend.commands.find(name, kind, channel.guild_id)
        if command is None:
            raise ClientRefused(f"`{name}` is not registered")
        check_available(self._world, self._backend.commands, command, self.user, channel)
        return command

    def _component(self, message: Message, custom_id: str) -> Json:
        channel = self._world.channels[message.channel_id]
        component = components.find(message.components, custom_id)
        if message not in self.sees(channel) or component is None:
            raise ClientRefused(f"there is no `{custom_id}` to be used")
        if component.get("disabled"):
            raise ClientRefused(f"`{custom_id}` is disabled")
        return component

    async def _use_component(self, message: Message, component: Json, extra: Json) -> Interaction:
        channel = self._world.channels[message.channel_id]
        data = {"custom_id": component["custom_id"], "component_type": component["type"]}
        data |= {"id": component["id"], **extra}
        return await self._open(InteractionType.COMPONENT, channel, data, message)

    async def _open(
        self, kind: InteractionType, channel: Channel, data: Json, message: Message | None = None
    ) -> Interaction:
        interactions = self._backend.interactions
        interaction = interactions.open(kind, self.user, channel, data, message)
        over = interaction.opened_at + interactions.deadline
        clock = self._world.clock
        await wait_for(
            self._world,
            lambda: interaction.callback is not None or clock() > over,
            interactions.deadline + _ANSWERED_WITHIN,
        )
        return interaction

    async def settled(self, interaction: Interaction, *, timeout: float = 10.0) -> Interaction:
        """Wait until the bot no longer "thinks"."""
        await wait_for(self._world, lambda: interaction.is_settled, timeout)
        return interaction


def as_upload(picture: Picture) -> Upload:
    if isinstance(picture, Upload):
        return picture
    kind = picture[2] if len(picture) == 3 else None
    return Upload(filename=picture[0], content=picture[1], content_type=kind)


def _described(uploads: Mapping[int, Upload]) -> list[Json]:
    return [
        {
            "id": number,
            "filename": upload.filename,
            "description": upload.description,
            "is_spoiler": upload.is_spoiler,
        }
        for number, upload in uploads.items()
    ]


def _reference(message: Message, *, kind: int) -> Json:
    return {"type": kind, "message_id": message.id, "channel_id": message.channel_id}
