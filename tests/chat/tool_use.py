"""A model that uses tools, and those who let it."""

import asyncio
import json
from dataclasses import replace
from typing import Any

from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.answers.events import Completed, FunctionCalled, StreamEvent, Usage
from bot.core.conversation.turns import PreparedImages
from bot.core.models.tools import FunctionCall, WebSearch
from bot.core.moderation.preferences import ON, Scope, Topic
from bot.core.quota.limits import SubjectKind
from bot.core.vision.views import WHOLE, Region
from bot.store.moderation import preferences
from bot.store.moderation.audit import ModerationOrder
from tests.chat.conftest import CHANNEL, NOON, Room
from tests.fakes import FakeImages, FakeModel, Script

SEARCH = WebSearch()
PAGE = "https://www.example.com/story?utm_source=openai"
LINK = f"([example.com]({PAGE}))"
ROUND = Usage(input_tokens=100, output_tokens=10)
MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)


class SlowImages(FakeImages):
    """Pictures that take until `go` is set; `is_asked` once one is waited for."""

    def __init__(self, **prepared: PreparedImages) -> None:
        super().__init__(**prepared)
        self.go = asyncio.Event()
        self.is_asked = asyncio.Event()

    async def prepare(
        self, attachments: Any, looks: Any = (), *, asker_id: int = 0
    ) -> PreparedImages:
        if attachments:
            await self._wait()
        return await super().prepare(attachments, looks, asker_id=asker_id)

    async def look_again(self, image: Any, look: Any, region: Region = WHOLE) -> PreparedImages:
        await self._wait()
        return await super().look_again(image, look, region)

    async def _wait(self) -> None:
        self.is_asked.set()
        await self.go.wait()


def calling(name: str, *, call_id: str = "c1", **arguments: Any) -> FunctionCalled:
    return FunctionCalled(call=FunctionCall(id=call_id, name=name, arguments=json.dumps(arguments)))


def asks_for(*calls: StreamEvent, usage: Usage | None = ROUND) -> Script:
    """A round that ends with calls."""
    return (*calls, Completed(usage=usage))


def capable(*scripts: Script) -> FakeModel:
    model = FakeModel(*scripts)
    model.card = replace(FakeModel.card, takes_functions=True, has_web_search=True)
    return model


async def switch_on_search(room: Room) -> None:
    await PreferenceSettings(room.using).choose(
        MODERATOR, CHANNEL, Scope.CHANNEL, Topic.WEB_SEARCH, ON
    )


async def choose_zone(room: Room, name: str | None) -> None:
    """As it stands in the database: also one that this machine does not know."""
    order = ModerationOrder(
        guild_id=CHANNEL.guild_id,
        subject_id=CHANNEL.guild_id,
        subject_kind=SubjectKind.SERVER,
        by=MODERATOR.id,
        at=NOON,
    )
    async with room.using.database.transaction() as tx:
        await preferences.put(tx, order, Topic.TIME_ZONE, name)
