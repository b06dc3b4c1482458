"""`glimpse health` beside the running bot: it lives while Discord, or the disk, does not."""

import os
import resource
import signal

import pytest

from bot.chat.upkeep.heartbeat import read_status
from tests.e2e.conftest import Town
from tests.store.damage import damage_page

pytestmark = pytest.mark.proof

SMALL = 4_096  # bytes; the heartbeat file is smaller, the database larger


@pytest.fixture
def town(town: Town) -> Town:
    town.set("process", heartbeat_file=str(town.folder / "alive"))
    return town


async def said(town: Town, *arguments: str) -> tuple[int | None, list[str]]:
    """The exit code of `glimpse health`, and its complaints."""
    done = await town.command("health", *arguments)
    return done.code, [line for line in done.err.splitlines() if line.startswith("glimpse:")]


async def status(town: Town, *, is_well: bool) -> None:
    """Wait until the bot says that all its parts are well, or that one is not."""

    def is_so() -> bool:
        found = read_status(town.folder / "alive") if (town.folder / "alive").exists() else None
        return found is not None and all(each.is_well for each in found.parts) is is_well

    await town.wait(is_so, f"it is well: {is_well}")


async def test_health_said_0_for_101_seconds_without_a_gateway(town: Town) -> None:
    async with town.running():
        await status(town, is_well=True)
        ready = await said(town, "--ready")
        town.discord.gateway.faults.refusals = 1_000
        town.discord.gateway.drop(4000)
        await status(town, is_well=False)

        away = await said(town, "--ready")
        alive = await said(town)

    assert ready == (0, [])
    assert away == (1, ["glimpse: Discord's gateway is not connected."])
    assert alive == (0, [])


@pytest.mark.proof
async def test_bot_that_starts_without_a_gateway_lives_and_is_not_ready(town: Town) -> None:
    town.discord.gateway.faults.refusals = 2

    async with town.running():
        await status(town, is_well=True)
        ready = await said(town, "--ready")

    assert ready == (0, [])
    assert town.log.count("Discord's gateway can't be reached") == 2


@pytest.mark.proof
async def test_health_said_0_with_a_full_disk(town: Town) -> None:
    async with town.running() as process:
        await status(town, is_well=True)
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (SMALL, most))
        await status(town, is_well=False)

        code, (full,) = await said(town, "--ready")
        alive = await said(town)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        await status(town, is_well=True)

    assert code == 1
    assert full.startswith("glimpse: No write succeeds: the database can't be used: ")
    assert alive == (0, [])


@pytest.mark.proof
async def test_stopped_process_is_dead_after_a_minute(town: Town) -> None:
    heart = town.folder / "alive"
    async with town.running() as process:
        await town.wait(heart.exists, "the heart beats")
        process.send_signal(signal.SIGSTOP)
        long_ago = heart.stat().st_mtime - 70
        os.utime(heart, (long_ago, long_ago))

        code, (dead,) = await said(town)
        process.send_signal(signal.SIGCONT)

    assert code == 1
    assert dead.startswith("glimpse: The bot has given no sign of life for ")


@pytest.mark.proof
async def test_health_called_a_damaged_database_ready(town: Town) -> None:
    """Nobody was answered, and the small write that it tries went well."""
    async with town.running():
        await status(town, is_well=True)
        damage_page(town.folder / "glimpse.db", "reservations")
        await town.reply_saying(await town.ask(town.general, "hello?"), "I can't keep count")
        await status(town, is_well=False)

        code, (damaged,) = await said(town, "--ready")

    assert code == 1
    assert "`glimpse database restore FILE`" in damaged


@pytest.mark.proof
async def test_bot_that_has_ended_does_not_live(town: Town) -> None:
    async with town.running():
        await status(town, is_well=True)

    code, (gone,) = await said(town)
    assert code == 1
    assert gone.endswith("is the bot running?")
