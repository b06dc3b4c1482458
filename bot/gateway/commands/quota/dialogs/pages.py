"""Tables of several pages: which page a button leads to stands in its custom id."""

import discord

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.numbers import read_number
from bot.core.quota.limits import SubjectKind
from bot.gateway.commands.command_responses import (
    Button,
    CommandRefused,
    CommandResponse,
    quota_moderator,
)
from bot.gateway.commands.quota.dialogs.services import QuotaServices

TOP, AUDIT = "quota-top", "quota-audit"
NEWEST = "newest"  # in the place of a change's id
_AUDIT_SIZE = 5  # changes of a page
_LAST_PAGE = 1_000_000  # of any ranking


async def show_top(
    services: QuotaServices,
    interaction: discord.Interaction,
    by: SubjectKind,
    period: Period,
    *,
    page: int,
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    top = await services.reporting.top(moderator, by, period, page=page)
    buttons = []
    if top.page > 0:
        buttons.append(_turn(wording.PREVIOUS_LABEL, by, period, top.page - 1))
    if top.page + 1 < top.pages:
        buttons.append(_turn(wording.NEXT_LABEL, by, period, top.page + 1))
    text = wording.top_text(top, name_of=wording.mention_in(moderator.guild_id))
    return CommandResponse(text=text, buttons=buttons)


def _turn(label: str, by: SubjectKind, period: Period, page: int) -> Button:
    return Button(label=label, custom_id=f"{TOP}:{by.value}:{period.value}:{page}")


async def turn_top(
    services: QuotaServices, interaction: discord.Interaction, key: str
) -> CommandResponse:
    by, _, rest = key.partition(":")
    per, _, page = rest.partition(":")
    try:
        subject, period = SubjectKind(by), Period(per)
    except ValueError as error:
        raise CommandRefused(wording.no_such_page()) from error
    number = read_number(page)
    if number is None or number > _LAST_PAGE:
        raise CommandRefused(wording.no_such_page())
    return await show_top(services, interaction, subject, period, page=number)


async def show_audit(
    services: QuotaServices, interaction: discord.Interaction, *, before_id: int | None
) -> CommandResponse:
    """`before_id`: the change above the page; None: the newest."""
    moderator = await quota_moderator(interaction)
    found = await services.moderation.audit(moderator, before_id=before_id, size=_AUDIT_SIZE + 1)
    is_newest = before_id is None
    size = min(_AUDIT_SIZE, wording.audit_fitting(found, is_newest=is_newest))
    page, more = found[:size], found[size:]
    buttons = []
    if not is_newest:
        buttons.append(Button(label=wording.NEWEST_LABEL, custom_id=f"{AUDIT}:{NEWEST}"))
    if more:
        buttons.append(Button(label=wording.OLDER_LABEL, custom_id=f"{AUDIT}:{page[-1].id}"))
    return CommandResponse(text=wording.audit_page(page, is_newest=is_newest), buttons=buttons)


async def turn_audit(
    services: QuotaServices, interaction: discord.Interaction, key: str
) -> CommandResponse:
    before_id = read_number(key)
    if before_id is None and key != NEWEST:
        raise CommandRefused(wording.no_such_page())
    return await show_audit(services, interaction, before_id=before_id)
