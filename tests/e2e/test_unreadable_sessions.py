"""Sessions of which nothing can be made: begun anew, and given up if that happens again and again."""

import asyncio

import pytest

from tests.e2e.conftest import PATIENCE, Town
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.proof  # discord.py waits five seconds before it identifies anew

EVER = 1_000  # times


async def test_unreadable_ready_is_followed_by_a_new_session(town: Town) -> None:
    town.discord.gateway.faults.events.change("READY", lambda _: {"session_id": "odd"})

    async with town.running():
        await town.wait(lambda: len(town.discord.gateway.identified) == 2, "it identifies anew")
        await town.answered(await town.ask(town.general, "are you there?"))

    assert 'problem="READY could not be read"' in town.log


async def test_unreadable_hello_is_followed_by_a_new_session(town: Town) -> None:
    gateway = town.discord.gateway
    async with town.running():
        await town.answered(await town.ask(town.general, "are you there?"))
        gateway.faults.events.change("HELLO", lambda _: {})
        gateway.drop()
        await town.wait(lambda: len(gateway.identified) == 2, "it identifies anew")

        await town.answered(await town.ask(town.general, "are you back?"))

    assert 'problem="HELLO could not be read"' in town.log


async def test_sessions_unreadable_for_ever_end_the_process(town: Town) -> None:
    """It stayed connected and was never ready: nobody was answered, and no supervisor helped."""
    gateway = town.discord.gateway
    town.endpoint.play(Script(text="A long answer. " * 200, pace=0.05))
    process = await town.start("run")
    await town.wait(lambda: gateway.connected_shards, "the bot connects")
    asked = await town.ask(town.general, "tell me all")
    await town.started(asked)

    gateway.faults.events.change("READY", lambda _: {}, times=EVER)
    gateway.invalidate()

    async with asyncio.timeout(PATIENCE * 4):
        assert await process.wait() == 1
    assert "GatewayUnreadable" in town.log
    await town.reply_saying(asked, "restarted")
