"""Every dispatch that the bot subscribes to, in every odd form, read by a real client."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.messages.incoming_message import IncomingMessage
from bot.gateway.answer_places import _may_write, _permissions_in
from bot.gateway.events.dispatch import SessionUnreadable
from bot.gateway.inbound import translate_message
from tests.gateway.conftest import ALICE, BOT, BOTS_ROLE
from tests.gateway.guarded_client import GuardedClient, question
from tests.spec.envelopes import DISPATCHES
from tests.spec.odd_payloads import Odd, Payloads, Schema
from tests.standins.playground.schemas import VARIABLE, Description

needs_description = pytest.mark.skipif(
    Description.read() is None, reason=f"{VARIABLE} does not name the description"
)
pytestmark = needs_description

# Without these nobody can tell which message or command it is, whose, and where.
LOST = {
    "MESSAGE_CREATE": {("id",), ("channel_id",), ("guild_id",), ("author",), ("author", "id")},
    "INTERACTION_CREATE": {
        ("id",),
        ("application_id",),
        ("token",),
        ("type",),
        ("guild_id",),
        ("data",),
        ("member",),
        ("member", "user"),
        ("member", "user", "id"),
        ("data", "custom_id"),
        ("data", "component_type"),
        ("data", "components"),
    },
}
# The others, whose question or command is lost on nobody.
CASES = [
    (event, number)
    for event, schemas in DISPATCHES.items()
    for number in range(len(schemas))
    if event not in LOST
]


def payloads() -> Payloads:
    description = Description.read()
    assert description is not None
    return Payloads(description.schemas)


def odd_forms(schema: Schema) -> Iterator[Odd]:
    made = payloads()
    yield Odd(path=(), change="whole", payload=made.full(schema))
    yield from made.odd(schema)


def read(client: GuardedClient, event: str, payload: Any) -> None:
    parse = client._connection.parsers.get(event, lambda _: None)
    try:
        parse(payload)
    except SessionUnreadable:
        assert event == "READY"


def understood(client: GuardedClient) -> list[IncomingMessage]:
    """The questions among what has been told, as the bot understands them."""
    messages = [values[0] for name, values in client.told if name == "message"]
    assert all(_may_write(one, _permissions_in(one)) is not None for one in messages)
    return [translate_message(one, bot_id=BOT) for one in messages]


def is_question(message: IncomingMessage) -> bool:
    is_speech = not message.is_system and not message.author.is_bot
    return is_speech and message.mentions_bot and message.author.id == int(ALICE["id"])


def assert_next_question_is_understood(client: GuardedClient, odd: Odd) -> None:
    client.told.clear()
    member = {"roles": [str(BOTS_ROLE)], "flags": 0}
    client._connection.parsers["MESSAGE_CREATE"](question(member=member))
    assert [is_question(one) for one in understood(client)] == [True], str(odd)


@pytest.mark.parametrize("event", DISPATCHES)
async def test_whole_form_is_read_as_a_whole(event: str, caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise the odd forms would have more than one odd spot, and prove less."""
    client = GuardedClient()
    for schema in DISPATCHES[event]:
        read(client, event, payloads().full(schema))
    _cancel_tasks(client)

    assert [vars(one) for one in caplog.records if one.name == "bot.gateway.events.dispatch"] == []


@pytest.mark.parametrize(("event", "number"), CASES)
async def test_question_after_each_odd_form_is_understood(event: str, number: int) -> None:
    client = GuardedClient()
    for odd in odd_forms(DISPATCHES[event][number]):
        read(client, event, odd.payload)
        assert_next_question_is_understood(client, odd)
    _cancel_tasks(client)


def _cancel_tasks(client: GuardedClient) -> None:
    state: Any = client._connection
    for task in (*state._ready_tasks.values(), state._ready_task):
        if task is not None:
            task.cancel()


def _outcomes(odd: Odd) -> list[list[bool]]:
    """Without its text or kind it is a message still, but nobody can know that it asks."""
    if odd.path in LOST["MESSAGE_CREATE"]:
        return [[], [True], [False]]
    return [[True], [False]] if odd.path in {("content",), ("type",)} else [[True]]


@pytest.mark.parametrize("number", range(len(DISPATCHES["MESSAGE_CREATE"])))
async def test_question_in_each_odd_form_is_understood_once(number: int) -> None:
    client = GuardedClient()
    for odd in odd_forms(DISPATCHES["MESSAGE_CREATE"][number]):
        client.told.clear()
        read(client, "MESSAGE_CREATE", odd.payload)

        told = [is_question(one) for one in understood(client)]
        assert told in _outcomes(odd), str(odd)
        assert_next_question_is_understood(client, odd)


@pytest.mark.parametrize("number", range(len(DISPATCHES["INTERACTION_CREATE"])))
async def test_interaction_in_each_odd_form_is_told_once(number: int) -> None:
    client = GuardedClient()
    for odd in odd_forms(DISPATCHES["INTERACTION_CREATE"][number]):
        client.told.clear()
        read(client, "INTERACTION_CREATE", odd.payload)

        told = [values[0].user.id for name, values in client.told if name == "interaction"]
        unread = [name for name, _ in client.told if name == "unread_event"]
        if odd.path in LOST["INTERACTION_CREATE"]:
            assert len(told) + len(unread) == 1, str(odd)
        else:
            assert told == [int(ALICE["id"])], str(odd)
        assert_next_question_is_understood(client, odd)


async def test_message_of_each_kind_is_told_once() -> None:
    client = GuardedClient()
    description = Description.read()
    assert description is not None
    kinds = [one["const"] for one in description.schemas["MessageType"]["oneOf"]]

    for kind in (*kinds, 9_999, "new"):
        client.told.clear()
        read(client, "MESSAGE_CREATE", question(type=kind))
        assert len(understood(client)) == 1, kind
