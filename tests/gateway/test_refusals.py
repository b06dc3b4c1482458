"""Refusals of Discord's: limits of all requests, and who may ask again."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.errors import SurfaceLimited, SurfaceUnavailable
from bot.gateway import refusals
from bot.gateway.refusals import Limited, read_limit
from bot.gateway.reply import DiscordSurface
from tests.gateway.discord_http import open_line


def response(body: bytes, **headers: str) -> Any:
    async def read() -> bytes:
        return body

    written = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(read=read, headers=written)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            response(b'{"retry_after": 1.25, "global": false}', X_RateLimit_Scope="user"),
            Limited(retry_after=1.25, is_global=False),
        ),
        (
            response(b'{"retry_after": 64.5, "global": true}'),
            Limited(retry_after=64.5, is_global=True),
        ),
        (
            response(b'{"retry_after": 2}', X_RateLimit_Scope="shared"),
            Limited(retry_after=2.0, is_global=False, is_shared=True),
        ),
        (response(b"<html>1015", Retry_After="900"), Limited(retry_after=900.0, is_global=True)),
        (response(b"error code: 1015"), Limited(retry_after=60.0, is_global=True)),
        (response(b'{"retry_after": null}'), Limited(retry_after=1.0, is_global=False)),
    ],
    ids=["bucket", "global", "shared", "banned", "banned without a time", "odd"],
)
async def test_refusal_says_how_long_and_for_whom(answer: Any, expected: Limited) -> None:
    assert await read_limit(answer) == expected


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, SurfaceUnavailable), (503, SurfaceUnavailable), (429, SurfaceLimited)],
)
async def test_paced_request_is_not_repeated_by_discord_py(
    monkeypatch: pytest.MonkeyPatch, status: int, kind: type[SurfaceUnavailable]
) -> None:
    """discord.py asked up to five times for each answer."""
    async with open_line(monkeypatch) as line:
        faults = line.discord.faults
        if status == refusals.TOO_MANY:
            faults.limit(0.01, times=9)
        else:
            faults.answer(status, times=9)
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)

        with pytest.raises(SurfaceUnavailable) as caught:
            await surface.create(0, "Hello.", has_stop=False)

        assert type(caught.value) is kind
        assert faults.met == 1


async def test_global_limit_ends_though_whoever_met_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """discord.py's gate stayed closed for ever: nothing was sent any more."""
    async with open_line(monkeypatch) as line:
        line.discord.faults.limit(0.5, is_global=True)
        waiting = asyncio.get_running_loop().create_task(line.http.get_channel(line.channel.id))
        await line.discord.wait_for(lambda: not line.http._global_over.is_set(), 30.0)

        waiting.cancel()

        async with asyncio.timeout(30):
            assert await line.http.get_channel(line.channel.id)
        assert line.pacer.is_held_back
