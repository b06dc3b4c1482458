"""The buttons of `/manage`. They are found by their custom id, so they outlive a restart."""

from collections.abc import Mapping
from functools import partial

import discord

from bot.core import wording
from bot.core.moderation.changes import Change, Matter
from bot.core.moderation.delegates import ModeratorCommand
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Topic
from bot.core.numbers import read_number
from bot.gateway.commands.caller import ButtonHandler, moderator_in
from bot.gateway.commands.command_responses import (
    UNDO,
    CommandRefused,
    CommandResponse,
    change_response,
    respond,
    respond_by_edit,
)
from bot.gateway.commands.quota.dialogs.confirmation import CANCEL, CONFIRM
from bot.gateway.commands.quota.dialogs.pages import AUDIT, TOP, turn_audit, turn_top
from bot.gateway.commands.quota.dialogs.services import QuotaServices


def quota_presses(services: QuotaServices) -> Mapping[str, ButtonHandler]:
    """Handlers of presses, by what a custom id begins with; they are given the rest."""

    async def undo(interaction: discord.Interaction, key: str) -> None:
        await respond(interaction, partial(_undo, services, interaction, key))

    async def top(interaction: discord.Interaction, key: str) -> None:
        await respond_by_edit(interaction, partial(turn_top, services, interaction, key))

    async def audit(interaction: discord.Interaction, key: str) -> None:
        await respond_by_edit(interaction, partial(turn_audit, services, interaction, key))

    return {
        CONFIRM: services.questions.confirm,
        CANCEL: services.questions.cancel,
        UNDO: undo,
        TOP: top,
        AUDIT: audit,
    }


async def _undo(
    services: QuotaServices, interaction: discord.Interaction, key: str
) -> CommandResponse:
    """A change can be taken back by whoever may, and that again."""
    number = read_number(key) or 0
    try:
        command = _command_of(await services.moderation.find(interaction.guild_id or 0, number))
        change = await services.moderation.undo(await moderator_in(interaction, command), number)
    except NotAllowed as error:
        raise CommandRefused(wording.not_allowed_any_more()) from error
    return change_response(change, unchanged="")


def _command_of(change: Change | None) -> ModeratorCommand:
    """The command that it belonged to before there was `/manage`."""
    if change is None or change.matter is not Matter.PREFERENCE:
        return ModeratorCommand.QUOTA
    is_of_model = Topic.MODEL in (change.before or change.after or {})
    return ModeratorCommand.MODEL if is_of_model else ModeratorCommand.SETTINGS
