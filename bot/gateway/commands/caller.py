"""The caller of a command: their rights, and the place."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.chat.moderation.delegation import Delegation
from bot.chat.moderation.limits import Moderator
from bot.core import wording
from bot.core.messages.incoming_message import Place
from bot.core.moderation.delegates import ModeratorCommand
from bot.core.moderation.preferences import Scope
from bot.core.quota.limits import Requester
from bot.gateway.inbound import author_of, place_of

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
        may_manage=interaction.permissions.manage_guild or is_managing(interaction),
    )


def is_managing(interaction: discord.Interaction) -> bool:
    """Whether this is a `/manage`: Discord takes it from those alone who may give it.

    Not so where somebody has added the app to their account: servers decide about their own apps.
    """
    if interaction.type is not discord.InteractionType.application_command:
        return False
    if not interaction.is_guild_integration():
        return False
    data: Any = interaction.data or {}
    return bool(data.get("name") == ModeratorCommand.MANAGE)


async def moderator_in(interaction: discord.Interaction, command: ModeratorCommand) -> Moderator:
    """The same, also where the server's settings let the caller moderate, as far as that is known.

    Never asks Discord. Raises OnlyInServers and StoreError.
    """
    moderator, delegation = moderator_of(interaction), delegation_of(interaction)
    if is_managing(interaction) and not interaction.permissions.manage_guild:
        delegation.note_use(moderator.guild_id, moderator.id)
    if moderator.may_manage:
        return moderator
    may = await delegation.may_moderate(requester_for(interaction, interaction.user), command)
    return replace(moderator, may_manage=may)


def delegation_of(interaction: discord.Interaction) -> Delegation:
    client: Any = interaction.client
    delegation: Delegation = client.delegation
    return delegation


def requester_for(
    interaction: discord.Interaction, user: discord.Member | discord.User
) -> Requester:
    """Somebody, as if they asked the bot where the command was given."""
    return Requester.at(place_in(interaction), user.id, author_of(user).role_ids)


def place_in(interaction: discord.Interaction) -> Place:
    """Where a command was given. A thread has the choices of the channel that it hangs under."""
    guild_id = interaction.guild_id or 0
    if interaction.channel is None:
        return Place(guild_id=guild_id, channel_id=interaction.channel_id or 0)
    return place_of(interaction.channel, guild_id)
