"""Endpoints that are not to be trusted with the bill, through the whole bot."""

import asyncio
import re

import pytest

from bot.core.models.output_bound import with_margin
from tests.e2e.conftest import FOOTER, PATIENCE, Town
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.proof
RESERVED = 1_500  # tokens


async def test_endpoint_that_streams_for_ever_is_left_at_the_limit(town: Town) -> None:
    """It streamed 74,935 deltas against 19,720 allowed, and all of them were charged."""
    left = asyncio.Event()
    town.set("quota", tokens_per_answer=RESERVED)
    town.endpoint.play(Script(text="and so on " * 50, fault="endless", left=left))

    async with town.running():
        asked = await town.ask(town.open_channel(), "tell me a story")
        pages = await town.answer_to(asked)
        async with asyncio.timeout(PATIENCE):
            await left.wait()
        pages_later = town.later(asked)

    assert pages_later == pages
    footer = pages[-1].content.rpartition(FOOTER)[2]
    assert "limit" in pages[-1].content
    (charged,) = re.findall(r"≈\W?([\d,]+) tokens", footer)
    assert RESERVED < int(charged.replace(",", "")) <= with_margin(RESERVED)
