"""The application's commands: what a bot registers, and the rules it must keep."""

import re
from collections.abc import Iterator
from enum import IntEnum

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.world.state import World

MOST = {1: 100, 2: 15, 3: 15}  # commands of each type, globally and for each server
MOST_TEXT = 8000  # names, descriptions and values of a command together

_NAME = re.compile(r"[-_'\w]{1,32}")


class CommandType(IntEnum):
    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3


class PermitKind(IntEnum):
    """Of whom something is said."""

    ROLE = 1
    USER = 2
    CHANNEL = 3


class OptionType(IntEnum):
    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTING = frozenset({OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP})


class Commands:
    """Global commands under None, a server's own under its id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: dict[int | None, list[Json]] = {}
        self._permitted: dict[tuple[int, str], dict[int, Json]] = {}  # server and command's id
        self.created = 0  # commands that were new; Discord allows 200 a day for each server

    def all(self, guild_id: int | None = None) -> list[Json]:
        return self._held.get(guild_id, [])

    def overwrite(self, bodies: list[Json], guild_id: int | None = None) -> list[Json]:
        """Replace them all; those that stay keep their ids."""
        form = FormErrors()
        for kind, most in MOST.items():
            if sum((body.get("type") or 1) == kind for body in bodies) > most:
                raise errors.DiscordError(
                    400, 30032, f"Maximum number of application commands reached ({most})."
                )
        for number, body in enumerate(bodies):
            check_command(body, form, str(number))
        form.check()
        self._held[guild_id] = [self._completed(body, guild_id) for body in bodies]
        return self._held[guild_id]

    def upsert(self, body: Json, guild_id: int | None = None) -> Json:
        form = FormErrors()
        check_command(body, form, "")
        form.check()
        completed = self._completed(body, guild_id)
        others = [one for one in self.all(guild_id) if one["id"] != completed["id"]]
        self._held[guild_id] = [*others, completed]
        return completed

    def edit(self, command_id: str, body: Json, guild_id: int | None = None) -> Json:
        present = self.get(command_id, guild_id)
        changed = {**present, **body}
        form = FormErrors()
        check_command(changed, form, "")
        form.check()
        present |= changed | {"version": str(self._world.snowflakes.next())}
        return present

    def get(self, command_id: str, guild_id: int | None = None) -> Json:
        for command in self.all(guild_id):
            if command["id"] == command_id:
                return command
        raise errors.unknown_command()

    def remove(self, command_id: str, guild_id: int | None = None) -> None:
        self._held[guild_id].remove(self.get(command_id, guild_id))

    def permit(
        self, name: str, guild_id: int, subject_id: int, *, kind: PermitKind, allowed: bool
    ) -> Json:
        """As in the server's settings, under Integrations: for a role, a user or a channel.

        Returns all that is said of the command there now.
        """
        command = self.find(name, CommandType.CHAT_INPUT, guild_id)
        if command is None:
            raise errors.unknown_command()
        held = self._permitted.setdefault((guild_id, command["id"]), {})
        held[subject_id] = {"id": str(subject_id), "type": int(kind), "permission": allowed}
        return self._said(guild_id, command["id"])

    def permits(self, command: Json, guild_id: int) -> list[Json]:
        """What the server's settings say of this command."""
        return list(self._permitted.get((guild_id, command["id"]), {}).values())

    def permitted(self, guild_id: int) -> list[Json]:
        """The commands of which something is said in the server's settings."""
        return [
            self._said(guild, command_id)
            for guild, command_id in self._permitted
            if guild == guild_id
        ]

    def _said(self, guild_id: int, command_id: str) -> Json:
        return {
            "id": command_id,
            "application_id": str(self._world.bot.id),
            "guild_id": str(guild_id),
            "permissions": list(self._permitted[guild_id, command_id].values()),
        }

    def find(self, name: str, kind: CommandType, guild_id: int | None) -> Json | None:
        """The command that a person would be offered: a server's own goes before a global one."""
        own = self.all(guild_id) if guild_id is not None else []
        for command in [*own, *self.all(None)]:
            if command["name"] == name and command["type"] == kind:
                return command
        return None

    def _completed(self, body: Json, guild_id: int | None) -> Json:
        kind = body.get("type") or 1
        present = next(
            (
                one
                for one in self.all(guild_id)
                if (one["name"], one["type"]) == (body["name"], kind)
            ),
            None,
        )
        self.created += present is None
        command_id = str(self._world.snowflakes.next()) if present is None else present["id"]
        contexts = body.get("contexts")
        if contexts is None and body.get("dm_permission") is False:
            contexts = [0]
        wanted = body.get("default_member_permissions")
        completed: Json = {
            "id": command_id,
            "application_id": str(self._world.bot.id),
            "version": str(self._world.snowflakes.next()),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "options": body.get("options") or [],
            "default_member_permissions": None if wanted is None else str(wanted),
            "dm_permission": contexts is None or 1 in contexts,
            "contexts": contexts,
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
        }
        return completed if guild_id is None else completed | {"guild_id": str(guild_id)}


def check_command(body: Json, form: FormErrors, path: str) -> None:
    """Gather into `form` what is wrong with one command."""
    prefix = f"{path}." if path else ""
    kind = body.get("type") or 1
    if kind == CommandType.CHAT_INPUT:
        _check_named(body, form, prefix)
        _check_options(body.get("options") or [], form, prefix)
    else:
        form.required(f"{prefix}name", body.get("name"))
        form.longest(f"{prefix}name", body.get("name"), 32)
        if body.get("description"):
            text = "Context menu commands cannot have description"
            form.add(f"{prefix}description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", text)
    if sum(_texts(body)) > MOST_TEXT:
        text = "Command exceeds maximum size (8000)"
        form.add(f"{prefix}name", "APPLICATION_COMMAND_TOO_LARGE", text)


def _check_named(body: Json, form: FormErrors, prefix: str) -> None:
    name = str(body.get("name") or "")
    if not _NAME.fullmatch(name) or name != name.lower():
        text = f"Command name is invalid: {name!r}"
        form.add(f"{prefix}name", "APPLICATION_COMMAND_INVALID_NAME", text)
    form.required(f"{prefix}description", body.get("description"))
    form.longest(f"{prefix}description", body.get("description"), 100)


def _check_options(options: list[Json], form: FormErrors, prefix: str) -> None:
    form.most(f"{prefix}options", options, 25)
    names = [option["name"] for option in options]
    if len(set(names)) < len(names):
        text = "Option names must be unique"
        form.add(f"{prefix}options", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", text)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        text = "Required options must be placed before non-required options"
        form.add(f"{prefix}options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
    for number, option in enumerate(options):
        inner = f"{prefix}options.{number}."
        _check_named(option, form, inner)
        form.most(f"{inner}choices", option.get("choices"), 25)
        for place, choice in enumerate(option.get("choices") or []):
            form.longest(f"{inner}choices.{place}.name", choice["name"], 100)
        _check_options(option.get("options") or [], form, inner)


def _texts(body: Json) -> Iterator[int]:
    """Lengths that count: the longest translation stands for a name or description."""
    for key in ("name", "description"):
        translations = (body.get(f"{key}_localizations") or {}).values()
        yield max(map(len, [body.get(key) or "", *translations]))
    for choice in body.get("choices") or []:
        yield len(choice["name"]) + len(str(choice["value"]))
    for option in body.get("options") or []:
        yield from _texts(option)
