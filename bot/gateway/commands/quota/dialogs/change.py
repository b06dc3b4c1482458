"""One change: at once, or after a question where it touches many people."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import discord

from bot.chat.moderation.limits import Moderator
from bot.core import wording
from bot.core.moderation.changes import Change
from bot.core.moderation.errors import NotAllowed
from bot.core.quota.limits import Subject
from bot.gateway.commands.command_responses import (
    CommandRefused,
    CommandResponse,
    change_response,
    plan_in_time,
    quota_moderator,
    respond,
    respond_by_edit,
    send_response,
)
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.subjects import is_there

ApplyChange = Callable[[Moderator], Awaitable[Change | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChange:
    """A change to be made. `question`: empty where nobody is to be asked first."""

    subject: Subject
    apply: ApplyChange
    question: str = ""
    unchanged: str = ""  # for where there was nothing to change
    remarks: Sequence[str] = ()


async def carry_out(
    services: QuotaServices,
    interaction: discord.Interaction,
    plan: Callable[[], Awaitable[PlannedChange]],
) -> None:
    """Plan, ask where that is due, do, and say what has changed from what to what."""
    planned = await plan_in_time(interaction, plan)
    if isinstance(planned, CommandResponse):  # refused
        await send_response(interaction, planned)
    elif planned.question:
        await _apply_if_confirmed(services, interaction, planned)
    else:
        await respond(interaction, partial(_apply, interaction, planned))


async def _apply_if_confirmed(
    services: QuotaServices, interaction: discord.Interaction, planned: PlannedChange
) -> None:
    was_there = is_there(interaction.guild, planned.subject)
    press = await services.questions.ask(interaction, planned.question)
    if press is not None:
        apply = partial(_apply_confirmed, press, planned, was_there=was_there)
        await respond_by_edit(press, apply)


async def _apply(interaction: discord.Interaction, planned: PlannedChange) -> CommandResponse:
    change = await planned.apply(await quota_moderator(interaction))
    return change_response(change, unchanged=planned.unchanged, remarks=planned.remarks)


async def _apply_confirmed(
    press: discord.Interaction, planned: PlannedChange, *, was_there: bool
) -> CommandResponse:
    """Much may have happened while the question was open."""
    if was_there and not is_there(press.guild, planned.subject):
        raise CommandRefused(wording.no_such_subject())
    try:
        return await _apply(press, planned)
    except NotAllowed as error:
        raise CommandRefused(wording.not_allowed_any_more()) from error
