"""`/manage grant` and `/manage reset`: more for somebody, once."""

from functools import partial

import discord
from discord import app_commands

from bot.core import wording
from bot.core.quota.amounts import parse_amount
from bot.core.quota.limits import SubjectKind
from bot.gateway.commands.command_responses import CommandRefused, quota_moderator
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.change import PlannedChange, carry_out
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.options import (
    CAP_HELP,
    REASON_HELP,
    UNTIL_HELP,
    Reason,
    instant_suggester,
    read_instant,
    suggest_grant,
)
from bot.gateway.commands.quota.remarks import ceiling_remarks, member_remarks
from bot.gateway.commands.quota.subjects import Who, user_subject, who_subject


def granting_commands(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="grant", description="Give a member, or each of a role, more, once")
    @app_commands.describe(
        who="A member or a role", amount=CAP_HELP, until=UNTIL_HELP, reason=REASON_HELP
    )
    @app_commands.autocomplete(amount=suggest_grant, until=instant_suggester(services))
    async def grant(
        interaction: discord.Interaction, who: Who, amount: str, until: str, reason: Reason = ""
    ) -> None:
        await carry_out(
            services,
            interaction,
            partial(_plan, services, interaction, who, (amount, until), reason),
        )

    @app_commands.command(name="reset", description="Forgive a member what they have used today")
    @app_commands.describe(user="Whom", reason=REASON_HELP)
    async def reset(
        interaction: discord.Interaction, user: discord.User, reason: Reason = ""
    ) -> None:
        async def plan() -> PlannedChange:
            await quota_moderator(interaction)
            subject = user_subject(interaction, user)
            return PlannedChange(
                subject=subject,
                apply=lambda by: services.moderation.reset(by, subject.id, reason),
                unchanged=wording.nothing_to_reset(subject.id),
            )

        await carry_out(services, interaction, plan)

    return grant, reset


async def _plan(
    services: QuotaServices,
    interaction: discord.Interaction,
    who: Who,
    typed: tuple[str, str],
    reason: str,
) -> PlannedChange:
    rules = await services.moderation.rules(await quota_moderator(interaction))
    subject = who_subject(interaction, who, instead="/manage set everyone")
    unit, amount = parse_amount(typed[0])
    if not amount:
        raise CommandRefused(wording.grant_without_amount())
    expires_at = read_instant(typed[1], interaction.created_at, rules.zone or services.zone)
    beyond = ceiling_remarks(rules.ceiling, unit, amount)
    question = wording.ask_grant(subject, unit, amount, expires_at, reason=reason)
    return PlannedChange(
        subject=subject,
        apply=lambda by: services.moderation.grant(by, subject, unit, amount, expires_at, reason),
        question=question if subject.kind is SubjectKind.ROLE else "",
        remarks=[wording.grant_helps(unit), *member_remarks(who), *beyond],
    )
