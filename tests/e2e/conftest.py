"""The whole bot as a process of its own, between a Discord and an endpoint on loopback.

`town` is a test's own and starts nothing by itself. Where the tests of a module can share a running
bot, the module says `town = shared_town` and
`pytestmark = pytest.mark.asyncio(loop_scope="module")`, without which the bot seems to hang; each of
them then talks in a channel of its own.
"""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from bot.standins.playground.actors.people import Person, Picture
from bot.standins.playground.actors.places import Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel, Message
from tests.scripted_endpoint import Recorded, ScriptedEndpoint, last_text

T = TypeVar("T")

TOKEN = "playground-token"
KEY = "sk-e2e-0123456789abcdef"
FOOTER = "\n-# "  # what a whole answer ends with
PATIENCE = 30.0  # seconds; far more than anything takes, for machines that are busy with others
PAGE_LIMIT = 2_000  # characters of one message
LARGEST_FILE = 300_000  # bytes of a picture, in the town that many tests share


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A command that has ended."""

    code: int | None
    out: str
    err: str


@dataclass(kw_only=True)
class Town:
    """A Discord, an endpoint, and the bot's configuration, output and log in `folder`."""

    discord: Discord
    endpoint: ScriptedEndpoint
    folder: Path
    config: dict[str, dict[str, object]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    planned_429s: int = 0  # by faults; the bot earns none of its own

    def __post_init__(self) -> None:
        self.server: Server = self.discord.add_server("Town")
        self.general: Channel = self.server.add_channel("general")
        self.alice: Person = self.server.add_member("alice")
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
        return self._read("log")

    @property
    def output(self) -> str:
        return self._read("output")

    def _read(self, name: str) -> str:
        file = self.folder / name
        return file.read_text() if file.exists() else ""

    def write_config(self) -> Path:
        file = self.folder / "config.toml"
        lines: list[str] = []
        for section, values in self.config.items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
        file.write_text("\n".join(lines) + "\n")
        return file

    # Processes

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start `python -m bot …`; what it writes goes to `output` and `log`."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "HOME", "LANG") or name.startswith(("COV_", "COVERAGE_", "PYTHON"))
        }
        # asyncio's debug mode is for the tests' own loop; it would make the bot several times slower.
        inherited.pop("PYTHONASYNCIODEBUG", None)
        secrets = {"DISCORD_TOKEN": TOKEN, "GLIMPSE_API_KEY": KEY}
        with (self.folder / "log").open("ab") as log, (self.folder / "output").open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *arguments,
                "--config",
                str(self.write_config()),
                stdout=output,
                stderr=log,
                env={**inherited, **secrets, **self.environment},
            )

    async def command(self, *arguments: str) -> Done:
        """Run a command that ends by itself."""
        logged, written = len(self.log), len(self.output)
        process = await self.start(*arguments)
        await _ended(process, timeout=PATIENCE)
        return Done(code=process.returncode, out=self.output[written:], err=self.log[logged:])

    @asynccontextmanager
    async def running(self, *, exit_code: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
        """The bot, connected; ended by SIGTERM, unless the test ends it, with this exit code."""
        process = await self.start("run")
        try:
            await self.wait(lambda: self.discord.gateway.connected_shards, "the bot connects")
            yield process
        finally:
            await end(process)
        assert process.returncode == exit_code, self.log
        self.check_manners()

    def check_manners(self) -> None:
        """What a bot must never do, whatever happens to it."""
        limited = [one for one in self.discord.dispatcher.log if one.status == 429]
        assert self.discord.count_429 == self.planned_429s, limited
        assert not self.discord.dispatcher.overlaps
        assert not self.discord.pinged
        assert "Traceback" not in self.log, self.log
        assert "Ignoring exception" not in self.log, self.log
        assert "never retrieved" not in self.log, self.log

    # The endpoint

    async def close_endpoint(self) -> None:
        await self.endpoint.__aexit__(None, None, None)

    async def reopen_endpoint(self) -> None:
        """Where it was before."""
        again = ScriptedEndpoint(keys=frozenset({KEY}), port=self.endpoint.port)
        self.endpoint = await again.__aenter__()

    # People

    def open_channel(self, name: str = "room") -> Channel:
        return self.server.add_channel(name)

    async def ask(
        self,
        channel: Channel,
        text: str,
        *,
        by: Person | None = None,
        images: Sequence[Picture] = (),
        reply_to: Message | None = None,
    ) -> Message:
        """Mention the bot with a question."""
        who = by or self.alice
        return await who.say(channel, f"{self.mention} {text}", images=images, reply_to=reply_to)

    # What is seen

    async def wait(
        self, find: Callable[[], T], hope: str = "it becomes so", *, timeout: float = PATIENCE
    ) -> T:
        try:
            return await self.discord.wait_for(find, timeout)
        except TimeoutError:
            raise AssertionError(f"waited in vain until {hope}; the log:\n{self.log}") from None

    def later(self, message: Message) -> list[Message]:
        """The bot's messages after `message` in its channel."""
        channel = self.discord.world.channels[message.channel_id]
        return [m for m in channel.living() if m.id > message.id and m.author is self.discord.bot]

    async def answer_to(self, message: Message, *, timeout: float = PATIENCE) -> list[Message]:
        """All pages of the answer, once its footer is there. Not for crowded channels."""

        def pages() -> list[Message]:
            later = self.later(message)
            return later if later and FOOTER in later[-1].content else []

        return await self.wait(pages, "the answer has its footer", timeout=timeout)

    async def reply_saying(self, message: Message, words: str) -> Message:
        """The one reply to `message`, once it says `words` and is no longer being written."""

        def fitting() -> list[Message]:
            replies = self.discord.replies_to(message)
            return [one for one in replies if words in one.content and not has_stop(one)]

        found = await self.wait(fitting, f"a reply says {words!r}")
        assert self.discord.replies_to(message) == found
        return found[0]

    async def answered(self, message: Message) -> str:
        """The text of an answer of one page."""
        reply = await self.reply_saying(message, FOOTER)
        return reply.content.partition(FOOTER)[0]

    async def started(self, message: Message) -> Message:
        """The reply as soon as it shows text."""
        return (await self.wait(lambda: self.discord.replies_to(message), "an answer begins"))[0]

    def requests_about(self, words: str) -> list[Recorded]:
        """What the endpoint was asked in questions with these words."""
        return [one for one in self.endpoint.requests if words in last_text(one.json)]


def has_stop(message: Message) -> bool:
    return bool(message.components)


def stop_button(question: Message) -> str:
    return f"stop:{question.id}"


def pictures_in(request: Recorded) -> list[str]:
    """The data URLs of a request's pictures, oldest turn first."""
    parts = [part for item in request.json["input"] for part in item.get("content", ())]
    return [part["image_url"] for part in parts if part["type"] == "input_image"]


def texts_in(request: Recorded) -> list[tuple[str, str]]:
    """Role and text of each turn."""
    return [
        (item["role"], "\n".join(p["text"] for p in item["content"] if "text" in p))
        for item in request.json["input"]
    ]


async def end(process: asyncio.subprocess.Process, by: signal.Signals = signal.SIGTERM) -> None:
    """Ask it to stop, as a service would; kill it if it does not."""
    if process.returncode is None:
        process.send_signal(by)
    await _ended(process, timeout=PATIENCE)


async def _ended(process: asyncio.subprocess.Process, *, timeout: float) -> None:
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


@asynccontextmanager
async def open_town(folder: Path, *, accepts: frozenset[str] = frozenset()) -> AsyncIterator[Town]:
    """`accepts` is what the endpoint takes beyond the strictest gateways."""
    async with Discord(token=TOKEN) as discord:
        discord.interactions.deadline = PATIENCE  # the machine may be busy with other tests
        scripted = ScriptedEndpoint(keys=frozenset({KEY}), accepts=accepts)
        endpoint = await scripted.__aenter__()
        town = Town(discord=discord, endpoint=endpoint, folder=folder)
        try:
            yield town
        finally:
            await town.close_endpoint()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests of a module. In `general`, every picture is answered."""
    async with open_town(tmp_path_factory.mktemp("town")) as town:
        town.set("quota", tokens_per_day="unlimited")
        town.set("triggers", automatic_channels=[town.general.id])
        town.set("images", max_bytes=LARGEST_FILE)
        town.set("endpoint.timeouts", idle=3)
        async with town.running():
            yield town


@pytest.fixture(name="town")
def shared_town(busy_town: Town) -> Iterator[Town]:
    """For modules whose tests share a bot; they take it as their `town`."""
    yield busy_town
    busy_town.discord.faults.clear()
    busy_town.check_manners()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as town:
        yield town


@pytest.fixture(autouse=True)
def nothing_leaks(town: Town) -> Iterator[None]:
    """Whatever a test was about: no secret is ever written, and no word of anybody is logged."""
    yield
    written = town.log + town.output
    assert TOKEN not in written
    assert KEY not in written
    for message in town.discord.all_messages:
        for line in re.findall(r"[^\n\[\]\"]{16,}", message.content):
            assert line not in town.log
