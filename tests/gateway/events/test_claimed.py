"""Interactions reach discord.py once they are claimed, and not at all where another has them."""

import asyncio
from collections.abc import Sequence
from typing import Any

import discord
import pytest

from bot.chat.upkeep.claims import Claims
from bot.chat.upkeep.deferrals import Deferrals
from bot.core.errors import DatabaseBusy, DatabaseUnavailable
from bot.gateway.events import claimed
from bot.gateway.events.claimed import claim_interactions
from bot.gateway.replies.deferral_record import HANDLER

COMMAND, COMPONENT, SUGGESTIONS = 2, 3, 4
ME = {"name": "quota", "options": [{"type": 1, "name": "me"}]}
GRANT = {"name": "manage", "options": [{"type": 1, "name": "grant", "options": []}]}
QUOTA: dict[str, Any] = {"id": "5", "type": COMMAND, "data": ME}
MANAGE: dict[str, Any] = {"id": "7", "type": COMMAND, "data": GRANT}
TYPING: dict[str, Any] = {"id": "8", "type": SUGGESTIONS, "data": GRANT}
STOP: dict[str, Any] = {"id": "6", "type": COMPONENT, "data": {"custom_id": "stop:1"}}


class FakeClaims(Claims):
    """`fails`: what is raised by the first attempts, in this order."""

    def __init__(self, *fails: Exception, hangs: bool = False) -> None:
        self.made: list[int] = []
        self._fails = list(fails)
        self._hangs = hangs

    async def claim(self, interaction_id: int, *, only_by: str = "") -> bool | None:
        if self._hangs:
            await asyncio.Event().wait()
        if self._fails:
            raise self._fails.pop(0)
        is_new = interaction_id not in self.made
        self.made.append(interaction_id)
        return is_new


class NoDeferrals(Deferrals):
    def __init__(self) -> None:
        """Nothing is deferred, and so nothing is kept."""


async def parsed(claims: Claims, *events: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """What discord.py gets to see of these events."""
    client, seen = discord.Client(intents=discord.Intents.none()), list[dict[str, Any]]()
    client.loop = asyncio.get_running_loop()
    client._connection.parsers["INTERACTION_CREATE"] = seen.append
    claim_interactions(client, claims, NoDeferrals())
    for event in events:
        client._connection.parsers["INTERACTION_CREATE"](event)
    handlers = [one for one in asyncio.all_tasks() if one.get_name() == HANDLER]
    await asyncio.wait([*handlers, asyncio.ensure_future(asyncio.sleep(0))])
    return seen


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sentences: list[str] = []

    async def say(_client: discord.Client, _data: Any, sentence: str, **_: float) -> None:
        sentences.append(sentence)

    monkeypatch.setattr(claimed, "_say", say)
    return sentences


async def test_command_that_was_claimed_before_is_not_carried_out() -> None:
    claims = FakeClaims()

    assert await parsed(claims, QUOTA, QUOTA) == [QUOTA]
    assert await parsed(claims, QUOTA) == []


async def test_stop_and_suggestions_need_no_claim() -> None:
    claims = FakeClaims()

    assert await parsed(claims, STOP, STOP, TYPING) == [STOP, STOP, TYPING]
    assert claims.made == []


async def test_command_is_carried_out_once_the_database_is_free() -> None:
    """It was refused."""
    assert await parsed(FakeClaims(DatabaseBusy(), DatabaseBusy()), MANAGE) == [MANAGE]


async def test_only_what_reads_goes_on_where_the_database_fails(
    said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Two processes that could not claim a grant both gave it."""
    assert await parsed(FakeClaims(DatabaseUnavailable("disk full")), QUOTA) == [QUOTA]
    assert await parsed(FakeClaims(DatabaseUnavailable("disk full")), MANAGE) == []

    (sentence,) = said
    assert sentence.startswith("I can't save anything at the moment, so nothing was changed.")
    assert "(000007)" in sentence
    logged = [record for record in caplog.records if record.name.startswith("bot.")]
    assert [vars(record)["incident"] for record in logged] == ["000005", "000007"]


async def test_command_that_waited_for_too_long_is_refused(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claimed, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(claimed, "DEFER_AFTER", 0.01)

    assert await parsed(FakeClaims(hangs=True), MANAGE) == []

    assert said == [
        "I am too busy for that right now. Nothing was changed; please try again in a moment."
    ]


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
