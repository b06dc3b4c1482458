"""The caller of a command: their rights, and the place."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.chat.moderation.limits import Moderator
from bot.core import wording
from bot.core.messages.incoming_message import Place
from bot.core.moderation.preferences import Scope
from bot.gateway.commands.delegation import is_delegate, note_delegate
from bot.gateway.inbound import place_of

MANAGE = "manage"  # the command that Discord shows to moderators alone

ButtonHandler = Callable[
    [discord.Interaction, str], Awaitable[None]
]  # gets the rest of the custom id

# A setting is for the channel or for the whole server.
SCOPE_CHOICES = [
    app_commands.Choice(name=wording.setting_scope(scope), value=scope.value) for scope in Scope
]


class OnlyInServers(Exception):
    """Discord offers subcommands wherever it offers the command itself: in direct messages, too."""


def moderator_of(interaction: discord.Interaction) -> Moderator:
    """By the permissions that Discord sends with this very interaction. Raises OnlyInServers."""
    if interaction.guild_id is None:
        raise OnlyInServers
    return Moderator(
        id=interaction.user.id,
        guild_id=interaction.guild_id,
        may_manage=interaction.permissions.manage_guild
        or is_managing(interaction)
        or is_delegate(interaction),
    )


def is_managing(interaction: discord.Interaction) -> bool:
    """Whether this is a `/manage`: Discord takes it from those alone who may give it."""
    if interaction.type is not discord.InteractionType.application_command:
        return False
    data: Any = interaction.data or {}
    return bool(data.get("name") == MANAGE)


async def moderator_in(interaction: discord.Interaction, command: str) -> Moderator:
    """The same, also where the server's settings let the caller moderate with that command."""
    moderator = moderator_of(interaction)
    if moderator.may_manage:
        return moderator
    client: Any = interaction.client
    await note_delegate(interaction, client.command_ids.get(command))
    return moderator_of(interaction)


def place_in(interaction: discord.Interaction) -> Place:
    """Where a command was given. A thread has the choices of the channel that it hangs under."""
    guild_id = interaction.guild_id or 0
    if interaction.channel is None:
        return Place(guild_id=guild_id, channel_id=interaction.channel_id or 0)
    return place_of(interaction.channel, guild_id)
