"""Input as a person's client allows it: available commands, valid options, and modals filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.standins.playground.errors import Json
from bot.standins.playground.interactions.commands import (
    NESTING,
    Commands,
    OptionType,
    PermitKind,
)
from bot.standins.playground.messages import files
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.render import objects
from bot.standins.playground.world import access, permissions
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Membership, ServerRole, User, World

_LONGEST_STRING = 6000


class ClientRefused(Exception):
    """The person's client does not let them do that."""


def check_available(
    world: World, commands: Commands, command: Json, user: User, channel: Channel
) -> None:
    """Raises ClientRefused where the command would not be shown to this person here."""
    held = access.permissions_in(world, user, channel)
    if not permissions.allows(held, Permission.USE_APPLICATION_COMMANDS):
        raise ClientRefused(f"{user.name} may not use commands in {channel.name!r}")
    contexts = command.get("contexts")
    here = 1 if channel.guild_id is None else 0
    if contexts is not None and here not in contexts:
        raise ClientRefused(f"`{command['name']}` is not offered in this kind of channel")
    if command["nsfw"] and not world.parent(channel).nsfw:
        raise ClientRefused(f"`{command['name']}` is only offered in age-restricted channels")
    if channel.guild_id is None or permissions.allows(held, Permission.ADMINISTRATOR):
        return
    member = world.guilds[channel.guild_id].members[user.id]
    said = _said(commands.permits(command, channel.guild_id), member, channel.guild_id)
    wanted = command["default_member_permissions"]
    needed = 0 if wanted is None else int(wanted) or int(Permission.ADMINISTRATOR)
    if not (permissions.allows(held, needed) if said is None else said):
        raise ClientRefused(f"{user.name} lacks the permissions for `{command['name']}`")


def _said(permits: Sequence[Json], member: Membership, guild_id: int) -> bool | None:
    """What the server's settings say of this member's use of a command; None: nothing.

    The member's own permission goes before that of their roles, and that before everyone's.
    """
    said = {(int(one["type"]), int(one["id"])): bool(one["permission"]) for one in permits}
    own = said.get((PermitKind.USER, member.user.id))
    if own is not None:
        return own
    of_roles = [said[key] for role in member.role_ids if (key := (PermitKind.ROLE, role)) in said]
    return any(of_roles) if of_roles else said.get((PermitKind.ROLE, guild_id))


def is_available(
    world: World, commands: Commands, command: Json, user: User, channel: Channel
) -> bool:
    try:
        check_available(world, commands, command, user, channel)
    except ClientRefused:
        return False
    return True


def find_leaf(command: Json, path: Sequence[str]) -> list[Json]:
    """The chain from the command down to the subcommand that `path` names."""
    chain = [command]
    for name in path:
        options = chain[-1].get("options") or []
        found = [one for one in options if one["name"] == name and one["type"] in NESTING]
        if not found:
            raise ClientRefused(f"`{' '.join(path)}` is no subcommand of `{command['name']}`")
        chain += found
    if any(option["type"] in NESTING for option in chain[-1].get("options") or []):
        raise ClientRefused(f"`{chain[-1]['name']}` needs a subcommand")
    return chain


