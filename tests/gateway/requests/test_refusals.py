"""Refusals of Discord's: limits of all requests, and who may ask again."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord.http import Route as Endpoint

from bot.core.errors import (
    SurfaceError,
    SurfaceForbidden,
    SurfaceLimited,
    SurfaceUnavailable,
)
from bot.gateway.replies.reply import DiscordSurface
from bot.gateway.requests import refusals
from bot.gateway.requests.forbidden_channels import Use
from bot.gateway.requests.rate_limit_headers import paced
from bot.gateway.requests.refusals import Limited, read_limit
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


async def test_token_is_rejected_after_some_401s_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_line(monkeypatch) as line:
        line.discord.faults.answer(401, times=2)
        told = []
        for _ in range(6):
            with suppress(SurfaceError):
                await DiscordSurface(line.http, line.channel.id, line.question_id).typing()
            told.append(len(line.rejections))
            if len(told) == 3:
                line.discord.faults.answer(401, times=9)

    assert told == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("code", "expected"), [(50013, True), (50001, True), (160002, False)], ids=str
)
async def test_channel_without_permission_is_told_of(
    monkeypatch: pytest.MonkeyPatch, *, code: int, expected: bool
) -> None:
    async with open_line(monkeypatch) as line:
        line.discord.faults.answer(403, code, method="POST", path="/messages$")
        line.discord.faults.answer(403, code, method="GET", path="/messages/")
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)

        with pytest.raises(SurfaceForbidden):
            await surface.create(0, "Hello.", has_stop=False)
        with pytest.raises(discord.Forbidden):
            await line.http.get_message(line.channel.id, line.question_id)

        both = [(line.channel.id, Use.WRITE), (line.channel.id, Use.READ)]
        assert line.forbidden == (both if expected else [])


async def test_limit_of_a_command_is_left_to_discord_py(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_line(monkeypatch) as line:
        line.discord.faults.limit(0.01, path="/interactions/", is_global=True)
        callback = Endpoint("POST", "/interactions/1/token/callback")

        with paced(), pytest.raises(discord.NotFound):
            await line.http.request(callback, json={"type": 5})

        assert line.discord.faults.met == 1
        assert not line.pacer.is_held_back
