"""A page that is open, with its people and without a bot."""

from collections.abc import AsyncIterator

import pytest

from bot.standins.playground.server import Discord
from tests.standins.playground.site.tab import Tab, open_stage, open_tab


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with open_stage() as made:
        yield made


@pytest.fixture
async def tab(discord: Discord) -> AsyncIterator[Tab]:
    async with open_tab(discord.base_url) as opened:
        yield opened
