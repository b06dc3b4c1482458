"""The actions of a person on the page: each takes the body that the page sent, and returns the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.standins.playground.actors.people import Person
from bot.standins.playground.errors import DiscordError, Json, unknown_message
from bot.standins.playground.interactions.client_input import ClientRefused, find_leaf
from bot.standins.playground.interactions.commands import CommandType, OptionType
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.messages import edits
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.site.backstage import Backstage
from bot.standins.playground.site.uploads import Uploads
from bot.standins.playground.stage import Stage
from bot.standins.playground.world.state import Channel, Message, ServerRole, User

NO_RESPONSE = "The application did not respond."

_MOST_MODALS = 20  # open ones that are remembered


class ActionRefused(Exception):
    """The action can't be done; the words are for the person at the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionRequest:
    """An action, who does it and where."""

    user: User
    channel: Channel
    body: Json


class Actions:
    def __init__(self, stage: Stage, backstage: Backstage, uploads: Uploads) -> None:
        self._stage = stage
        self._world = stage.discord.world
        self._backstage = backstage
        self._uploads = uploads
        self._modals: dict[str, Interaction] = {}
        self._actions: dict[str, Callable[[ActionRequest], Awaitable[Json]]] = {
            "say": self._say,
            "forward": self._forward,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "thread": self._thread,
            "slash": self._slash,
            "suggest": self._suggest,
            "menu": self._menu,
            "press": self._press,
            "choose": self._choose,
            "submit": self._submit,
            "quota": self._quota,
            "switch": self._switch,
            "gateway": self._gateway,
            "endpoint": self._endpoint,
        }

    async def do(self, name: str, request: ActionRequest) -> Json:
        """Raises ActionRefused with a sentence for the person at the page."""
        action = self._actions.get(name)
        if action is None:
            raise ActionRefused(f"The playground can't `{name}`.")
        try:
            return await action(request)
        except DiscordError as error:
            raise ActionRefused(_sentence(error)) from error
        except ClientRefused as error:
            raise ActionRefused(f"That is not possible here: {error}.") from error
        except TimeoutError as error:
            raise ActionRefused(NO_RESPONSE) from error
        except (KeyError, ValueError, TypeError) as error:
            raise ActionRefused(f"The playground did not understand that ({error!r}).") from error
        finally:
            self._world.touch()

    # Messages

    async def _say(self, request: ActionRequest) -> Json:
        body = request.body
        pictures = [self._upload(one) for one in body.get("files", [])]
        target = self._message(request, body["reply_to"]) if body.get("reply_to") else None
        message = await self._person(request).say(
            request.channel,
            str(body.get("text", "")),
            images=pictures,
            reply_to=target,
            ping=bool(body.get("ping", True)),
        )
        return {"id": str(message.id)}

    def _upload(self, described: Json) -> Upload:
        kept = self._uploads.take(str(described["id"]))
        return Upload(
            filename=kept.filename,
            content=kept.content,
            content_type=kept.content_type,
            description=str(described.get("alt", "")) or None,
            is_spoiler=bool(described.get("is_spoiler")),
        )

    async def _forward(self, request: ActionRequest) -> Json:
        """`to` is the channel that the message goes to."""
        message = self._message(request, request.body["message"])
        to = self._world.channel(int(request.body["to"]))
        person = self._stage.discord.person(request.user, to)
        forwarded = await person.say(to, forward=message)
        return {"id": str(forwarded.id)}

    async def _edit(self, request: ActionRequest) -> Json:
        message = self._message(request, request.body["message"])
        await self._person(request).edit(message, str(request.body["text"]))
        return {}

    async def _delete(self, request: ActionRequest) -> Json:
        """An answer for one's own eyes is only put away."""
        message = self._message(request, request.body["message"])
        if message.is_ephemeral:
            edits.erase(self._world, message)
        else:
            await self._person(request).delete(message)
        return {}

    async def _react(self, request: ActionRequest) -> Json:
        message, emoji = self._message(request, request.body["message"]), str(request.body["emoji"])
        if request.user.id in message.reactions.get(emoji, []):
            edits.unreact(self._world, request.user, message, emoji)
        else:
            await self._person(request).react(message, emoji)
        return {}

    async def _thread(self, request: ActionRequest) -> Json:
        message = self._message(request, request.body["message"])
        thread = await self._person(request).create_thread(message, str(request.body["name"]))
        return {"id": str(thread.id)}

    # Interactions

    async def _slash(self, request: ActionRequest) -> Json:
        path = [str(word) for word in request.body["path"]]
        values = self._values(request, path)
        used = await self._person(request).use_command(path, request.channel, values)
        return self._opened(used)

    async def _suggest(self, request: ActionRequest) -> Json:
        path, body = [str(word) for word in request.body["path"]], request.body
        focused = str(body["focused"])
        typed = {focused: str(body.get("options", {}).get(focused, ""))}
        choices = await self._person(request).suggestions(path, request.channel, typed, focused)
        return {"choices": choices}

    async def _menu(self, request: ActionRequest) -> Json:
        message = self._message(request, request.body["message"])
        name = str(request.body["name"])
        return self._opened(await self._person(request).use_on_message(name, message))

    async def _press(self, request: ActionRequest) -> Json:
        message = self._message(request, request.body["message"])
        custom_id = str(request.body["custom_id"])
        return self._opened(await self._person(request).press(message, custom_id))

    async def _choose(self, request: ActionRequest) -> Json:
        message = self._message(request, request.body["message"])
        values = [str(value) for value in request.body["values"]]
        chosen = await self._person(request).choose(message, str(request.body["custom_id"]), values)
        return self._opened(chosen)

    async def _submit(self, request: ActionRequest) -> Json:
        opened = self._modals.pop(str(request.body["modal"]), None)
        if opened is None or opened.user is not request.user:
            raise ActionRefused("This form is no longer open.")
        values = {str(name): str(value) for name, value in request.body["values"].items()}
        return self._opened(await self._person(request).submit(opened, values))

    def _opened(self, interaction: Interaction) -> Json:
        """The answer to the page after an interaction: nothing, or a modal."""
        if interaction.failed:
            raise ActionRefused(NO_RESPONSE)
        if interaction.modal is None:
            return {}
        while len(self._modals) >= _MOST_MODALS:
            self._modals.pop(next(iter(self._modals)))
        self._modals[str(interaction.id)] = interaction
        return {"modal": {"id": str(interaction.id), **interaction.modal}}

    def _values(self, request: ActionRequest, path: list[str]) -> dict[str, Any]:
        """Options as typed become what they are: users, channels, roles, numbers."""
        guild_id = request.channel.guild_id
        command = self._stage.discord.commands.find(path[0], CommandType.CHAT_INPUT, guild_id)
        if command is None:
            raise ClientRefused(f"`{path[0]}` is not registered")
        leaf = find_leaf(command, path[1:])[-1]
        kinds = {one["name"]: OptionType(one["type"]) for one in leaf.get("options") or []}
        given = request.body.get("options", {})
        return {name: self._value(kinds.get(name), value, request) for name, value in given.items()}

    def _value(self, kind: OptionType | None, value: Any, request: ActionRequest) -> Any:
        world = self._world
        readings: dict[OptionType | None, Callable[[], Any]] = {
            OptionType.USER: lambda: world.users[int(value)],
            OptionType.CHANNEL: lambda: world.channels[int(value)],
            OptionType.ROLE: lambda: world.guilds[request.channel.guild_id or 0].roles[int(value)],
            OptionType.MENTIONABLE: lambda: self._mentionable(int(value), request),
            OptionType.INTEGER: lambda: int(value),
            OptionType.NUMBER: lambda: float(value),
            OptionType.BOOLEAN: lambda: str(value).lower() == "true",
            OptionType.ATTACHMENT: lambda: self._upload({"id": value}),
        }
        return readings.get(kind, lambda: value)()

    def _mentionable(self, of: int, request: ActionRequest) -> User | ServerRole:
        roles = self._world.guilds[request.channel.guild_id or 0].roles
        return roles[of] if of in roles else self._world.users[of]

    # Behind the scenes

    async def _quota(self, request: ActionRequest) -> Json:
        """The text of `/quota me`, asked where nobody sees it."""
        where = self._stage.unseen_channel(request.user, request.channel)
        person = self._stage.discord.person(request.user, where)
        asked = await person.slash("quota", "me", where=where)
        if asked.failed:
            raise ActionRefused(NO_RESPONSE)
        await person.settled(asked, timeout=5.0)
        return {"text": asked.content}

    async def _switch(self, request: ActionRequest) -> Json:
        name, is_on = str(request.body["name"]), bool(request.body["is_on"])
        self._backstage.switch_discord(name, is_on=is_on)
        return {}

    async def _gateway(self, request: ActionRequest) -> Json:
        self._backstage.disturb_gateway(str(request.body["action"]))
        return {}

    async def _endpoint(self, request: ActionRequest) -> Json:
        self._backstage.switch_endpoint(str(request.body["behaviour"]))
        return {}

    def _person(self, request: ActionRequest) -> Person:
        return self._stage.discord.person(request.user, request.channel)

    def _message(self, request: ActionRequest, message_id: object) -> Message:
        """One that this person can read in the channel they look at."""
        found = request.channel.messages.get(int(str(message_id)))
        if found is None or found not in self._person(request).sees(request.channel):
            raise unknown_message()
        return found


def _sentence(error: DiscordError) -> str:
    details = "; ".join(_leaves(error.errors or {}))
    text = f"{error.message} ({details})" if details else error.message
    return f"Discord refuses: {text} · {error.code}"


def _leaves(tree: Json) -> list[str]:
    """The words of a form's tree of errors."""
    words: list[str] = []
    for key, value in tree.items():
        if key == "_errors":
            words += [str(one["message"]) for one in value]
        elif isinstance(value, dict):
            words += _leaves(value)
    return words
