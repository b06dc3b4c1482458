"""Waiting that ends."""

import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel


async def test_condition_that_never_holds_times_out(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    question = await alice.say(channel, "anyone?")

    with pytest.raises(TimeoutError):
        await playground.reply_to(question, timeout=0.1)
