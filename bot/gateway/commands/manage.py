"""`/manage`: all that only moderators may do. Discord hides it from everybody else.

Who may use it is Discord's decision alone: people with Manage Server, and whomever the server's
settings (Integrations) allow it.
"""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.gateway.commands.caller import MANAGE


def manage_command(
    subcommands: Iterable[app_commands.Command[Any, ..., Any] | app_commands.Group],
) -> app_commands.Group:
    """All answers are seen by the caller alone."""
    group = app_commands.Group(
        name=MANAGE,
        description="For moderators: who may use this bot, how much, and for what",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
    )
    for each in subcommands:
        group.add_command(each)
    return group
