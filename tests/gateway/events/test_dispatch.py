"""Events that discord.py can't read, what is read of them all the same, and what is logged."""

import asyncio
from collections.abc import Callable
from typing import Any

import discord
import pytest

from bot.gateway.events.dispatch import (
    Reading,
    SessionUnreadable,
    cancel_handlers,
    guard_parsers,
    guarded,
    ignore_events,
)
from bot.gateway.events.readable_payload import AS_GIVEN, Core
from bot.gateway.inbound import translate_message
from tests.gateway.conftest import ALICE, BOT, BOTS_ROLE, CHANNEL, GUILD, PICTURE, ROBOT, SERVER
from tests.gateway.guarded_client import GuardedClient, command, question, server

SECRET = "what somebody wrote"
FIELDS = ("event", "reason", "left_out")


class Parser:
    """Fails for data with a poll, and for whatever is no message at all."""

    def __init__(self) -> None:
        self.read: list[Any] = []

    def check(self, data: Any) -> None:
        if "poll" in data or "content" not in data:
            raise TypeError(f"{SECRET}: {data}")

    def __call__(self, data: Any) -> None:
        self.check(data)
        self.read.append(data)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (r.levelname, r.getMessage(), {name: vars(r)[name] for name in FIELDS if name in vars(r)})
        for r in caplog.records
        if r.name == "bot.gateway.events.dispatch"
    ]


def reading_message(parser: Parser) -> Callable[[Any], None]:
    reading = Reading(core=Core(fields={"content": AS_GIVEN}), try_out=parser.check)
    return guarded("MESSAGE_CREATE", parser, reading)


def test_readable_event_is_parsed_once_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    parser = Parser()

    reading_message(parser)({"content": "hello"})

    assert parser.read == [{"content": "hello"}]
    assert lines(caplog) == []


def test_message_is_read_without_what_breaks_it(caplog: pytest.LogCaptureFixture) -> None:
    parser = Parser()

    reading_message(parser)({"content": SECRET, "poll": {"expiry": None}})

    assert parser.read == [{"content": SECRET}]
    fields = {"event": "MESSAGE_CREATE", "reason": "TypeError", "left_out": "poll"}
    assert lines(caplog) == [("WARNING", "an event was read in part", fields)]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("data", [{"poll": {}}, {}, None, [], 7], ids=repr)
