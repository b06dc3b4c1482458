"""Discord's event stream breaks off and comes back, while people go on asking."""

from collections.abc import Callable

import pytest

from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.connections import Gateway
from tests.e2e.conftest import Town, shared_town
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

TEXT = "Whatever happens, I go on. " * 8


@pytest.mark.parametrize(
    "trouble",
    [
        lambda gateway: gateway.ask_to_reconnect(),
        lambda gateway: gateway.invalidate(resumable=True),
        lambda gateway: gateway.drop(),
        lambda gateway: gateway.drop(4000),
    ],
    ids=["asked to reconnect", "session may be resumed", "torn down", "closed"],
)
async def test_messages_around_a_lost_connection_are_answered_once(
    town: Town, trouble: Callable[[Gateway], None]
) -> None:
    gateway = town.discord.gateway
    resumed = gateway.resumed
    town.endpoint.play(Script(text=TEXT, pace=0.01))
    asked = await town.ask(town.open_channel(), "go on")
    await town.started(asked)

    trouble(gateway)
    await town.wait(lambda: not gateway.connected_shards, "the connection is lost")
    meanwhile = await town.ask(town.open_channel(), "did you hear me?")

    assert await town.answered(asked) == TEXT.strip()
    await town.answered(meanwhile)
    await town.wait(lambda: gateway.resumed > resumed, "the session is resumed")
    later = await town.ask(town.open_channel(), "all well again?")
    await town.answered(later)
    for one in (asked, meanwhile, later):
        assert len(town.later(one)) == 1


async def test_answer_goes_on_when_a_new_session_begins(town: Town) -> None:
    gateway = town.discord.gateway
    begun = len(gateway.identified)
    town.endpoint.play(Script(text=TEXT, pace=0.01))
    asked = await town.ask(town.open_channel(), "go on")
    await town.started(asked)

    gateway.invalidate()

    assert await town.answered(asked) == TEXT.strip()
    await town.wait(lambda: len(gateway.identified) > begun, "a new session begins")
    later = await town.ask(town.open_channel(), "all well again?")
    await town.answered(later)
    assert len(town.later(asked)) == 1


# An event that discord.py can't read

POLL: Json = {
    "question": {"text": "Shall we hide this from every log?"},
    "answers": [{"answer_id": 1, "poll_media": {"text": "Certainly we shall"}}],
    "expiry": None,
    "allow_multiselect": False,
    "layout_type": 1,
}


def with_poll(message: Json) -> Json:
    return {**message, "poll": POLL}


def replying_to_poll(message: Json) -> Json:
    return {**message, "referenced_message": with_poll(message["referenced_message"])}


async def test_message_with_a_poll_that_never_expires_is_answered(
    town: Town,
) -> None:
    town.discord.gateway.faults.events.change("MESSAGE_CREATE", with_poll)

    asked = await town.ask(town.open_channel(), "how shall I vote?")

    await town.answered(asked)
    later = await town.ask(town.open_channel(), "are you still there?")
    await town.answered(later)
    read = "an event was read in part event=MESSAGE_CREATE left_out=poll reason=TypeError"
    assert read in town.log
    assert "hide this" not in town.log


async def test_reply_to_a_poll_that_never_expires_is_answered(town: Town) -> None:
    room = town.open_channel()
    poll = await town.alice.say(room, "please vote")
    town.discord.gateway.faults.events.change("MESSAGE_CREATE", replying_to_poll)

    asked = await town.ask(room, "how shall I vote?", reply_to=poll)

    await town.answered(asked)


async def test_malformed_event_is_logged_once_and_the_process_goes_on(
    town: Town,
) -> None:
    town.discord.gateway.faults.events.change("MESSAGE_CREATE", lambda _: {"id": "of no form"})
    room = town.open_channel()
    await town.ask(room, "what no one can read")

    later = await town.ask(room, "are you still there?")

    await town.answered(later)
    assert town.log.count("not be read event=MESSAGE_CREATE") == 1
    assert "an event could not be read event=MESSAGE_CREATE reason=KeyError" in town.log
    assert "of no form" not in town.log
