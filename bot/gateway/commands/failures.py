"""Commands and buttons that fail: their callers get a sentence, the log gets a line."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.core import wording
from bot.core.errors import StoreError, SurfaceError
from bot.gateway.incidents import incident_fields, incident_of
from bot.gateway.replies.acknowledgement import note_arrival, say_privately
from bot.gateway.replies.reply import send

log = logging.getLogger(__name__)

_DISCORDS = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    SurfaceError,
    TimeoutError,
    OSError,
)


class CommandTree(app_commands.CommandTree[discord.Client]):
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whatever is begun here has arrived before; nobody is refused."""
        note_arrival(interaction)
        if interaction.type is discord.InteractionType.autocomplete:
            interaction._cs_response = _Suggestions(interaction)  # type: ignore[attr-defined]
        return True

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        await tell_failure(interaction, error)


class _Suggestions(discord.InteractionResponse[discord.Client]):
    """Those that come too late are of no use, and those of another process are as good."""

    async def autocomplete(self, choices: Sequence[app_commands.Choice[Any]]) -> None:
        with suppress(SurfaceError):
            await send(super().autocomplete(choices))


async def tell_failure(interaction: discord.Interaction, error: Exception) -> None:
    """Log it, and say so to the caller alone, where Discord still takes a response. Never raises."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    incident = incident_of(interaction.id)
    fields = {"command": _name(interaction), **incident_fields(cause, incident)}
    if isinstance(cause, _DISCORDS):
        status = getattr(cause, "status", None)
        log.warning("Discord failed during a command", extra={**fields, "status": status})
    else:
        log.error("a command failed", extra=fields)
    with suppress(SurfaceError, discord.InteractionResponded):
        await send(say_privately(interaction, _sentence(cause, incident)))


def _sentence(cause: Exception, incident: str) -> str:
    if isinstance(cause, StoreError):
        return wording.database_failed(incident=incident)
    return wording.unexpected_error(incident=incident)


def _name(interaction: discord.Interaction) -> str:
    """The command's name, or what the custom id of a button or modal begins with."""
    data: Any = interaction.data or {}
    command = interaction.command
    return command.qualified_name if command else str(data.get("custom_id", "")).partition(":")[0]