def test_unreadable_message_is_logged_once_without_its_content(
    data: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reading_message(Parser())(data)

    fields = {"event": "MESSAGE_CREATE", "reason": "TypeError"}
    assert lines(caplog) == [("ERROR", "an event could not be read", fields)]
    assert SECRET not in caplog.text


def test_parser_that_fails_half_way_is_not_called_again() -> None:
    """It may have dispatched the message already, which would be answered twice."""
    calls: list[Any] = []

    def parse(data: Any) -> None:
        calls.append(data)
        raise KeyError("after it was dispatched")

    core = Core(fields={"content": AS_GIVEN})
    guarded("MESSAGE_CREATE", parse, Reading(core=core, try_out=lambda _: None))({"content": "a"})

    assert calls == [{"content": "a"}]


def test_lost_event_is_told_with_its_payload() -> None:
    told: list[tuple[Any, ...]] = []

    guarded("MESSAGE_UPDATE", Parser(), tell=lambda *values: told.append(values))({"poll": {}})

    assert told == [("unread_event", "MESSAGE_UPDATE", {"poll": {}})]


# A real client


def reply_to(**odd: Any) -> dict[str, Any]:
    reference = {"type": 0, "message_id": "1573832440248532998", "channel_id": str(CHANNEL)}
    original = question(id="1573832440248532998", content="please vote", **odd)
    return question(type=19, message_reference=reference, referenced_message=original)


POLL: dict[str, Any] = {"question": {"text": "?"}, "answers": [], "expiry": None}

ODD_QUESTIONS: dict[str, dict[str, Any]] = {
    "poll that never expires": question(poll=POLL),
    "poll that is null": question(poll=None),
    "reply to such a poll": reply_to(poll=POLL),
    "reply to a poll with an odd file": reply_to(poll=POLL, attachments=[{"id": "5"}, PICTURE]),
    "components": question(components=[{"type": 1, "components": None}]),
    "unknown component": question(components=[{"type": 99}]),
    "sticker": question(sticker_items=[{"id": "1"}]),
    "embed": question(embeds=[None, {"type": 5}]),
    "forwarded": question(message_snapshots=[{"message": {"content": "no type"}}, None]),
    "thread": question(thread={"id": "8"}),
    "interaction": question(interaction_metadata={"type": 2}),
    "role subscription": question(role_subscription_data={}),
    "call": question(call={"participants": None}),
    "purchase": question(purchase_notification=None),
    "application": question(application={}),
    "mention": question(mentions=[ROBOT, {"username": "nobody"}]),
    "role": question(mention_roles=[None, "7"]),
    "member": question(member={"roles": [None, str(GUILD)]}),
    "author without a name": question(author={"id": ALICE["id"], "username": None}),
    "lists that are null": question(embeds=None, attachments=None, mentions=None, components=None),
    "reaction": question(reactions=[{"count": 1}]),
    "numbers that are texts": question(flags="many", position="first"),
}


@pytest.mark.parametrize("data", ODD_QUESTIONS.values(), ids=ODD_QUESTIONS)
async def test_odd_question_is_understood_exactly_once(data: dict[str, Any]) -> None:
    """A poll without an expiry ended the process of every server."""
    told = GuardedClient().read("MESSAGE_CREATE", data)

    [message] = [translate_message(one, bot_id=BOT) for one in told]
    assert (message.text, message.author.id) == ("what is this?", int(ALICE["id"]))
    assert message.mentions_bot


@pytest.mark.parametrize(
    "odd",
    [{"id": "6"}, None, 7, {**PICTURE, "filename": None}, {**PICTURE, "size": "big"}],
    ids=["nothing but an id", "null", "number", "no name", "size in words"],
)
async def test_one_odd_attachment_costs_no_other(odd: Any) -> None:
    told = GuardedClient().read("MESSAGE_CREATE", question(attachments=[PICTURE, odd, PICTURE]))

    [message] = [translate_message(one, bot_id=BOT) for one in told]
    assert [one.name for one in message.attachments] == ["cat.png", "cat.png"]


async def test_odd_attachment_of_a_forwarded_message_is_left_out_alone() -> None:
    forwarded = question(content="look", attachments=[{"id": "6"}, PICTURE])

    told = GuardedClient().read(
        "MESSAGE_CREATE", question(message_snapshots=[{"message": forwarded}], attachments=[])
    )

    [message] = [translate_message(one, bot_id=BOT) for one in told]
    assert [one.name for one in message.attachments] == ["cat.png"]
    assert message.text == "what is this?\n[forwarded: look]"


async def test_roles_of_the_author_survive_an_odd_member() -> None:
    """Blocks and limits go by them."""
    member = {"roles": [str(BOTS_ROLE)], "avatar_decoration_data": 7, "flags": None}
    told = GuardedClient().read(
        "MESSAGE_CREATE", question(member={**member, "joined_at": "yesterday"})
    )

    [message] = [translate_message(one, bot_id=BOT) for one in told]
    assert message.author.role_names == ("Glimpse",)


ODD_COMMANDS: dict[str, dict[str, Any]] = {
    "poll": command(message=question(poll=POLL)),
    "unknown kind of channel": command(
        channel_id="77", channel={"id": "77", "type": 99, "name": "new"}
    ),
    "no channel": command(channel=None),
    "entitlement": command(entitlements=[{"id": "1"}]),
    "owners": command(authorizing_integration_owners={"0": None}),
    "permissions of the bot": command(app_permissions=None),
    "context": command(context={}),
    "upload limit": {k: v for k, v in command().items() if k != "attachment_size_limit"},
    "version": {k: v for k, v in command().items() if k != "version"},
    "caller": command(member={"user": {**ALICE, "avatar_decoration_data": 7}, "roles": None}),
}


@pytest.mark.parametrize("data", ODD_COMMANDS.values(), ids=ODD_COMMANDS)
async def test_odd_interaction_is_told_once_with_person_and_place(data: dict[str, Any]) -> None:
    client = GuardedClient()

    [interaction] = client.read("INTERACTION_CREATE", data)

    assert interaction.user.id == int(ALICE["id"])
    assert interaction.channel_id == int(data["channel_id"])
    assert interaction.data["custom_id"] == "stop:1"


@pytest.mark.parametrize(
    "odd",
    [
        {"roles": [*SERVER["roles"], {"id": "5"}, {"id": "6", "name": None}, None]},
        {"channels": [*SERVER["channels"], {"id": "5", "type": 0}, {"id": "6", "type": 99}]},
        {"threads": [*SERVER["threads"], {"id": "5"}]},
        {"stage_instances": [{}], "voice_states": None, "stickers": [None], "emojis": None},
    ],
    ids=["roles", "channels", "threads", "other lists"],
)
async def test_odd_part_of_a_server_costs_that_part(odd: dict[str, Any]) -> None:
    client = GuardedClient()

    client.read("GUILD_CREATE", server(**odd))

    [guild] = client.guilds
    assert {role.name for role in guild.roles} == {"@everyone", "Glimpse"}
    assert guild.get_channel(CHANNEL) is not None
    assert len(guild.threads) == 1
    assert not guild.unavailable


async def test_no_parser_of_a_guarded_client_raises(caplog: pytest.LogCaptureFixture) -> None:
    parsers = GuardedClient()._connection.parsers
    ready = parsers.pop("READY")

    for parse in parsers.values():
        parse("of no form")
    with pytest.raises(SessionUnreadable):
        ready("of no form")

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
