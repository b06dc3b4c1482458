"""Remarks under a change or an overview: what a moderator may not expect."""

from collections.abc import Set as AbstractSet

import discord

from bot.core import wording
from bot.core.quota.limit_changes import is_beyond
from bot.core.quota.limits import Limit, Unit
from bot.gateway.commands.caller import place_in
from bot.gateway.commands.quota.dialogs.services import QuotaServices


async def price_remarks(
    services: QuotaServices, interaction: discord.Interaction, units: AbstractSet[Unit]
) -> list[str]:
    """Under a limit in dollars, a model without a known price answers nobody."""
    if Unit.DOLLARS not in units:
        return []
    offer = (await services.choosing.explain(place_in(interaction))).choice.offer
    return [wording.price_unknown(offer.name)] if offer.card.rate_card is None else []


def ceiling_remarks(ceiling: Limit | None, unit: Unit, amount: int | None) -> list[str]:
    """The operator's ceiling binds, whatever a moderator sets. `amount` None: unlimited."""
    if ceiling is None or not is_beyond(amount, unit, ceiling):
        return []
    return [wording.ceiling_binds(ceiling)]


def member_remarks(user: discord.abc.Snowflake) -> list[str]:
    """Discord sends no membership of those who have left."""
    return [wording.has_left(user.id)] if isinstance(user, discord.User) else []
