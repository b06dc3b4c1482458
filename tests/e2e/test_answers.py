"""The main job, as people in a server meet it."""

from tests.e2e.conftest import Town
from tests.scripted_endpoint import Script


async def test_mention_becomes_a_streamed_metered_answer(town: Town) -> None:
    town.endpoint.play(Script(text="It is a street at night.", pace=0.02))
    async with town.running():
        asked = await town.alice.say(town.general, f"{town.mention} what do you see?")

        (reply,) = await town.answer_to(asked)

    assert reply.content.startswith("It is a street at night.\n-# scripted · ")
    assert "of today's quota left" in reply.content
    assert not town.discord.pinged
