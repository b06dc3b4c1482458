"""A test bed for the bot: Discord, endpoint and bot as three processes, driven from here."""

import asyncio
import base64
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bench import processes
from bench.endpoint import Order
from bench.prose import prose, visible, visible_after_each

_FOOTER = "\n-# "  # what a whole answer ends with
_LOOK_AGAIN = 0.3  # seconds

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    id: int  # of its message
    channel: str
    asked_at: float  # seconds since 1970, when the gateway told it
    order: Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Times are seconds since 1970."""

    question: Question
    is_finished: bool
    edits: int
    shown: tuple[tuple[float, int], ...]  # when, and how many visible characters from then on
    request_at: float  # when the endpoint was asked
    sent: tuple[float, ...]  # when each delta was sent

    @property
    def first_text_after(self) -> float:
        """Seconds from the question to its first text; infinite where none appeared."""
        return self.shown[0][0] - self.question.asked_at if self.shown else float("inf")

    @property
    def first_text_lag(self) -> float:
        """Seconds from the model's first delta until something of it could be read."""
        return self.shown[0][0] - self.sent[0]

    @property
    def final_text_lag(self) -> float:
        """Seconds from the model's last delta until everything could be read."""
        return self.unseen_ages()[-1]

    def unseen_ages(self) -> list[float]:
        """For each delta, the seconds from its sending until it could be read."""
        written = visible_after_each(prose(self.question.order.deltas))
        looks = iter(self.shown)
        at, count = next(looks)
        ages = []
        for sent, needed in zip(self.sent, written, strict=True):
            while count < needed:
                at, count = next(looks)
            ages.append(max(0.0, at - sent))
        return ages


class Testbed:
    """`pid` is the bot's process."""

    def __init__(
        self, session: aiohttp.ClientSession, urls: Json, *, endpoint_url: str, pid: int
    ) -> None:
        self.pid = pid
        self.channels: list[str] = []
        self.members: list[str] = []
        self._session = session
        self._control: str = urls["control_url"]
        self._times = endpoint_url.removesuffix("/v1") + "/_times"
        self._asked = 0

    async def look_round(self) -> None:
        """Learn which channels and members there are."""
        (server,) = (await self._get(self._control))["servers"]
        self.channels = [each["id"] for each in server["channels"]]
        members = (each for each in server["members"] if each["name"].startswith("member-"))
        self.members = [each["id"] for each in members]

    async def ask(
        self,
        *,
        deltas: int,
        pace: float = 0.0,
        think: float = 0.0,
        channel: int = 0,
        picture: bytes | None = None,
    ) -> Question:
        """Let a member mention the bot; each channel has a member of its own."""
        self._asked += 1
        order = Order(id=self._asked, deltas=deltas, pace=pace, think=think)
        body: Json = {
            "author": self.members[channel % len(self.members)],
            "channel": self.channels[channel],
            "content": f"what do you see? {order}",
            "mention_bot": True,
        }
        if picture is not None:
            data = base64.b64encode(picture).decode()
            body["images"] = [{"name": "a.jpg", "data": data, "content_type": "image/jpeg"}]
        async with self._session.post(f"{self._control}/say", json=body) as response:
            said = await response.json()
        return Question(
            id=int(said["id"]), channel=said["channel"], asked_at=said["at"], order=order
        )

    async def answers(self, questions: Sequence[Question], *, within: float) -> list[Answer]:
        """Wait until all are answered, at most `within` seconds. One question a channel at a time."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + within
        while True:
            pages = await self._pages(questions)
            finished = [bool(found) and _FOOTER in found[-1]["content"] for found in pages]
            if all(finished) or loop.time() > ends_at:
                break
            await asyncio.sleep(_LOOK_AGAIN)
        times = await self._get(self._times)
        return [
            _answer(question, found, times.get(str(question.order.id)))
            for question, found in zip(questions, pages, strict=True)
        ]

    async def counters(self) -> Json:
        return await self._get(f"{self._control}/counters")

    async def _pages(self, questions: Sequence[Question]) -> list[list[Json]]:
        """The messages of each answer: the bot's in its channel, before the next question."""
        first = min(question.id for question in questions) - 1
        shown = await self._get(f"{self._control}/messages?after={first}")
        return [_pages_of(question, shown["messages"]) for question in questions]

    async def _get(self, url: str) -> Json:
        async with self._session.get(url) as response:
            found: Json = await response.json()
            return found


def _pages_of(question: Question, messages: Sequence[Json]) -> list[Json]:
    pages = []
    for message in messages:
        if int(message["id"]) <= question.id or message["channel"] != question.channel:
            continue
        if not message["is_bot"]:
            break
        pages.append(message)
    return pages


def _answer(question: Question, pages: Sequence[Json], times: Any) -> Answer:
    request_at, sent = times or (float("inf"), [])
    return Answer(
        question=question,
        is_finished=bool(pages) and _FOOTER in pages[-1]["content"],
        edits=sum(page["edit_count"] for page in pages),
        shown=tuple(_shown(pages)),
        request_at=request_at,
        sent=tuple(sent),
    )


def _shown(pages: Sequence[Json]) -> list[tuple[float, int]]:
    """Every change of any page in its order: how much of the answer can be read from then on."""
    changes = sorted(
        (at, number, content)
        for number, page in enumerate(pages)
        for at, content in page["revisions"]
    )
    counts = [0] * len(pages)
    shown = []
    for at, number, content in changes:
        counts[number] = visible(content.partition(_FOOTER)[0])
        shown.append((at, sum(counts)))
    return shown


@asynccontextmanager
async def open_testbed(
    *, latency: float = 0.0, channels: int = 1, uvloop: bool = True
) -> AsyncIterator[Testbed]:
    """A test bed whose bot is ready, with a database that was there. `latency`: seconds a REST call."""
    people = ("--channels", str(channels), "--members", str(channels))
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as folder:
        async with (
            processes.server(
                "bot.standins.playground", "--latency", str(latency), *people
            ) as printed,
            processes.server("bench.endpoint") as endpoint_url,
            aiohttp.ClientSession() as session,
        ):
            urls = json.loads(printed)
            config = write_config(Path(folder), urls, endpoint_url)
            await processes.make_database(config, secrets(urls))
            log = Path(folder) / "log"
            async with processes.bot(config, log, secrets(urls), uvloop=uvloop) as pid:
                testbed = Testbed(session, urls, endpoint_url=endpoint_url, pid=pid)
                await testbed.look_round()
                yield testbed


def secrets(urls: Json) -> dict[str, str]:
    return {"DISCORD_TOKEN": urls["token"], "GLIMPSE_API_KEY": "sk-bench"}


def write_config(folder: Path, urls: Json, endpoint_url: str) -> Path:
    file = folder / "config.toml"
    file.write_text(
        f"""
[discord]
api_url = "{urls["api_url"]}"
gateway_url = "{urls["gateway_url"]}"
[endpoint]
base_url = "{endpoint_url}"
model = "scripted"
[database]
url = "sqlite+aiosqlite:///{folder / "glimpse.db"}"
[images]
directory = "{folder / "images"}"
[quota]
tokens_per_day = 1_000_000_000
[answers]
grace_period = 1
"""
    )
    return file
