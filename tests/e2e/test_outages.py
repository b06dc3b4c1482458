"""Discord's REST API down, slow, or holding the whole bot back while answers are being written."""

import math
from collections.abc import Callable

import pytest

from bot.standins.playground.rest.faults import Faults
from tests.e2e.conftest import Town, shared_town
from tests.scripted_endpoint import Script

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]
town = shared_town

TEXT = "All of this is said, and said once. " * 8
ANSWERS = 5
FOR_EVER = 100_000  # requests
LASTS = 3.0  # seconds
Plan = Callable[[Faults], object]


def most_tries(seconds: float) -> int:
    """Tries with doubling pauses that fit into a time; the first pauses are half a second."""
    return 2 + int(math.log2(seconds / 0.5))


@pytest.mark.parametrize(
    "plan",
    [
        lambda faults: faults.answer(503, path="/channels/", times=FOR_EVER),
        lambda faults: faults.answer(500, path="/channels/", times=FOR_EVER),
        lambda faults: faults.reset(path="/channels/", times=FOR_EVER),
        lambda faults: faults.limit(0.5, path="/channels/", times=FOR_EVER, is_global=True),
    ],
    ids=["503", "500", "reset", "global limit"],
)
async def test_one_request_tries_for_all_while_discord_takes_none(town: Town, plan: Plan) -> None:
    """Each running answer sent its own refused request in every window."""
    clock, discord = town.discord.world.clock, town.discord
    town.endpoint.play(*[Script(text=TEXT, pace=0.02)] * ANSWERS)
    asked = [await town.ask(town.open_channel(), "tell me all") for _ in range(ANSWERS)]
    for each in asked:
        await town.started(each)
    met, limited = discord.faults.met, discord.count_429

    plan(discord.faults)
    began = clock()
    await town.wait(lambda: clock() - began > LASTS, "the outage has lasted", timeout=60)
    refused, lasted = discord.faults.met - met, clock() - began
    discord.faults.clear()
    answers = [await town.answered(each) for each in asked]

    # Those under way when it began, and those that tried.
    assert refused <= ANSWERS + most_tries(lasted)
    assert answers == [TEXT.strip()] * ANSWERS
    town.planned_429s += discord.count_429 - limited
