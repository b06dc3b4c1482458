"""The whole bot as a process of its own, between a Discord and an endpoint on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.playground.server import Discord
from bot.playground.state import Channel, Message
from tests.scripted_endpoint import ScriptedEndpoint

TOKEN = "playground-token"
KEY = "sk-e2e-0123456789abcdef"
FOOTER = "\n-# "  # what a whole answer ends with


@dataclass(kw_only=True)
class Town:
    """A Discord, an endpoint, and the bot's configuration and log in `folder`."""

    discord: Discord
    endpoint: ScriptedEndpoint
    folder: Path
    config: dict[str, dict[str, object]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = self.discord.add_server("Town")
        self.general: Channel = self.server.add_channel("general")
        self.alice = self.server.add_member("alice")
        self.mention = self.discord.bot.mention
        self.config = {
            "discord": {"api_url": self.discord.api_url, "gateway_url": self.discord.gateway_url},
            "endpoint": {"base_url": self.endpoint.base_url, "model": "scripted"},
            "database": {"url": f"sqlite+aiosqlite:///{self.folder / 'glimpse.db'}"},
            "images": {"directory": str(self.folder / "images")},
            "answers": {"grace_period": 1},
        }

    def set(self, section: str, **values: object) -> None:
        self.config.setdefault(section, {}).update(values)

    @property
    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def write_config(self) -> Path:
        file = self.folder / "config.toml"
        lines: list[str] = []
        for section, values in self.config.items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
        file.write_text("\n".join(lines) + "\n")
        return file

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start `python -m bot …`; its standard error goes to the log."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "HOME", "LANG") or name.startswith(("COV_", "COVERAGE_", "PYTHON"))
        }
        secrets = {"DISCORD_TOKEN": TOKEN, "GLIMPSE_API_KEY": KEY}
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *arguments,
                "--config",
                str(self.write_config()),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**inherited, **secrets, **self.environment},
            )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The bot, connected; ended by SIGTERM, which must give exit code 0."""
        process = await self.start("run")
        try:
            await self.discord.connected(timeout=20)
            yield process
        except TimeoutError:
            pytest.fail(f"timed out; the log says:\n{self.log}")
        finally:
            await end(process)
        assert process.returncode == 0, self.log

    async def answer_to(self, message: Message, *, timeout: float = 15.0) -> list[Message]:
        """All pages of the answer, once its footer is there."""

        def pages() -> list[Message]:
            channel = self.discord.world.channels[message.channel_id]
            later = [
                m for m in channel.living() if m.id > message.id and m.author is self.discord.bot
            ]
            return later if later and FOOTER in later[-1].content else []

        return await self.discord.wait_for(pages, timeout)


async def end(process: asyncio.subprocess.Process, *, timeout: float = 20.0) -> None:
    """Ask it to stop, as a service would; kill it if it does not."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(timeout):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return f'"{value}"'


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Discord(token=TOKEN) as discord, ScriptedEndpoint(keys=frozenset({KEY})) as endpoint:
        yield Town(discord=discord, endpoint=endpoint, folder=tmp_path)
