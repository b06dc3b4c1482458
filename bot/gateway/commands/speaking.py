"""Who gives a command, and the answer that only they see."""

import logging
from collections.abc import Awaitable

import discord

from bot.chat.moderation import Moderator
from bot.core import wording
from bot.core.errors import StoreError

log = logging.getLogger(__name__)


class OnlyInServers(Exception):
    """Discord offers subcommands wherever it offers the command itself: in direct messages, too."""


def moderator_of(interaction: discord.Interaction) -> Moderator:
    """By the permissions that Discord sends with this very interaction. Raises OnlyInServers."""
    if interaction.guild_id is None:
        raise OnlyInServers
    return Moderator(
        id=interaction.user.id,
        guild_id=interaction.guild_id,
        may_manage=interaction.permissions.manage_guild,
    )


async def say(interaction: discord.Interaction, answer: Awaitable[str]) -> None:
    """Show the answer to the caller alone, also where it is given in the wrong place or not at all."""
    try:
        text = await answer
    except OnlyInServers:
        text = wording.only_in_a_server()
    except StoreError:
        incident = f"{interaction.id % 0xFFFFFF:06x}"
        log.exception("the database failed", extra={"incident": incident})
        text = wording.store_error(incident=incident)
    await interaction.response.send_message(
        text, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
    )
