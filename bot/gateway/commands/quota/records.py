"""`/manage top`, `report`, `export` and `audit`: what was used, and what moderators changed."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from io import BytesIO
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.chat.moderation.reports import ExportTooLarge
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limits import Subject, SubjectKind
from bot.core.reports.usage import Report
from bot.gateway.commands.command_responses import (
    CommandRefused,
    CommandResponse,
    quota_moderator,
    respond,
    respond_deferred,
)
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.pages import show_audit, show_top
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.options import PERIODS

_CHART = "usage.png"
_PATIENCE = 5.0  # seconds for all names; a chart without one shows a number
_LAST = "last"
_BY = [
    app_commands.Choice(name=kind.value, value=kind.value)
    for kind in (SubjectKind.USER, SubjectKind.ROLE, SubjectKind.CHANNEL)
]
_STACKED_BY = _BY[:2]
_WHICH = [
    app_commands.Choice(name="this one, until now", value="this"),
    app_commands.Choice(name="the one before", value=_LAST),
]
_USER, _DAY, _MONTH = SubjectKind.USER.value, Period.DAY.value, Period.MONTH.value
_PER_HELP = f"The present {wording.either(each.row.words.name for each in Period)}"


def record_commands(services: QuotaServices) -> tuple[Command, ...]:
    return *_tables(services), *_files(services)


def _tables(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="top", description="Who or what has used most")
    @app_commands.describe(by="Users if you don't say", per=_PER_HELP)
    @app_commands.choices(by=_BY, per=PERIODS)
    async def top(interaction: discord.Interaction, by: str = _USER, per: str = _DAY) -> None:
        await respond(
            interaction,
            partial(show_top, services, interaction, SubjectKind(by), Period(per), page=0),
        )

    @app_commands.command(name="audit", description="Who changed what, when and why")
    async def audit(interaction: discord.Interaction) -> None:
        await respond(interaction, partial(show_audit, services, interaction, before_id=None))

    return top, audit


def _files(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="report", description="What was used over time, as a chart")
    @app_commands.describe(by="Users if you don't say", per=_PER_HELP)
    @app_commands.choices(by=_STACKED_BY, per=PERIODS)
    async def report(interaction: discord.Interaction, by: str = _USER, per: str = _MONTH) -> None:
        await respond_deferred(
            interaction, partial(_report, services, interaction, SubjectKind(by), Period(per))
        )

    @app_commands.command(name="export", description="Every answer of this server as CSV")
    @app_commands.describe(per="A month if you don't say", which="Which of them")
    @app_commands.choices(per=PERIODS, which=_WHICH)
    async def export(
        interaction: discord.Interaction, per: str = _MONTH, which: str = "this"
    ) -> None:
        is_last = which == _LAST
        await respond_deferred(
            interaction, partial(_export, services, interaction, Period(per), is_last=is_last)
        )

    return report, export


async def _report(
    services: QuotaServices, interaction: discord.Interaction, by: SubjectKind, period: Period
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    mention = wording.mention_in(moderator.guild_id)
    figures = await services.reporting.figures(moderator, by, period)
    if not interaction.app_permissions.attach_files:
        text = wording.report_text(figures, name_of=mention)
        return CommandResponse(text=f"{text}\n-# {wording.may_not_attach()}")
    names = await _names_of(interaction, _subjects(figures))

    def name_of(subject: Subject) -> str:
        return names.get(subject, wording.subject_plainly(subject))

    report, chart = await services.reporting.draw(figures, name_of)
    files = []
    if chart is not None:
        alt = wording.report_alt_text(report, name_of=name_of)
        files.append(discord.File(BytesIO(chart), filename=_CHART, description=alt))
    return CommandResponse(text=wording.report_text(report, name_of=mention), files=files)


def _subjects(report: Report) -> list[Subject]:
    return [series.subject for series in report.series if series.subject is not None]


async def _export(
    services: QuotaServices, interaction: discord.Interaction, period: Period, *, is_last: bool
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    if not interaction.app_permissions.attach_files:
        raise CommandRefused(wording.may_not_attach())
    try:
        export = await services.reporting.export(moderator, period, previous=is_last)
    except ExportTooLarge as error:
        raise CommandRefused(wording.export_too_large(error.window)) from error
    if not export.rows:
        raise CommandRefused(wording.nothing_to_export())
    file = discord.File(BytesIO(export.content), filename=export.name)
    zone = ZoneInfo(export.zone)
    return CommandResponse(
        text=wording.export_ready(rows=export.rows, window=export.window, zone=zone), files=[file]
    )


async def _names_of(
    interaction: discord.Interaction, subjects: Iterable[Subject]
) -> Mapping[Subject, str]:
    """Names for a chart, where Discord shows no mentions. Members are not cached: Discord is asked."""
    guild = interaction.guild
    names: dict[Subject, str] = {}
    if guild is None:
        return names
    try:
        async with asyncio.timeout(_PATIENCE):
            for subject in subjects:
                if (name := await _name(guild, subject)) is not None:
                    names[subject] = name
    except TimeoutError:
        pass
    return names


async def _name(guild: discord.Guild, subject: Subject) -> str | None:
    match subject.kind:
        case SubjectKind.USER:
            return await _member_name(guild, subject.id)
        case SubjectKind.ROLE:
            role = guild.get_role(subject.id)
            if role is None:
                return None
            return wording.members_without_role() if role.is_default() else role.name
        case _:
            return None


async def _member_name(guild: discord.Guild, user_id: int) -> str | None:
    try:
        return (await guild.fetch_member(user_id)).display_name
    except discord.HTTPException:  # they have left
        return None
