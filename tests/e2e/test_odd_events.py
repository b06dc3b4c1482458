"""Events of forms that discord.py can't read, sent to the running bot."""

from collections.abc import Callable

import pytest

from bot.standins.playground.errors import Json
from tests.e2e.conftest import Town, shared_town

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

SENTENCE = "Something went wrong on my side"


def send_text(town: Town, text: str) -> None:
    for session in town.discord.gateway.sessions.values():
        if session.socket is not None:
            session.socket.send_text(text)


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "null",
        "[]",
        '{"op":0,"t":["MESSAGE_CREATE"],"d":null}',
        '{"op":0,"t":"MESSAGE_CREATE","s":"seven","d":null}',
        '{"op":0,"t":"NOBODY_KNOWS","d":{}}',
        '{"op":0,"t":"RESUMED","d":null}',
        '{"op":77,"d":{}}',
        "{}",
    ],
)
async def test_question_after_an_odd_frame_is_answered(town: Town, frame: str) -> None:
    begun = len(town.discord.gateway.identified)
    send_text(town, frame)

    await town.answered(await town.ask(town.open_channel(), "are you still there?"))

    assert len(town.discord.gateway.identified) == begun


def without(*names: str) -> Callable[[Json], Json]:
    return lambda data: {name: value for name, value in data.items() if name not in names}


@pytest.mark.parametrize(
    "change",
    [
        without("attachment_size_limit", "version", "entitlements"),
        lambda data: {**data, "channel": {"id": data["channel_id"], "type": 99}},
        lambda data: {**data, "app_permissions": None, "entitlements": [None]},
        lambda data: {**data, "member": {**data["member"], "flags": None, "joined_at": 7}},
    ],
    ids=["fields missing", "unknown kind of channel", "nulls", "odd member"],
)
async def test_command_in_an_odd_interaction_is_carried_out(
    town: Town, change: Callable[[Json], Json]
) -> None:
    town.discord.gateway.faults.events.change("INTERACTION_CREATE", change)

    answer = await town.alice.slash("quota", "me")

    assert answer.content.startswith("**Your quota**")


@pytest.mark.parametrize(
    "change",
    [without("member"), lambda data: {**data, "data": None}, lambda data: {**data, "data": {}}],
    ids=["nobody", "null", "nothing"],
)
async def test_command_that_can_not_be_read_gets_a_sentence(
    town: Town, change: Callable[[Json], Json]
) -> None:
    """Discord said "The application did not respond" after three seconds."""
    town.discord.gateway.faults.events.change("INTERACTION_CREATE", change)

    answer = await town.alice.slash("quota", "me")

    assert answer.content.startswith(SENTENCE)
    assert answer.is_ephemeral


async def test_question_whose_core_is_odd_gets_a_sentence(town: Town) -> None:
    town.discord.gateway.faults.events.change(
        "MESSAGE_CREATE", lambda data: {**data, "guild_id": "the town"}
    )

    asked = await town.ask(town.open_channel(), "can you read this?")

    await town.reply_saying(asked, SENTENCE)


async def test_question_in_a_server_that_came_damaged_is_answered(town: Town) -> None:
    """Roles, channels and threads of forms that discord.py can't read cost the whole server."""

    def damaged(server: Json) -> Json:
        return {
            **server,
            "roles": [*server["roles"], {"id": "5"}, None],
            "channels": [*server["channels"], {"id": "6", "type": 0}],
            "threads": [{"id": "7"}],
            "stage_instances": [None],
        }

    gateway = town.discord.gateway
    gateway.faults.events.change("GUILD_CREATE", damaged)
    gateway.announce_joined(town.server.guild)

    await town.answered(await town.ask(town.open_channel(), "are you still there?"))
    assert "an event was read in part event=GUILD_CREATE" in town.log
