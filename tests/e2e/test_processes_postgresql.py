"""Several processes with one PostgreSQL, where the lease alone says who lives."""

import asyncio
import signal
from contextlib import suppress

import pytest

from tests.e2e.conftest import PATIENCE, Town
from tests.e2e.locks import locked
from tests.e2e.quota_places import open_place
from tests.e2e.test_processes import TAKEN, another
from tests.store.conftest import postgres as postgres
from tests.store.conftest import postgresql_own_url as postgresql_own_url

pytestmark = pytest.mark.proof


@pytest.fixture
def shared_database(town: Town, postgresql_own_url: str) -> None:
    town.set("database", url=postgresql_own_url)


@pytest.mark.usefixtures("shared_database")
async def test_name_passes_from_a_crashed_process_to_another_machine(town: Town) -> None:
    first = await town.start("run")
    await town.wait(lambda: town.discord.gateway.connected_shards, "the first one connects")
    town.set("images", directory=str(town.folder / "another machine's"))

    second = await town.command("run")
    first.kill()
    await first.wait()

    assert second.code == 2
    assert TAKEN in second.err
    async with town.running():
        await town.answered(await town.ask(town.general, "are you back?"))
    assert "interrupted" not in town.log


@pytest.mark.usefixtures("shared_database")
async def test_paused_process_that_was_taken_over_ends_when_it_wakes(town: Town) -> None:
    """It went on beside the one that had taken over, and settled what that was writing."""
    async with town.running(exit_code=2) as paused:
        await town.wait(lambda: " ready " in town.log, "the first one is ready")
        town.set("images", directory=str(town.folder / "another machine's"))
        paused.send_signal(signal.SIGSTOP)
        try:
            async with another(town, "main"):
                paused.send_signal(signal.SIGCONT)
                async with asyncio.timeout(PATIENCE):
                    await paused.wait()
                await town.answered(await town.ask(town.general, "which of you is left?"))
        finally:
            with suppress(ProcessLookupError):
                paused.send_signal(signal.SIGCONT)

    assert "another process has taken over the name of this one" in town.log


@pytest.mark.usefixtures("shared_database")
async def test_two_processes_answer_and_grant_once(town: Town) -> None:
    place = open_place(town)
    async with town.running(), another(town, "second"):
        asked = await town.ask(town.general, "who of you is it?")
        await town.answered(asked)
        for _ in range(3):
            await place.order("grant", who=place.member, amount="50k", until="1d")
        async with locked(town):
            order = await place.order("grant", who=place.member, amount="70k", until="1d")
        await place.moderator.settled(order, timeout=PATIENCE)
        granted = await place.order("audit")
        assert len(town.later(asked)) == 1

    assert granted.content.count("50,000 tokens") == 3
    assert granted.content.count("70,000 tokens") == 1
    assert not town.log.count("Discord failed during a command")
    assert len(town.requests_about("who of you is it?")) == 1
