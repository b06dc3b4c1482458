"""A living room with a real database, and people who come to it."""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.collaborators import Collaborators
from bot.chat.display.pacer import Pacer
from bot.chat.in_flight import InFlight
from bot.chat.message_handler import MessageHandler
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.chat.pictures.picture_requests import PictureRequests
from bot.chat.settings import AnswerSettings, PictureSettings
from bot.chat.upkeep.calibrations import Calibrations
from bot.chat.upkeep.metrics import Metrics
from bot.core.messages.incoming_message import Author, IncomingMessage, Place
from bot.core.models.tokens import Detail
from bot.core.moderation.preferences import ON, Scope, Topic
from bot.core.pictures.orders import Menu, PictureOrder
from bot.core.quota.limits import Requester
from bot.core.quota.rules import OperatorRules, default_limits
from bot.core.quota.standings import Standing
from bot.store.conversations import questions
from bot.store.conversations.history import History
from bot.store.conversations.questions import KeptQuestion
from bot.store.database import Database
from bot.store.quota.ledger import Ledger
from bot.store.quota.reservations import OpenReservation
from tests.fakes import FakeImages, FakeModel, FakeModels, FakePainter, FakeSurface

BOT = 1
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANNEL = Place(guild_id=7, channel_id=70)
ALICE = Author(id=10, name="Alice")

SETTINGS = AnswerSettings(
    tokens_per_day=10_000,
    tokens_per_answer=4_000,
    smallest_answer=100,
    zone=ZoneInfo("UTC"),
    automatic_channels=frozenset(),
    newest_turns=40,
    max_images=8,
    time_limit=30.0,
    instructions="You see.",
    owner="main",
    max_output_tokens=None,
    detail=Detail.AUTO,
    grace_period=1.0,
    answer_after_restart=600.0,
)

PICTURES = PictureSettings(
    menu=Menu(sizes=("auto", "1024x1024"), qualities=("auto", "low"), max_count=3),
    time_limit=20.0,
    in_direct_messages=False,
)

_ids = iter(range(100, 10**9))


def message(text: str = "", **changes: object) -> IncomingMessage:
    """Alice mentions the bot in a channel; each message has an id of its own."""
    number = next(_ids)
    plain = IncomingMessage(
        id=number,
        place=CHANNEL,
        author=ALICE,
        text=text,
        sent_at=NOON + timedelta(milliseconds=number),
        mentions_bot=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass(kw_only=True)
class Room:
    """The wired living room; `model` and `images` are fakes, the database is real."""

    using: Collaborators
    model: FakeModel
    images: FakeImages
    in_flight: InFlight
    answering: MessageHandler

    async def ask(self, asked: IncomingMessage, surface: FakeSurface | None = None) -> FakeSurface:
        """Hand over a message and wait until its answer is visible."""
        surface = surface or FakeSurface()
        await self.answering.handle(asked, surface)
        return surface

    async def imagine(
        self, order: PictureOrder, surface: FakeSurface | None = None, **changes: object
    ) -> FakeSurface:
        """Use the command and wait until its pictures are visible."""
        surface = surface or FakeSurface()
        await self.answering.imagine(order, message(order.prompt, **changes), surface)
        return surface

    async def switch_pictures(self, value: str | None = ON) -> None:
        """As a moderator, for the whole server."""
        moderator = Moderator(id=1, guild_id=CHANNEL.guild_id, may_manage=True)
        await PreferenceSettings(self.using).choose(
            moderator, CHANNEL, Scope.SERVER, Topic.PICTURES, value
        )

    async def standing(self, *, user_id: int = ALICE.id, guild_id: int = 7) -> Standing:
        async with self.using.database.reading() as connection:
            requester = Requester(guild_id=guild_id, user_id=user_id)
            explained = await self.using.ledger.explain(connection, requester, now=NOON)
            return explained.standings[0]

    async def ledger_rows(self) -> list[dict[str, Any]]:
        """All that was charged, oldest first."""
        async with self.using.database.reading() as connection:
            rows = await connection.exec_driver_sql("SELECT * FROM ledger ORDER BY id")
            return [dict(row) for row in rows.mappings()]

    async def open_reservations(self, owner: str = "main") -> list[OpenReservation]:
        async with self.using.database.reading() as connection:
            return await self.using.ledger.open_reservations(connection, owner=owner, now=NOON)

    async def unfinished(self) -> list[KeptQuestion]:
        """Questions to which a word is still owed."""
        async with self.using.database.reading() as connection:
            return await questions.find_unfinished(connection)

    async def assert_accounts_agree(self) -> None:
        async with self.using.database.reading() as connection:
            assert not await self.using.ledger.verify(connection)


MakeRoom = Callable[..., Room]


@dataclass
class LeapingClock:
    """Monotonic time as it is, and `leap` seconds later."""

    leap: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.leap


async def until(condition: Callable[[], object]) -> None:
    """Wait until `condition()` holds; ten seconds at the most."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.005)


@pytest.fixture
async def database(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    file = Path(shutil.copy(migrated_file, tmp_path / "glimpse.db"))
    async with Database.open(f"sqlite:///{file}") as opened:
        yield opened


@pytest.fixture
def make_room(database: Database) -> MakeRoom:
    """Build a room; keyword arguments are the fakes, or changes to the settings."""

    def make(
        model: FakeModel | FakeModels | None = None,
        images: FakeImages | None = None,
        painter: FakePainter | None = None,
        pictures: PictureSettings = PICTURES,
        monotonic: Callable[[], float] = time.monotonic,
        **changes: object,
    ) -> Room:
        settings = replace(SETTINGS, **changes)  # type: ignore[arg-type]
        models = model if isinstance(model, FakeModels) else FakeModels(model or FakeModel())
        images = images or FakeImages()
        metrics = Metrics()
        using = Collaborators(
            database=database,
            ledger=Ledger(
                settings.zone, OperatorRules(default=default_limits(settings.tokens_per_day))
            ),
            history=History(),
            models=models,
            images=images,
            pacer=Pacer(monotonic),
            metrics=metrics,
            calibrations=Calibrations(metrics),
            clock=lambda: NOON,
            monotonic=monotonic,
            random=random.Random(1).random,
            painter=painter,
        )
        in_flight = InFlight()
        imagining = None if painter is None else PictureRequests(using, settings, pictures)
        answering = MessageHandler(using, settings, in_flight, bot_id=BOT, pictures=imagining)
        return Room(
            using=using,
            model=models.default,
            images=images,
            in_flight=in_flight,
            answering=answering,
        )

    return make
