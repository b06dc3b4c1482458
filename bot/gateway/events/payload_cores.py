"""What the payloads that matter can't do without, and trials of whether discord.py can read them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import discord
from discord import app_commands
from discord.app_commands.namespace import Namespace

from bot.gateway.events.readable_payload import AS_GIVEN, Core

Parse = Callable[[Any], None]

_LARGEST_UPLOAD = 10 * 2**20  # bytes, where Discord does not say more
_TEXT_CHANNEL = 0
_COMMANDS = frozenset({2, 4})  # kinds of interaction: a command, and its autocompletion
_SLASH = 1  # kind of command

_USER = Core(
    fields={
        "id": AS_GIVEN,
        "bot": AS_GIVEN,
        "username": "unknown",
        "discriminator": "0",
        "avatar": None,
    }
)
_AUTHORS_MEMBER = Core(fields={"roles": [], "flags": 0})
_ORIGINAL = Core(
    fields={
        "id": AS_GIVEN,
        "channel_id": AS_GIVEN,
        "guild_id": AS_GIVEN,
        "webhook_id": AS_GIVEN,
        "author": AS_GIVEN,
        "content": "",
        "type": 0,
    },
    first=("message_reference",),  # without it, a referenced message is not even looked at
    nested=MappingProxyType({"author": _USER, "member": _AUTHORS_MEMBER}),
)
MESSAGE = replace(
    _ORIGINAL, nested=MappingProxyType({**_ORIGINAL.nested, "referenced_message": _ORIGINAL})
)
_CALLER = Core(
    fields={"user": AS_GIVEN, "permissions": "0", "roles": [], "flags": 0},  # may do the least
    nested=MappingProxyType({"user": _USER}),
)
_CHANNEL = Core(fields={"id": AS_GIVEN, "type": _TEXT_CHANNEL, "name": "", "position": 0})
INTERACTION = Core(
    fields={
        "id": AS_GIVEN,
        "application_id": AS_GIVEN,
        "type": AS_GIVEN,
        "token": AS_GIVEN,
        "guild_id": AS_GIVEN,
        "member": AS_GIVEN,
        "user": AS_GIVEN,
        "data": AS_GIVEN,
        "channel": AS_GIVEN,
        "version": 1,
        "attachment_size_limit": _LARGEST_UPLOAD,
    },
    nested=MappingProxyType(
        {"member": _CALLER, "user": _USER, "channel": _CHANNEL, "message": MESSAGE}
    ),
)
GUILD = Core(fields={"id": AS_GIVEN, "unavailable": AS_GIVEN})
READY = Core(
    fields={"user": AS_GIVEN, "shard": AS_GIVEN, "session_id": AS_GIVEN, "guilds": []},
    nested=MappingProxyType({"user": _USER}),
)


def try_message(state: Any, check: Callable[[discord.Message], object]) -> Parse:
    def try_out(data: Any) -> None:
        channel, _ = state._get_guild_channel(data)
        check(discord.Message(state=state, channel=channel, data=data))

    return try_out


def try_interaction(state: Any) -> Parse:
    """Discord adds kinds of channels; a setting for a channel needs to know which one is meant."""

    def try_out(data: Any) -> None:
        interaction: Any = discord.Interaction(data=data, state=state)
        if not isinstance(interaction.user, discord.User | discord.Member):
            raise TypeError("nobody gave this command")
        if interaction.channel is None and data.get("channel") is not None:
            raise TypeError("a channel of no known kind")
        if data["type"] in _COMMANDS:
            _try_options(state._command_tree, interaction)

    return try_out


def _try_options(tree: Any, interaction: discord.Interaction) -> None:
    """What discord.py reads in a task of its own, where an error is lost."""
    data: Any = interaction.data
    if tree is not None and data.get("type", _SLASH) == _SLASH:
        with suppress(app_commands.AppCommandError):  # that one is told to the command tree
            _, options = tree._get_app_command_options(data)
            Namespace(interaction, data.get("resolved", {}), options)


def try_guild(state: Any) -> Parse:
    def try_out(data: Any) -> None:
        guild = discord.Guild(state=state, data=data)
        if not all(isinstance(role.name, str) for role in guild.roles):
            raise TypeError("a role without a name")

    return try_out


def try_ready(state: Any) -> Parse:
    def try_out(data: Any) -> None:
        discord.ClientUser(state=state, data=data["user"])
        int(data["shard"][0])
        for guild in data["guilds"]:
            discord.Guild(state=state, data=guild)
        if "application" in data:
            int(data["application"]["id"])
            int(data["application"]["flags"])

    return try_out


def with_channel(interaction: Any) -> Any:
    """discord.py looks for the channel's id in an object that may be missing, or null."""
    if not isinstance(interaction, dict):
        return interaction
    channel, channel_id = interaction.get("channel") or {}, interaction.get("channel_id")
    if not isinstance(channel, dict) or channel.get("id") is not None:
        return interaction
    if channel_id is None:
        return {name: value for name, value in interaction.items() if name != "channel"}
    stub = {"type": _TEXT_CHANNEL, "name": "", "position": 0}
    return {**interaction, "channel": {**stub, **channel, "id": channel_id}}
