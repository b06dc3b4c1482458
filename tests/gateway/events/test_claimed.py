"""Interactions reach discord.py once they are claimed, and not at all where another has them."""

import asyncio
from typing import Any

import discord
import pytest

from bot.chat.upkeep.claims import Claims
from bot.core import wording
from bot.core.errors import DatabaseUnavailable
from bot.gateway.events import claimed, unread
from bot.gateway.events.claimed import claim_interactions

COMMAND, COMPONENT = 2, 3
QUOTA: dict[str, Any] = {"id": "5", "type": COMMAND, "data": {"name": "quota"}}
STOP: dict[str, Any] = {"id": "6", "type": COMPONENT, "data": {"custom_id": "stop:1"}}


class FakeClaims(Claims):
    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self.made: list[int] = []
        self._fails = fails
        self._hangs = hangs

    async def claim(self, interaction_id: int) -> bool:
        if self._hangs:
            await asyncio.Event().wait()
        if self._fails:
            raise DatabaseUnavailable
        is_new = interaction_id not in self.made
        self.made.append(interaction_id)
        return is_new


async def parsed(claims: Claims, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """What discord.py gets to see of these events."""
    client, seen = discord.Client(intents=discord.Intents.none()), list[dict[str, Any]]()
    client.loop = asyncio.get_running_loop()
    client._connection.parsers["INTERACTION_CREATE"] = seen.append
    claim_interactions(client, claims)
    for event in events:
        client._connection.parsers["INTERACTION_CREATE"](event)
    handlers = [one for one in asyncio.all_tasks() if one.get_name() == claimed.HANDLER]
    await asyncio.wait([*handlers, asyncio.ensure_future(asyncio.sleep(0))])
    return seen


async def test_command_that_was_claimed_before_is_not_carried_out() -> None:
    claims = FakeClaims()

    assert await parsed(claims, QUOTA, QUOTA) == [QUOTA]
    assert await parsed(claims, QUOTA) == []


async def test_stop_needs_no_claim() -> None:
    claims = FakeClaims()

    assert await parsed(claims, STOP, STOP) == [STOP, STOP]
    assert claims.made == []


async def test_command_goes_on_where_the_database_fails() -> None:
    assert await parsed(FakeClaims(fails=True), QUOTA) == [QUOTA]


async def test_command_that_can_not_be_claimed_in_time_is_not_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claimed, "CLAIM_WITHIN", 0.01)
    refused: asyncio.Queue[Any] = asyncio.Queue()

    async def respond(_http: object, data: Any, said: str) -> None:
        refused.put_nowait((data, said))

    monkeypatch.setattr(unread, "respond", respond)

    handling = asyncio.ensure_future(parsed(FakeClaims(hangs=True), QUOTA))

    assert await refused.get() == (QUOTA, wording.too_busy())
    handling.cancel()


async def test_malformed_interaction_raises_nothing() -> None:
    assert await parsed(FakeClaims(), {"id": "no number", "type": COMMAND}, {}) == []


async def test_interaction_with_data_of_another_type_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever pressed or typed it read that the application did not respond."""
    odd = {**QUOTA, "data": ["quota"]}
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(discord.Client, "dispatch", lambda _, *values: told.append(values))

    assert await parsed(FakeClaims(), odd) == []
    assert ("unread_event", "INTERACTION_CREATE", odd) in told
