"""`glimpse playground` as a command: ports, the environment of the bot, and how it ends."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import StartFailed
from bot.playground_command import bot_environment, choose_port
from tests.scripted_endpoint import ScriptedEndpoint

ROOT = Path(__file__).parents[1]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_taken_port_is_refused_with_the_next_free_one(taken: int) -> None:
    with pytest.raises(StartFailed, match=f"port {taken} is taken .* --port \\d+$"):
        choose_port(taken)


def test_any_free_port_may_be_asked_for() -> None:
    assert choose_port(0) == 0


def test_usual_port_gives_way_to_the_next_free_one(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground_command.PORT", taken)

    assert taken < choose_port(None) <= taken + 50


def test_bot_gets_only_the_endpoints_key_of_a_real_one() -> None:
    environ = {
        "PATH": "/bin",
        "GLIMPSE_API_KEY": "sk-a",
        "DISCORD_TOKEN": "the-real-one",
        "DISCORD_TOKEN_FILE": "/run/token",
        "GLIMPSE_DATABASE_URL": "postgresql+asyncpg://real",
        "GLIMPSE_HEARTBEAT_FILE": "/run/alive",
    }

    given = bot_environment(environ, "playground")

    assert given.pop("PYTHONPATH")
    assert given == {"PATH": "/bin", "GLIMPSE_API_KEY": "sk-a", "DISCORD_TOKEN": "playground"}


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "playground", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ,
    )


async def failed(*arguments: str) -> str:
    """Return the sentence of a start that can't succeed."""
    process = await start(*arguments)
    _, complaint = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    return complaint.decode()


async def test_endpoint_without_its_model_is_refused_in_a_sentence() -> None:
    complaint = await failed("--endpoint", "http://127.0.0.1:9/v1")

    assert complaint == (
        "glimpse: `--endpoint` and `--model` belong together: name both, or neither\n"
    )


async def test_taken_port_is_refused_in_a_sentence(taken: int) -> None:
    arguments = ["--port", str(taken), "--endpoint", "http://127.0.0.1:9/v1", "--model", "m"]

    assert f"port {taken} is taken" in await failed(*arguments)


async def until_ready(log: Path) -> None:
    """Another process writes it."""
    async with asyncio.timeout(30):
        while "ready" not in await asyncio.to_thread(log.read_text):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_interrupt_ends_page_and_bot_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with ScriptedEndpoint() as endpoint:
        process = await start("--port", "0", "--endpoint", endpoint.base_url, "--model", "scripted")
        assert process.stdout is not None
        shown = [(await process.stdout.readline()).decode() for _ in range(3)]
        address, log = shown[0].split()[-1], Path(shown[2].split(maxsplit=2)[-1].strip())
        async with aiohttp.ClientSession(address) as session, session.get("/") as response:
            assert "Glimpse playground" in await response.text()
        assert 'profile = "compatible"' in (log.parent / "config.toml").read_text()
        await until_ready(log)

        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 30)

    assert process.returncode == 0
    assert not log.parent.exists()