@dataclass(slots=True)
class OptionInput:
    """Options filled in by a person, and the objects behind the ids in them."""

    world: World
    channel: Channel
    resolved: dict[str, Json] = field(default_factory=dict)

    def fill(
        self, options: Sequence[Json], values: Mapping[str, object], *, focused: str | None = None
    ) -> list[Json]:
        """Raises ClientRefused for what the client would not send. While typing, much is still open."""
        unknown = set(values) - {option["name"] for option in options}
        if unknown:
            raise ClientRefused(f"there is no option {', '.join(sorted(unknown))}")
        filled = []
        for option in options:
            name = option["name"]
            if name == focused:
                typed = {"name": name, "type": option["type"], "value": values.get(name, "")}
                filled.append({**typed, "focused": True})
            elif name in values:
                value = self._value(option, values[name])
                filled.append({"name": name, "type": option["type"], "value": value})
            elif option.get("required") and focused is None:
                raise ClientRefused(f"option `{name}` is required")
        return filled

    def _value(self, option: Json, value: object) -> object:
        kind = OptionType(option["type"])
        fits = _FITTING[kind]
        if not isinstance(value, fits) or (isinstance(value, bool) and bool not in fits):
            raise ClientRefused(f"{value!r} does not fit option `{option['name']}`")
        if isinstance(value, bool):
            return value
        if isinstance(value, str | int | float):
            _check_plain(option, value)
            return value
        if isinstance(value, User | ServerRole | Channel | Upload):
            return self._resolve(value)
        raise TypeError(f"option `{option['name']}` can't hold {value!r}")

    def _resolve(self, value: User | ServerRole | Channel | Upload) -> str:
        if isinstance(value, Upload):
            described = {"description": value.description, "is_spoiler": value.is_spoiler}
            stored = files.store(self.world, self.channel, value, described, is_ephemeral=True)
            self._add("attachments", stored.id, objects.attachment(self.world, stored))
            return str(stored.id)
        if isinstance(value, User):
            self.add_user(value)
        elif isinstance(value, ServerRole):
            self._add_role(value)
        else:
            held = str(access.permissions_in(self.world, self.world.bot, value))
            self._add("channels", value.id, {**objects.channel(value), "permissions": held})
        return str(value.id)

    def add_user(self, user: User) -> None:
        self._add("users", user.id, objects.user(user))
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild is not None and user.id in guild.members:
            held = str(access.permissions_in(self.world, user, self.channel))
            shown = {**objects.member(guild.members[user.id]), "permissions": held}
            self._add("members", user.id, shown)

    def _add_role(self, role: ServerRole) -> None:
        """One that was deleted while the command was being written can't be resolved."""
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild is not None and role.id in guild.roles:
            self._add("roles", role.id, objects.role(role))

    def _add(self, kind: str, thing_id: int, rendered: Json) -> None:
        self.resolved.setdefault(kind, {})[str(thing_id)] = rendered


_FITTING: dict[OptionType, tuple[type, ...]] = {
    OptionType.STRING: (str,),
    OptionType.INTEGER: (int,),
    OptionType.NUMBER: (int, float),
    OptionType.BOOLEAN: (bool,),
    OptionType.USER: (User,),
    OptionType.CHANNEL: (Channel,),
    OptionType.ROLE: (ServerRole,),
    OptionType.MENTIONABLE: (User, ServerRole),
    OptionType.ATTACHMENT: (Upload,),
}


def _check_plain(option: Json, value: str | float) -> None:
    name = option["name"]
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ClientRefused(f"{value!r} is none of the choices of option `{name}`")
    size = len(value) if isinstance(value, str) else value
    lowest, highest = (
        ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    )
    most = option.get(highest) or (_LONGEST_STRING if isinstance(value, str) else size)
    least = option.get(lowest)
    if size > most or (least is not None and size < least):
        raise ClientRefused(f"{value!r} is outside the range of option `{name}`")


def fill_modal(component: Json, values: Mapping[str, str]) -> Json:
    """A modal's component as it is sent back: with what was typed, or what stood in it before."""
    kept: Json = {"type": component["type"], "id": component["id"]}
    if "components" in component:
        return kept | {"components": [fill_modal(one, values) for one in component["components"]]}
    if "component" in component:
        return kept | {"component": fill_modal(component["component"], values)}
    if "custom_id" not in component:
        return kept
    value: Any = values.get(component["custom_id"], component.get("value") or "")
    _check_typed(component, value)
    return kept | {"custom_id": component["custom_id"], "value": value}


def _check_typed(component: Json, value: str) -> None:
    name = component["custom_id"]
    if component.get("required", True) and not value:
        raise ClientRefused(f"field `{name}` is required")
    if len(value) > (component.get("max_length") or 4000):
        raise ClientRefused(f"field `{name}` is too long")
    if value and len(value) < (component.get("min_length") or 0):
        raise ClientRefused(f"field `{name}` is too short")
