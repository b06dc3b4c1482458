"""Commands and buttons that fail: their callers get a sentence, the log gets a line."""

import logging
from contextlib import suppress
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.core import wording
from bot.core.errors import StoreError, SurfaceError
from bot.gateway.incidents import incident_fields, incident_of
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
    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        await tell_failure(interaction, error)


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
        await send(_say(interaction, _sentence(cause, incident)))


def _sentence(cause: Exception, incident: str) -> str:
    if isinstance(cause, StoreError):
        return wording.store_error(incident=incident)
    return wording.unexpected_error(incident=incident)


async def _say(interaction: discord.Interaction, sentence: str) -> None:
    """A deferral has fixed who sees the answer: what takes its place is seen by the same."""
    response = interaction.response
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(content=sentence, view=None, attachments=[])
    elif response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await response.send_message(sentence, ephemeral=True)


def _name(interaction: discord.Interaction) -> str:
    """The command's name, or what the custom id of a button or modal begins with."""
    data: Any = interaction.data or {}
    command = interaction.command
    return command.qualified_name if command else str(data.get("custom_id", "")).partition(":")[0]
