"""Requests that show an answer: their forms, and what Discord's refusals mean."""

import asyncio
import json
import time
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.display import live_reply
from bot.chat.display.live_reply import LiveReply
from bot.core.errors import (
    SurfaceClosed,
    SurfaceError,
    SurfaceForbidden,
    SurfaceGone,
    SurfaceLimited,
    SurfaceRejected,
    SurfaceUnavailable,
)
from bot.core.pictures.orders import ShownPicture
from bot.gateway.replies import reply
from bot.gateway.replies.reply import (
    DiscordSurface,
    attachment_fields,
    multipart_form,
    translate_error,
)
from tests.gateway.discord_http import open_line

PICTURES = (
    ShownPicture(content=b"one", name="picture-1.png", alt="a cat"),
    ShownPicture(content=b"two", name="picture-2.png", alt="a dog"),
)


def refusal(status: int, code: int = 0) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, {"code": code, "message": ""})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal(404, 10008), SurfaceGone),
        (refusal(404, 10003), SurfaceGone),
        (refusal(401), SurfaceUnavailable),
        (refusal(404), SurfaceUnavailable),  # it left half a reply with its Stop button
        (refusal(429), SurfaceLimited),
        (refusal(503), SurfaceUnavailable),
        (refusal(403, 50013), SurfaceForbidden),
        (refusal(400, 50083), SurfaceClosed),
        (refusal(403, 160005), SurfaceClosed),
        (refusal(400, 50035), SurfaceRejected),
        (refusal(400, 200000), SurfaceRejected),
        (refusal(400, 240000), SurfaceRejected),
    ],
    ids=[
        "message-gone",
        "channel-gone",
        "token",
        "nobody-says-what-is-gone",
        "rate-limit",
        "down",
        "permission",
        "archived",
        "locked",
        "form",
        "automod",
        "link",
    ],
)
def test_refusal_is_translated_by_its_code_and_status(
    error: discord.HTTPException, kind: type[SurfaceError]
) -> None:
    assert type(translate_error(error)) is kind


def test_form_holds_the_body_and_then_each_picture() -> None:
    body, *files = multipart_form({"attachments": attachment_fields(PICTURES)}, PICTURES)

    described = json.loads(body["value"])["attachments"]
    assert [(each["filename"], each["description"]) for each in described] == [
        ("picture-1.png", "a cat"),
        ("picture-2.png", "a dog"),
    ]
    assert [(each["name"], each["value"]) for each in files] == [
        ("files[0]", b"one"),
        ("files[1]", b"two"),
    ]


async def test_answer_appears_whole_and_once_though_discord_is_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A latency of 30 s: each request was given up, and in the end the answer thrown away."""
    monkeypatch.setattr(reply, "_PATIENCE", 0.2)
    monkeypatch.setattr(live_reply, "RETRY_PAUSE", 0.01)
    async with open_line(monkeypatch) as line:
        line.discord.dispatcher.latency = 0.5
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)
        answer = LiveReply(surface, line.pacer, time.monotonic)

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(answer.show())
            answer.add("Once")
            await line.discord.wait_for(lambda: len(line.channel.messages) == 2, 30.0)
            answer.add(" and for all.")
            answer.end("-# done")

        _question, shown = line.channel.messages.values()
        assert shown.content == "Once and for all.\n-# done"
        assert shown.id == answer.message_ids[0]


async def test_message_whose_creation_was_given_up_is_created_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reply, "_PATIENCE", 0.1)
    async with open_line(monkeypatch) as line:
        line.discord.faults.hang(1.0, method="POST", path="/messages$")
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)

        with pytest.raises(SurfaceUnavailable):
            await surface.create(0, "Older", has_stop=True)
        message_id = await surface.create(0, "Newer", has_stop=True)
        await line.discord.wait_for(lambda: len(line.discord.dispatcher.log) >= 4, 30.0)

        assert [*line.channel.messages] == [line.question_id, message_id]
        assert line.channel.messages[message_id].content == "Newer"


async def test_reply_to_a_deleted_question_is_not_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_line(monkeypatch) as line:
        await line.alice.delete(line.channel.messages[line.question_id])
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)

        with pytest.raises(SurfaceGone):
            await surface.create(0, "Hello.", has_stop=False)

        assert [*line.channel.messages] == [line.question_id]


async def test_message_of_a_process_that_was_lost_gets_the_newest_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Created again with its nonce, it kept the text of before the crash."""
    async with open_line(monkeypatch) as line:
        before, after = (
            DiscordSurface(line.http, line.channel.id, line.question_id) for _ in range(2)
        )
        message_id = await before.create(0, "Half", has_stop=True)

        assert await after.create(0, "Half and whole", has_stop=False) == message_id

        assert line.channel.messages[message_id].content == "Half and whole"
        assert not line.channel.messages[message_id].components
