"""`/manage`: all that only moderators may do. Discord hides it from everybody else.

Who may use it is Discord's decision alone: people with Manage Server, and whomever the server's
settings (Integrations) allow it.
"""

import logging
from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.core.errors import StoreError, SurfaceError
from bot.core.moderation.delegates import ModeratorCommand
from bot.gateway.commands.caller import delegation_of
from bot.gateway.commands.command_responses import NO_MENTIONS
from bot.gateway.replies.reply import ask

log = logging.getLogger(__name__)

_TELLING = frozenset({ModeratorCommand.MANAGE, ModeratorCommand.QUOTA})


def manage_command(
    subcommands: Iterable[app_commands.Command[Any, ..., Any] | app_commands.Group],
) -> app_commands.Group:
    """All answers are seen by the caller alone."""
    group = app_commands.Group(
        name=ModeratorCommand.MANAGE.value,
        description="For moderators: who may use this bot, how much, and for what",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    for each in subcommands:
        group.add_command(each)
    return group


async def tell_moderator(interaction: discord.Interaction, command: str) -> None:
    """Beside the answer to a command: whom else the server has to allow `/manage`, once said."""
    may_decide = interaction.guild_id is not None and interaction.permissions.manage_guild
    if command not in _TELLING or not may_decide:
        return
    try:
        text = await delegation_of(interaction).claim_notice(interaction.guild_id or 0)
        if text is not None:
            send = interaction.followup.send
            await ask(send(text, ephemeral=True, allowed_mentions=NO_MENTIONS, wait=True))
    except (StoreError, SurfaceError) as error:
        log.warning("a moderator could not be told", extra={"reason": type(error).__name__})
