"""Events that discord.py can't read, and what is logged of them."""

import asyncio
from typing import Any

import discord
import pytest

from bot.gateway.dispatch import (
    cancel_handlers,
    guard_parsers,
    guarded,
    ignore_events,
    without_polls,
)

SECRET = "what somebody wrote"


class Parser:
    """Fails for data with a poll, and for whatever is no message at all."""

    def __init__(self) -> None:
        self.read: list[Any] = []

    def __call__(self, data: Any) -> None:
        if "poll" in data or "content" not in data:
            raise TypeError(f"{SECRET}: {data}")
        self.read.append(data)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, dict[str, object]]]:
    fields = ("event", "reason")
    return [
        (r.levelname, r.getMessage(), {name: vars(r)[name] for name in fields if name in vars(r)})
        for r in caplog.records
        if r.name == "bot.gateway.dispatch"
    ]


def test_readable_event_is_parsed_once_and_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    parser = Parser()

    guarded("MESSAGE_CREATE", parser)({"content": "hello"})

    assert parser.read == [{"content": "hello"}]
    assert lines(caplog) == []


def test_message_that_fails_with_its_poll_is_read_without(caplog: pytest.LogCaptureFixture) -> None:
    parser = Parser()

    guarded("MESSAGE_CREATE", parser)({"content": SECRET, "poll": {"expiry": None}})

    assert parser.read == [{"content": SECRET}]
    assert lines(caplog) == [
        ("WARNING", "a message was read without its poll", {"reason": "TypeError"})
    ]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("data", [{"poll": {}}, {}, None, [], 7], ids=repr)
def test_unreadable_message_is_logged_once_without_its_content(
    data: Any, caplog: pytest.LogCaptureFixture
) -> None:
    guarded("MESSAGE_CREATE", Parser())(data)

    assert lines(caplog) == [
        (
            "ERROR",
            "an event could not be read",
            {"event": "MESSAGE_CREATE", "reason": "TypeError"},
        )
    ]
    assert SECRET not in caplog.text


def test_other_events_are_not_tried_a_second_time(caplog: pytest.LogCaptureFixture) -> None:
    parser = Parser()

    guarded("MESSAGE_UPDATE", parser)({"content": SECRET, "poll": {}})

    assert parser.read == []
    assert [line[2]["event"] for line in lines(caplog)] == ["MESSAGE_UPDATE"]


def test_poll_is_left_out_of_the_replied_to_message() -> None:
    original: dict[str, Any] = {"content": "vote", "poll": {}, "referenced_message": None}
    reply = {"content": "how?", "referenced_message": original}

    assert without_polls(reply) == {
        "content": "how?",
        "referenced_message": {"content": "vote", "referenced_message": None},
    }


async def test_no_parser_of_a_guarded_client_raises(caplog: pytest.LogCaptureFixture) -> None:
    client = discord.AutoShardedClient(intents=discord.Intents.none())
    parsers = client._connection.parsers

    guard_parsers(client)
    for parse in parsers.values():
        parse("of no form")

    unread = {fields["event"] for _, _, fields in lines(caplog)}
    assert {"READY", "GUILD_CREATE", "MESSAGE_CREATE", "INTERACTION_CREATE"} <= unread


async def test_handlers_of_events_are_cancelled_and_waited_for() -> None:
    """Handlers went on after the database was closed, and opened it again."""
    client, ended = discord.Client(intents=discord.Intents.none()), list[str]()
    client.loop = asyncio.get_running_loop()
    began = asyncio.Event()

    async def on_message() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("message")

    handling = client._schedule_event(on_message, "on_message")
    await began.wait()
    await cancel_handlers(patience=0)

    assert handling.done()
    assert ended == ["message"]


async def test_client_that_ends_ignores_events(caplog: pytest.LogCaptureFixture) -> None:
    client = discord.AutoShardedClient(intents=discord.Intents.none())
    guard_parsers(client)

    ignore_events(client)
    for parse in client._connection.parsers.values():
        parse("of no form")

    assert lines(caplog) == []
