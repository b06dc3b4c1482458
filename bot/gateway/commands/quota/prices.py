"""Limits in dollars and models whose price nobody has told."""

from collections.abc import Set as AbstractSet

import discord

from bot.core import wording
from bot.core.quota.limits import Unit
from bot.gateway.commands.caller import place_in
from bot.gateway.commands.quota.dialogs.services import Desk


async def price_remarks(
    desk: Desk, interaction: discord.Interaction, units: AbstractSet[Unit]
) -> list[str]:
    """Under a limit in dollars, a model without a known price answers nobody."""
    if Unit.DOLLARS not in units:
        return []
    offer = (await desk.choosing.explain(place_in(interaction))).choice.offer
    return [wording.price_unknown(offer.name)] if offer.card.rate_card is None else []
