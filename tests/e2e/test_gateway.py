"""Discord's event stream breaks off and comes back, while people go on asking."""

from collections.abc import Callable

import pytest

from bot.playground.gateway import Gateway
from tests.e2e.conftest import Town, shared_town
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

TEXT = "Whatever happens, I go on. " * 8


@pytest.mark.parametrize(
    "trouble",
    [
        lambda gateway: gateway.ask_to_reconnect(),
        lambda gateway: gateway.invalidate(resumable=True),
        lambda gateway: gateway.drop(),
        lambda gateway: gateway.drop(4000),
    ],
    ids=["asked to reconnect", "session may be resumed", "torn down", "closed"],
)
async def test_answer_goes_on_and_what_was_said_meanwhile_is_answered_once(
    town: Town, trouble: Callable[[Gateway], None]
) -> None:
    gateway = town.discord.gateway
    resumed = gateway.resumed
    town.endpoint.play(Script(text=TEXT, pace=0.01))
    asked = await town.ask(town.open_channel(), "go on")
    await town.started(asked)

    trouble(gateway)
    await town.wait(lambda: not gateway.connected_shards, "the connection is lost")
    meanwhile = await town.ask(town.open_channel(), "did you hear me?")

    assert await town.answered(asked) == TEXT.strip()
    await town.answered(meanwhile)
    await town.wait(lambda: gateway.resumed > resumed, "the session is resumed")
    later = await town.ask(town.open_channel(), "all well again?")
    await town.answered(later)
    for one in (asked, meanwhile, later):
        assert len(town.later(one)) == 1


async def test_answer_goes_on_though_the_session_is_lost_and_a_new_one_begins(town: Town) -> None:
    gateway = town.discord.gateway
    begun = len(gateway.identified)
    town.endpoint.play(Script(text=TEXT, pace=0.01))
    asked = await town.ask(town.open_channel(), "go on")
    await town.started(asked)

    gateway.invalidate()

    assert await town.answered(asked) == TEXT.strip()
    await town.wait(lambda: len(gateway.identified) > begun, "a new session begins")
    later = await town.ask(town.open_channel(), "all well again?")
    await town.answered(later)
    assert len(town.later(asked)) == 1
