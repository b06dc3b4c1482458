"""`/quota top`, `report`, `export` and `audit`: what was used, and what moderators changed."""

from io import BytesIO
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.chat.moderation.reports import ExportTooLarge
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limits import Subject, SubjectKind
from bot.core.reports.usage import Report
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.pages import show_audit, show_top
from bot.gateway.commands.quota.dialogs.services import Desk
from bot.gateway.commands.quota.names import names_of
from bot.gateway.commands.quota.options import PERIODS
from bot.gateway.commands.responses import (
    CommandRefused,
    CommandResponse,
    quota_moderator,
    respond,
    respond_deferred,
)

_CHART = "usage.png"
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


def looking_back_commands(desk: Desk) -> tuple[Command, ...]:
    return *_tables(desk), *_files(desk)


def _tables(desk: Desk) -> tuple[Command, ...]:
    @app_commands.command(name="top", description="Who or what has used most")
    @app_commands.describe(by="Users if you don't say", per=_PER_HELP)
    @app_commands.choices(by=_BY, per=PERIODS)
    async def top(interaction: discord.Interaction, by: str = _USER, per: str = _DAY) -> None:
        await respond(
            interaction, show_top(desk, interaction, SubjectKind(by), Period(per), page=0)
        )

    @app_commands.command(name="audit", description="Who changed what, when and why")
    async def audit(interaction: discord.Interaction) -> None:
        await respond(interaction, show_audit(desk, interaction, before_id=None))

    return top, audit


def _files(desk: Desk) -> tuple[Command, ...]:
    @app_commands.command(name="report", description="What was used over time, as a chart")
    @app_commands.describe(by="Users if you don't say", per=_PER_HELP)
    @app_commands.choices(by=_STACKED_BY, per=PERIODS)
    async def report(interaction: discord.Interaction, by: str = _USER, per: str = _MONTH) -> None:
        await respond_deferred(
            interaction, _report(desk, interaction, SubjectKind(by), Period(per))
        )

    @app_commands.command(name="export", description="Every answer of this server as CSV")
    @app_commands.describe(per="A month if you don't say", which="Which of them")
    @app_commands.choices(per=PERIODS, which=_WHICH)
    async def export(
        interaction: discord.Interaction, per: str = _MONTH, which: str = "this"
    ) -> None:
        is_last = which == _LAST
        await respond_deferred(
            interaction, _export(desk, interaction, Period(per), is_last=is_last)
        )

    return report, export


async def _report(
    desk: Desk, interaction: discord.Interaction, by: SubjectKind, period: Period
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    mention = wording.mention_in(moderator.guild_id)
    figures = await desk.reporting.figures(moderator, by, period)
    if not interaction.app_permissions.attach_files:
        text = wording.report_text(figures, name_of=mention)
        return CommandResponse(text=f"{text}\n-# {wording.may_not_attach()}")
    names = await names_of(interaction, _subjects(figures))

    def name_of(subject: Subject) -> str:
        return names.get(subject, wording.subject_plainly(subject))

    report, chart = await desk.reporting.draw(figures, name_of)
    files = []
    if chart is not None:
        alt = wording.report_alt_text(report, name_of=name_of)
        files.append(discord.File(BytesIO(chart), filename=_CHART, description=alt))
    return CommandResponse(text=wording.report_text(report, name_of=mention), files=files)


def _subjects(report: Report) -> list[Subject]:
    return [series.subject for series in report.series if series.subject is not None]


async def _export(
    desk: Desk, interaction: discord.Interaction, period: Period, *, is_last: bool
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    if not interaction.app_permissions.attach_files:
        raise CommandRefused(wording.may_not_attach())
    try:
        export = await desk.reporting.export(moderator, period, previous=is_last)
    except ExportTooLarge as error:
        raise CommandRefused(wording.export_too_large(error.window)) from error
    if not export.rows:
        raise CommandRefused(wording.nothing_to_export())
    file = discord.File(BytesIO(export.content), filename=export.name)
    zone = ZoneInfo(export.zone)
    return CommandResponse(
        text=wording.export_ready(rows=export.rows, window=export.window, zone=zone), files=[file]
    )
