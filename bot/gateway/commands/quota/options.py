"""The options that several commands share: what is suggested, chosen and read."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.core import wording
from bot.core.amounts import parse_amount
from bot.core.instants import NotAnInstant, parse_instant
from bot.core.limiting import Which
from bot.core.limits import Measure, Unit
from bot.core.windows import Period
from bot.gateway.commands.said import NotDone

AMOUNT_HELP = "50k (tokens), $5, 20 answers, or unlimited"
CAP_HELP = "50k (tokens), $5 or 20 answers"
PER_HELP = "How often it begins anew; a day if you don't say"
REASON_HELP = "Kept with the change"
UNTIL_HELP = "2h, 3d, 1w, 2026-12-24 (its end), or 2026-12-24 18:00"

Reason = app_commands.Range[str, 0, wording.LONGEST_REASON]
PERIODS = [app_commands.Choice(name=period.value, value=period.value) for period in Period]
UNITS = [app_commands.Choice(name=unit.value, value=unit.value) for unit in Unit]

_AMOUNTS = ("10k", "50k", "100k", "500k", "1m", "$1", "$5", "$20", "20 answers", "100 answers")
_INSTANTS = ("1h", "6h", "1d", "3d", "1w", "4w")


async def suggest_amount(
    _interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Usual amounts; anything else may be typed."""
    return _beginning(typed, (*_AMOUNTS, "unlimited"))


async def suggest_cap(
    _interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    return _beginning(typed, _AMOUNTS)


async def suggest_instant(
    _interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    return _beginning(typed, _INSTANTS)


def _beginning(typed: str, offered: tuple[str, ...]) -> list[app_commands.Choice[str]]:
    start = typed.strip().lower()
    return [
        app_commands.Choice(name=each, value=each) for each in offered if each.startswith(start)
    ]


def read_limit(typed: str, per: str) -> tuple[Measure, int | None]:
    """Raises NotAnAmount."""
    unit, amount = parse_amount(typed)
    return Measure(unit=unit, period=Period(per)), amount


def read_which(unit: str | None, per: str | None) -> Which:
    """The limits that are meant; what is not said leaves it open."""
    if unit is None:
        return None if per is None else Period(per)
    return Unit(unit) if per is None else Measure(unit=Unit(unit), period=Period(per))


def read_instant(typed: str, now: datetime, zone: str) -> datetime:
    """Raises NotDone with the sentence."""
    try:
        return parse_instant(typed, now, ZoneInfo(zone))
    except NotAnInstant as error:
        raise NotDone(wording.not_an_instant(error, zone=zone)) from error


Command = app_commands.Command[Any, ..., None]
