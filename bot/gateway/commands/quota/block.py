"""`/manage block`, `unblock`, `pause` and `resume`: who may not use the bot, and where nobody may."""

from functools import partial

import discord
from discord import app_commands

from bot.core import wording
from bot.core.moderation.preferences import Scope
from bot.core.quota.limits import Subject, SubjectKind
from bot.gateway.commands.caller import SCOPE_CHOICES
from bot.gateway.commands.command_responses import CommandRefused, quota_moderator
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.change import PlannedChange, carry_out
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.options import (
    REASON_HELP,
    UNTIL_HELP,
    Reason,
    instant_suggester,
    read_instant,
)
from bot.gateway.commands.quota.remarks import member_remarks
from bot.gateway.commands.quota.subjects import (
    Who,
    channel_subject,
    server_subject,
    who_subject,
)

_TOLD_HELP = "Kept with the change, and told to those it keeps out"
_WHERE_HELP = "This channel with its threads, or the whole server"
_CHANNEL = Scope.CHANNEL.value


def blocking_commands(services: QuotaServices) -> tuple[Command, ...]:
    return *_blocks(services), *_pauses(services)


def _blocks(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="block", description="Keep a member or a role from using the bot")
    @app_commands.describe(who="A member or a role", until=UNTIL_HELP, reason=_TOLD_HELP)
    @app_commands.autocomplete(until=instant_suggester(services))
    async def block(
        interaction: discord.Interaction, who: Who, until: str | None = None, reason: Reason = ""
    ) -> None:
        async def plan() -> PlannedChange:
            await quota_moderator(interaction)
            subject = who_subject(interaction, who, instead="/manage pause where:the whole server")
            if subject.id == interaction.user.id:
                raise CommandRefused(wording.would_block_yourself())
            asks = subject.kind is SubjectKind.ROLE
            return await _plan(services, interaction, subject, (until, reason), asks=asks, who=who)

        await carry_out(services, interaction, plan)

    @app_commands.command(name="unblock", description="Let a member or a role use the bot again")
    @app_commands.describe(who="A member or a role", reason=REASON_HELP)
    async def unblock(interaction: discord.Interaction, who: Who, reason: Reason = "") -> None:
        async def plan() -> PlannedChange:
            await quota_moderator(interaction)
            subject = who_subject(interaction, who, instead="/manage resume where:the whole server")
            return _plan_lifting(services, subject, reason)

        await carry_out(services, interaction, plan)

    return block, unblock


def _pauses(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="pause", description="Stop all answers in a channel or the server")
    @app_commands.describe(where=_WHERE_HELP, until=UNTIL_HELP, reason=_TOLD_HELP)
    @app_commands.choices(where=SCOPE_CHOICES)
    @app_commands.autocomplete(until=instant_suggester(services))
    async def pause(
        interaction: discord.Interaction,
        where: str = _CHANNEL,
        until: str | None = None,
        reason: Reason = "",
    ) -> None:
        subject = _place(interaction, where)
        plan = partial(_plan, services, interaction, subject, (until, reason), asks=True)
        await carry_out(services, interaction, plan)

    @app_commands.command(name="resume", description="Let answers go on where they are paused")
    @app_commands.describe(where=_WHERE_HELP, reason=REASON_HELP)
    @app_commands.choices(where=SCOPE_CHOICES)
    async def resume(
        interaction: discord.Interaction, where: str = _CHANNEL, reason: Reason = ""
    ) -> None:
        async def plan() -> PlannedChange:
            await quota_moderator(interaction)
            return _plan_lifting(services, _place(interaction, where), reason)

        await carry_out(services, interaction, plan)

    return pause, resume


def _place(interaction: discord.Interaction, where: str) -> Subject:
    if where == _CHANNEL:
        return channel_subject(interaction)
    return server_subject(interaction)


async def _plan(
    services: QuotaServices,
    interaction: discord.Interaction,
    subject: Subject,
    given: tuple[str | None, str],
    *,
    asks: bool,
    who: Who | None = None,
) -> PlannedChange:
    rules = await services.moderation.rules(await quota_moderator(interaction))
    typed, reason = given
    until = (
        None
        if typed is None
        else read_instant(typed, interaction.created_at, rules.zone or services.zone)
    )
    present = next((each for each in rules.blocks if each.subject == subject), None)
    return PlannedChange(
        subject=subject,
        apply=lambda by: services.moderation.block(by, subject, until, reason),
        question=wording.ask_block(subject, present, until, reason=reason) if asks else "",
        remarks=() if who is None else member_remarks(who),
    )


def _plan_lifting(services: QuotaServices, subject: Subject, reason: str) -> PlannedChange:
    return PlannedChange(
        subject=subject,
        apply=lambda by: services.moderation.unblock(by, subject, reason),
        unchanged=wording.not_blocked(subject),
    )
