"""The buttons of `/quota`. They are found by their custom id, so they outlive a restart."""

from collections.abc import Mapping

import discord

from bot.core import wording
from bot.core.moderation.changes import Change, Matter
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Topic
from bot.gateway.commands.caller import ButtonHandler, moderator_in
from bot.gateway.commands.quota.dialogs.confirmation import CANCEL, CONFIRM
from bot.gateway.commands.quota.dialogs.pages import AUDIT, TOP, turn_audit, turn_top
from bot.gateway.commands.quota.dialogs.services import Desk
from bot.gateway.commands.responses import (
    UNDO,
    CommandRefused,
    CommandResponse,
    change_response,
    respond,
    respond_by_edit,
)


def quota_presses(desk: Desk) -> Mapping[str, ButtonHandler]:
    """What a press does, by what its custom id begins with; it is given the rest."""

    async def undo(interaction: discord.Interaction, key: str) -> None:
        await respond(interaction, _undo(desk, interaction, key))

    async def top(interaction: discord.Interaction, key: str) -> None:
        await respond_by_edit(interaction, turn_top(desk, interaction, key))

    async def audit(interaction: discord.Interaction, key: str) -> None:
        await respond_by_edit(interaction, turn_audit(desk, interaction, key))

    return {
        CONFIRM: desk.questions.confirm,
        CANCEL: desk.questions.cancel,
        UNDO: undo,
        TOP: top,
        AUDIT: audit,
    }


async def _undo(desk: Desk, interaction: discord.Interaction, key: str) -> CommandResponse:
    """What was done can be taken back by whoever may, and that again."""
    number = int(key) if key.isascii() and key.isdigit() else 0
    try:
        command = _command_of(await desk.moderation.find(interaction.guild_id or 0, number))
        change = await desk.moderation.undo(await moderator_in(interaction, command), number)
    except NotAllowed as error:
        raise CommandRefused(wording.not_allowed_any_more()) from error
    return change_response(change, unchanged="")


def _command_of(change: Change | None) -> str:
    """The command that made it: whoever may moderate with that may take it back."""
    if change is None or change.matter is not Matter.PREFERENCE:
        return "quota"
    return "model" if Topic.MODEL in (change.before or change.after or {}) else "settings"
