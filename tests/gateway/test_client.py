"""The client: the events that it asks Discord for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.chat.display.pacer import Pacer
from bot.core.secrets import Secret
from bot.gateway import client
from bot.gateway.client import intents_of
from bot.gateway.connection.connection_guard import GatewayUnreadable
from bot.gateway.settings import DiscordSettings


@pytest.mark.parametrize("may_read", [True, False], ids=["with-content", "without-content"])
def test_intents_are_messages_and_their_content_where_it_is_enabled(*, may_read: bool) -> None:
    settings = DiscordSettings(token=Secret("t"), message_content_intent=may_read)

    asked = {name for name, is_on in intents_of(settings) if is_on}

    content = {"message_content"} if may_read else set()
    assert asked == {"guilds", "guild_messages", "dm_messages"} | content


SECRET = "what somebody wrote"


class Client(client.Client):
    """Connected to nothing; `end` is what its connection ends with."""

    def __init__(self, end: Callable[[], Awaitable[None]]) -> None:
        parts: dict[str, Any] = {"answering": None, "commands": (), "stopping": None}
        parts |= {"delegation": None, "sessions": None}
        super().__init__(DiscordSettings(token=Secret("t")), Pacer(time.monotonic), **parts)
        self._end = end

    async def connect(self, *, reconnect: bool = True) -> None:
        await self._end()


async def test_hopeless_connection_is_left_at_once() -> None:
    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    connected = Client(wait_for_ever)
    connected._is_hopeless.set()

    with pytest.raises(GatewayUnreadable):
        await connected.stay_connected()


async def test_failing_event_is_one_line_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def end() -> None:
        return

    async def fail(_: object) -> None:
        raise TypeError(SECRET)

    await Client(end)._run_event(fail, "on_message", object())

    [record] = [one for one in caplog.records if one.name == "bot.gateway.events.unread"]
    assert record.getMessage() == "an event could not be handled"
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text
