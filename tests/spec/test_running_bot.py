"""A sample of the odd dispatches, sent to the running bot, which is asked after each batch."""

import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from bot.standins.playground.errors import Json
from bot.standins.playground.world.state import Channel
from tests.e2e.conftest import Town
from tests.e2e.conftest import nothing_leaks as nothing_leaks
from tests.e2e.conftest import shared_town as shared_town
from tests.gateway.conftest import ALICE, BOT, BOTS_ROLE, CHANNEL, GUILD, THREAD
from tests.spec.envelopes import DISPATCHES
from tests.spec.odd_payloads import Odd, Schema
from tests.spec.test_dispatches import LOST, needs_description, odd_forms

pytestmark = [pytest.mark.asyncio(loop_scope="module"), needs_description]
town = shared_town

SEED = 20261201
BATCH = 40  # odd forms of one dispatch
QUESTIONS = 60  # each of an odd form
NOT_SENT = {"READY", *LOST}  # READY would end the session; the others come with somebody's deed


def sample(schemas: list[Schema], size: int) -> list[Odd]:
    forms = [odd for schema in schemas for odd in odd_forms(schema)]
    return random.Random(SEED).sample(forms, min(size, len(forms)))


def placed(payload: Any, town: Town, room: Channel) -> Any:
    """With the ids and addresses of this town instead of those of the envelopes."""
    text = json.dumps(payload)
    for made_up, real in (
        (str(BOT), str(town.discord.bot.id)),
        (str(GUILD), str(town.server.id)),
        (str(CHANNEL), str(room.id)),
        (ALICE["id"], str(town.alice.id)),
        (str(BOTS_ROLE), "41"),
        (str(THREAD), "42"),
        ("https://cdn.discordapp.com", town.discord.base_url),
    ):
        text = text.replace(made_up, real)
    return json.loads(text)


def grafted(odd: Odd, town: Town, room: Channel) -> Callable[[Json], Json]:
    """Puts the odd field of a payload into one that really happens."""
    name = odd.path[0]

    def change(data: Json) -> Json:
        field = placed(odd.payload, town, room)
        rest = {each: value for each, value in data.items() if each != name}
        return {**rest, name: field[name]} if name in field else rest

    return change


def harmless(odds: list[Odd], event: str) -> Iterator[Odd]:
    """Those that still have somebody, somewhere, asking something."""
    touched = ("content", "type", "author", "guild_id", "channel_id", "channel", "data", "message")
    lost = {path[0] for path in LOST[event]} | set(touched)
    return (odd for odd in odds if odd.path and odd.path[0] not in lost)


@pytest.mark.parametrize("event", [one for one in DISPATCHES if one not in NOT_SENT])
async def test_bot_answers_after_a_batch_of_odd_dispatches(town: Town, event: str) -> None:
    room = town.open_channel()
    begun = len(town.discord.gateway.identified)
    for odd in sample(DISPATCHES[event], BATCH):
        for session in town.discord.gateway.sessions.values():
            session.send(event, placed(odd.payload, town, room))

    # By the permissions that it has now been told, it may not be allowed to reply: any message will do.
    assert await town.answer_to(await town.ask(room, "are you still there?"))
    assert len(town.discord.gateway.identified) == begun


async def test_bot_answers_questions_of_odd_forms(town: Town) -> None:
    odds = sample([DISPATCHES["MESSAGE_CREATE"][0]], QUESTIONS * 2)
    for odd in islice(harmless(odds, "MESSAGE_CREATE"), QUESTIONS):
        room = town.open_channel()
        town.discord.gateway.faults.events.change("MESSAGE_CREATE", grafted(odd, town, room))

        asked = await town.ask(room, "what is this?")
        assert await town.answer_to(asked), str(odd)


async def test_bot_carries_out_commands_of_odd_forms(town: Town) -> None:
    odds = sample([DISPATCHES["INTERACTION_CREATE"][1]], QUESTIONS * 3)
    for odd in islice(harmless(odds, "INTERACTION_CREATE"), QUESTIONS):
        change = grafted(odd, town, town.general)
        town.discord.gateway.faults.events.change("INTERACTION_CREATE", change)

        answer = await town.alice.slash("quota", "me")

        assert answer.content.startswith("**Your quota**"), str(odd)
