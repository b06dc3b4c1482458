"""One change: at once, or after a question where it touches many people."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord

from bot.chat.moderation.limits import Moderator
from bot.core import wording
from bot.core.moderation.changes import Change
from bot.core.moderation.errors import NotAllowed
from bot.core.quota.limits import Subject
from bot.gateway.commands.quota.dialogs.services import Desk
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

Deed = Callable[[Moderator], Awaitable[Change | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is to be done. `question`: empty where nobody is to be asked first."""

    subject: Subject
    deed: Deed
    question: str = ""
    unchanged: str = ""  # what is said where there was nothing to change
    remarks: Sequence[str] = ()


async def carry_out(
    desk: Desk, interaction: discord.Interaction, planning: Awaitable[Plan]
) -> None:
    """Plan, ask where that is due, do, and say what has changed from what to what."""
    planned: list[Plan] = []

    async def plan() -> CommandResponse:
        made = await planning
        planned.append(made)
        return (
            CommandResponse(text=made.question) if made.question else await _do(interaction, made)
        )

    said = await run_command(interaction, plan())
    if not planned or not planned[0].question:
        await respond(interaction, _ready(said))
        return
    was_there = is_there(interaction.guild, planned[0].subject)
    press = await desk.questions.ask(interaction, said.text)
    if press is not None:
        await respond_by_edit(press, _do_confirmed(press, planned[0], was_there=was_there))


async def _ready(said: CommandResponse) -> CommandResponse:
    return said


async def _do(interaction: discord.Interaction, plan: Plan) -> CommandResponse:
    change = await plan.deed(await quota_moderator(interaction))
    return change_response(change, unchanged=plan.unchanged, remarks=plan.remarks)


async def _do_confirmed(
    press: discord.Interaction, plan: Plan, *, was_there: bool
) -> CommandResponse:
    """Much may have happened while the question was open."""
    if was_there and not is_there(press.guild, plan.subject):
        raise CommandRefused(wording.no_such_subject())
    try:
        return await _do(press, plan)
    except NotAllowed as error:
        raise CommandRefused(wording.not_allowed_any_more()) from error
