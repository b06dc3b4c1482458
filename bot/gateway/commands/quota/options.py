"""The options that several commands share: what is suggested, chosen and read."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.core import wording
from bot.core.autocomplete import suggest_amounts, suggest_instants
from bot.core.calendar.instants import NotAnInstant, parse_instant
from bot.core.calendar.periods import Period
from bot.core.errors import StoreError
from bot.core.quota.amounts import parse_amount
from bot.core.quota.limit_changes import LimitSelection
from bot.core.quota.limits import DIRECT, Measure, Unit
from bot.gateway.commands.command_responses import CommandRefused
from bot.gateway.commands.quota.declaration import Option, Suggester
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.replies.acknowledgement import unless_late

AMOUNT_HELP = "50k (tokens), $5, 20 answers, or unlimited"
CAP_HELP = "50k (tokens), $5 or 20 answers"
PER_HELP = "How often it begins anew; a day if you don't say"
REASON_HELP = "Kept with the change"
UNTIL_HELP = "2h, 3d, 1w, 2026-12-24 (its end), or 2026-12-24 18:00"

Choices = list[app_commands.Choice[str]]
Reason = app_commands.Range[str, 0, wording.LONGEST_REASON]
REASON = Option(name="reason", kind=Reason, help=REASON_HELP, default="")
PERIODS = [app_commands.Choice(name=each.row.words.name, value=each.value) for each in Period]
UNITS = [app_commands.Choice(name=unit.value, value=unit.value) for unit in Unit]


async def suggest_limit(_interaction: discord.Interaction, typed: str) -> Choices:
    return _choices(suggest_amounts(typed, may_be_unlimited=True))


async def suggest_cap(_interaction: discord.Interaction, typed: str) -> Choices:
    return _choices(suggest_amounts(typed))


async def suggest_grant(_interaction: discord.Interaction, typed: str) -> Choices:
    return _choices(suggest_amounts(typed, least=1))


def instant_suggester(services: QuotaServices) -> Suggester:
    """Dates are those of the server, as they are when the command is given."""

    async def suggest(interaction: discord.Interaction, typed: str) -> Choices:
        finding = _zone(services, interaction.guild_id or DIRECT)
        zone = await unless_late(interaction, finding, otherwise=services.zone)
        return _choices(suggest_instants(typed, interaction.created_at, ZoneInfo(zone)))

    return suggest


async def _zone(services: QuotaServices, guild_id: int) -> str:
    """The server's own, where the database names it."""
    try:
        return await services.moderation.zone(guild_id) or services.zone
    except StoreError:
        return services.zone


def _choices(offered: Iterable[str]) -> Choices:
    return [app_commands.Choice(name=each, value=each) for each in offered]


def read_limit(typed: str, per: str) -> tuple[Measure, int | None]:
    """Raises NotAnAmount."""
    unit, amount = parse_amount(typed)
    return Measure(unit=unit, period=Period(per)), amount


def read_selection(unit: str | None, per: str | None) -> LimitSelection:
    """The limits that are meant; what is left out stays open."""
    if unit is None:
        return None if per is None else Period(per)
    return Unit(unit) if per is None else Measure(unit=Unit(unit), period=Period(per))


def read_instant(typed: str, now: datetime, zone: str) -> datetime:
    """Raises CommandRefused with the sentence."""
    try:
        return parse_instant(typed, now, ZoneInfo(zone))
    except NotAnInstant as error:
        raise CommandRefused(wording.not_an_instant(error, zone=zone)) from error
