"""Where an episode plays: Discord, the endpoint, the database, the bots and the people's places."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message
from chaos.bots import GRACE, Bot
from chaos.databases import Engine, EpisodeDatabase
from chaos.endpoint import BillingEndpoint, Bills
from chaos.plan import PLACES, Plan
from chaos.questions import Question
from chaos.timeline import FIRST_WORD, Timeline
from tests.e2e.conftest import KEY, Town, open_town

_LOOK_AGAIN: Final = 0.02  # seconds
_UNTIL_CONNECTED: Final = 30.0  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that was put: by a message, or by an interaction."""

    question: Question
    at: float  # seconds since 1970, by this machine's clock, which never leaps
    person: Person
    channel: Channel
    message: Message | None = None
    interaction: Interaction | None = None
    granted_to: Person | None = None  # by a moderator's command


@dataclass(kw_only=True)
class Stage:
    plan: Plan
    town: Town
    bills: Bills
    database: EpisodeDatabase
    timeline: Timeline
    bots: list[Bot]
    moderator: Person
    rooms: list[Channel]
    threads: list[Channel]
    queue: Channel
    automatic: Channel
    first_answer: Message | None = None  # for people who reply to it
    known: dict[str, Person] = field(default_factory=dict)  # by token: who has spoken to the bot
    asked: list[Asked] = field(default_factory=list)
    warm_until: int = 0  # the ledger's last row of the warm-up
    refusing: int = 0  # reasons to refuse handshakes

    @property
    def is_connected(self) -> bool:
        return bool(self.town.discord.gateway.connected_shards)

    @property
    def activity(self) -> object:
        """Another value whenever the bot has done something; None while the endpoint answers it."""
        if any(not bill.ended_at for bill in self.bills.every):
            return None
        return len(self.town.discord.dispatcher.log), len(self.bills.every)

    async def open_endpoint(self) -> None:
        """Where it was before, if it was."""
        port = self.town.endpoint.port if isinstance(self.town.endpoint, BillingEndpoint) else 0
        endpoint = BillingEndpoint(self.bills, keys=frozenset({KEY}), port=port)
        self.town.endpoint = await endpoint.__aenter__()
        self.town.set("endpoint", base_url=endpoint.base_url)

    async def watch(self) -> None:
        """Note when the bot is connected, for ever."""
        while True:
            self.timeline.note_connected(self.is_connected)
            await asyncio.sleep(_LOOK_AGAIN)

    async def until_connected(self, within: float = _UNTIL_CONNECTED) -> bool:
        try:
            await self.town.discord.wait_for(lambda: self.is_connected, within)
        except TimeoutError:
            return False
        return True


@asynccontextmanager
async def open_stage(plan: Plan, engine: Engine, folder: Path) -> AsyncIterator[Stage]:
    async with open_town(folder) as town, engine.open(folder) as database:
        stage = await _set(plan, town, database)
        await town.close_endpoint()
        await stage.open_endpoint()
        yield stage


async def _set(plan: Plan, town: Town, database: EpisodeDatabase) -> Stage:
    town.discord.interactions.deadline = FIRST_WORD
    rooms = [town.open_channel(f"room-{number}") for number in range(PLACES)]
    threads = [
        await town.alice.create_thread(town.general, f"thread-{number}") for number in range(PLACES)
    ]
    automatic = town.open_channel("automatic")
    _configure(town, database, automatic)
    timeline = Timeline()
    return Stage(
        plan=plan,
        town=town,
        bills=Bills(questions=plan.questions),
        database=database,
        timeline=timeline,
        bots=[Bot(town, timeline, number) for number in range(plan.processes)],
        moderator=town.server.add_member("moderator", granted=Permission.MANAGE_GUILD),
        rooms=rooms,
        threads=threads,
        queue=await town.alice.create_thread(town.general, "queue"),
        automatic=automatic,
    )


def _configure(town: Town, database: EpisodeDatabase, automatic: Channel) -> None:
    town.set("database", url=database.url)
    town.set("quota", tokens_per_day="unlimited")
    town.set("triggers", automatic_channels=[automatic.id])
    town.set("answers", grace_period=GRACE)
    town.set("endpoint.timeouts", idle=2)
    town.set("pictures", through="images-api", model="gpt-image-2", sizes=["auto"])
    town.set("pictures", qualities=["auto"], time_limit=20)
