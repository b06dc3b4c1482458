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
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.subjects import is_there
from bot.gateway.commands.responses import (
    CommandRefused,
    CommandResponse,
    change_response,
    quota_moderator,
    respond,
    respond_by_edit,
    run_command,
)

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
    planning: Callable[[], Awaitable[PlannedChange]],
) -> None:
    """Plan, ask where that is due, do, and say what has changed from what to what."""
    planned: list[PlannedChange] = []

    async def plan() -> CommandResponse:
        made = await planning()
        planned.append(made)
        return (
            CommandResponse(text=made.question)
            if made.question
            else await _apply(interaction, made)
        )

    response = await run_command(interaction, plan)
    if not planned or not planned[0].question:
        await respond(interaction, partial(_ready, response))
        return
    was_there = is_there(interaction.guild, planned[0].subject)
    press = await services.questions.ask(interaction, response.text)
    if press is not None:
        await respond_by_edit(
            press, partial(_apply_confirmed, press, planned[0], was_there=was_there)
        )


async def _ready(response: CommandResponse) -> CommandResponse:
    return response


async def _apply(interaction: discord.Interaction, plan: PlannedChange) -> CommandResponse:
    change = await plan.apply(await quota_moderator(interaction))
    return change_response(change, unchanged=plan.unchanged, remarks=plan.remarks)


async def _apply_confirmed(
    press: discord.Interaction, plan: PlannedChange, *, was_there: bool
) -> CommandResponse:
    """Much may have happened while the question was open."""
    if was_there and not is_there(press.guild, plan.subject):
        raise CommandRefused(wording.no_such_subject())
    try:
        return await _apply(press, plan)
    except NotAllowed as error:
        raise CommandRefused(wording.not_allowed_any_more()) from error
