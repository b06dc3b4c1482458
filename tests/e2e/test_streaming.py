"""An answer as it appears, and how it is stopped."""

import asyncio
import re
from itertools import pairwise

import pytest

from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message
from tests.e2e.conftest import (
    FOOTER,
    PAGE_LIMIT,
    Town,
    has_stop,
    shared_town,
    stop_button,
)
from tests.scripted_endpoint import Recorded, Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

SENTENCE = "The quick brown fox number {} jumps over the lazy dog and **never** looks back. "
PROSE = "".join(SENTENCE.format(n) + "\n" * (n % 5 == 4) for n in range(25))
CODE = "".join(f"    value_{n} = compute({n}, `x`)  # step {n}\n" for n in range(75))
LONG = f"{PROSE}\n```python\n{CODE}```\n{PROSE}The end."
ENDLESS = "Once more into the breach. " * 60  # more than is ever written at the pace below


def without_fences(text: str) -> str:
    """All words in order; pages may close and reopen a block, and cut at white space."""
    lines = [line for line in text.splitlines() if not line.startswith("```")]
    return "".join("".join(lines).split())


async def test_mention_becomes_a_streamed_metered_answer(town: Town) -> None:
    asked = await town.ask(town.open_channel(), "what? [[text='A street at night.' pace=0.01]]")

    (reply,) = await town.answer_to(asked)

    assert re.fullmatch(r"A street at night\.\n-# scripted · \d+ tokens", reply.content)


async def test_long_answer_with_long_code_arrives_whole_on_several_pages(
    town: Town,
) -> None:
    assert len(LONG) > 7_000
    assert len(CODE) > 3_000
    town.endpoint.play(Script(text=LONG, delta=20, pace=0.003))

    asked = await town.ask(town.open_channel(), "a long story, please")

    pages = await town.answer_to(asked)
    text, _, _ = "\n".join(page.content for page in pages).rpartition(FOOTER)
    assert without_fences(text) == without_fences(LONG)
    assert len(pages) > 3
    for page in pages:
        assert len(page.content) <= PAGE_LIMIT
        assert len(re.findall(r"^```", page.content, re.MULTILINE)) % 2 == 0
        assert not has_stop(page)
    reopened = [page for page in pages[1:] if page.content.startswith("```python\n")]
    assert reopened


async def test_page_text_is_final_before_the_next_page_begins(town: Town) -> None:
    town.endpoint.play(Script(text=PROSE * 2, delta=20, pace=0.005))

    asked = await town.ask(town.open_channel(), "a story of two pages, please")

    first, second, *_ = await town.answer_to(asked)
    later = [r for r in first.revisions if r.at > second.created_at]
    assert {r.content for r in later} <= {first.revisions[-1].content}
    assert first.final_text_at is not None
    assert first.final_text_at <= second.created_at


async def test_text_grows_while_the_model_writes_and_never_shrinks(town: Town) -> None:
    asked = await town.ask(town.open_channel(), f"grow [[text='{ENDLESS[:600]}' pace=0.01]]")

    reply = await town.reply_saying(asked, FOOTER)
    shown = [revision.content for revision in reply.revisions]
    assert len(shown) >= 3
    assert all(len(a) <= len(b) for a, b in pairwise(shown))


async def test_first_text_appears_long_before_the_last(town: Town) -> None:
    asked = await town.ask(town.open_channel(), f"soon [[text='{ENDLESS[:800]}' pace=0.01]]")

    reply = await town.reply_saying(asked, FOOTER)
    assert reply.first_text_at is not None
    assert reply.final_text_at is not None
    assert reply.first_text_at - asked.created_at < 1.5  # seconds; a tenth of that when idle
    assert reply.final_text_at - reply.first_text_at > 1.0


async def test_typing_is_shown_until_the_first_text(town: Town) -> None:
    room = town.open_channel()
    typing = f"/channels/{room.id}/typing"

    asked = await town.ask(room, "think first [[think=1 text=Yes.]]")

    await town.wait(
        lambda: [one for one in town.discord.dispatcher.log if one.path == typing],
        "typing is shown",
    )
    assert not town.discord.replies_to(asked)
    assert await town.answered(asked) == "Yes."


async def test_stop_button_is_there_while_writing_and_gone_afterwards(town: Town) -> None:
    asked = await town.ask(town.open_channel(), f"short [[text='{ENDLESS[:300]}' pace=0.01]]")

    reply = await town.started(asked)

    assert has_stop(reply)
    assert not has_stop(await town.reply_saying(asked, FOOTER))


async def begin(town: Town, room: Channel) -> tuple[Message, Message, Recorded]:
    """Have an answer written that would go on for long."""
    asked = await town.ask(room, f"go on in {room.id} [[text='{ENDLESS}' pace=0.1]]")
    reply = await town.started(asked)
    (request,) = town.requests_about(f"go on in {room.id}")
    return asked, reply, request


async def test_asker_stops_the_answer_and_with_it_the_call(town: Town) -> None:
    asked, reply, request = await begin(town, town.open_channel())

    pressed = await town.alice.press(reply, stop_button(asked))

    assert pressed.content == "I'm stopping."
    assert pressed.is_ephemeral
    await town.reply_saying(asked, f"{FOOTER}Stopped.")
    await town.wait(request.disconnected.is_set, "the call is ended")


async def test_stranger_cannot_stop_the_answer_and_alone_reads_why(town: Town) -> None:
    asked, reply, request = await begin(town, town.open_channel())
    mallory = town.server.add_member("mallory")

    pressed = await mallory.press(reply, stop_button(asked))

    assert pressed.content == "Only the person who asked, or a moderator, can stop this answer."
    assert pressed.is_ephemeral
    assert not request.disconnected.is_set()
    await town.alice.press(reply, stop_button(asked))
    await town.reply_saying(asked, "Stopped.")


async def test_moderator_stops_the_answer_of_another(town: Town) -> None:
    asked, reply, _ = await begin(town, town.open_channel())
    carol = town.server.add_member("carol", granted=Permission.MANAGE_MESSAGES)

    pressed = await carol.press(reply, stop_button(asked))

    assert pressed.content == "I'm stopping."
    await town.reply_saying(asked, "Stopped.")


async def test_stopped_answer_is_part_of_the_history(town: Town) -> None:
    room = town.open_channel()
    asked, reply, _ = await begin(town, room)
    await town.alice.press(reply, stop_button(asked))
    await town.reply_saying(asked, "Stopped.")

    again = await town.ask(room, "why did I stop you?", reply_to=reply)

    await town.answered(again)
    (request,) = town.requests_about("why did I stop you?")
    assert b"Once more" in request.raw


async def test_fifty_answers_at_once_in_ten_channels_all_arrive_whole(town: Town) -> None:
    rooms = [town.open_channel(f"room-{n}") for n in range(10)]
    people = [town.server.add_member(f"person-{n}") for n in range(5)]
    asked = {
        (await town.ask(room, f"number {n} [[text='{_answer(n)}' pace=0.04]]", by=who)).id: n
        for n, (room, who) in enumerate((room, who) for room in rooms for who in people)
    }

    answers = await town.wait(lambda: _whole_answers(town, asked), "all fifty are whole")

    assert answers == {n: _answer(n) for n in range(50)}
    assert town.discord.count_429 == town.planned_429s  # none but those of other tests' faults
    assert not town.discord.dispatcher.overlaps


def _answer(number: int) -> str:
    return f"Answer {number}: " + " ".join(f"{number}-{n}" for n in range(20)) + "."


def _whole_answers(town: Town, asked: dict[int, int]) -> dict[int, str] | None:
    """The answers by number, once there is one with a footer for each question."""
    found = {
        asked[message.reference.message_id]: message.content.partition(FOOTER)[0]
        for message in town.discord.all_messages
        if message.reference is not None
        and message.reference.message_id in asked
        and FOOTER in message.content
    }
    return found if len(found) == len(asked) else None


async def test_thinking_is_shown_with_its_headline_until_the_first_text(town: Town) -> None:
    gate = asyncio.Event()
    town.endpoint.play(Script(thinking=("Reading the sign",), gate=gate, text="It says: closed."))

    asked = await town.ask(town.open_channel(), "what does it say?")
    waiting = await town.started(asked)

    assert re.fullmatch(r"-# Reading the sign · 0:0\d", waiting.content)
    assert has_stop(waiting)
    gate.set()
    assert await town.answered(asked) == "It says: closed."
    assert len(town.later(asked)) == 1


async def test_stop_while_the_model_thinks_ends_the_call(town: Town) -> None:
    town.endpoint.play(Script(thinking=("Looking closely", "Looking again") * 20, pace=0.3))
    asked = await town.ask(town.open_channel(), "think for ever")
    waiting = await town.started(asked)

    await town.alice.press(waiting, stop_button(asked))

    await town.reply_saying(asked, "Stopped before the answer began.")
    (request,) = town.requests_about("think for ever")
    await town.wait(request.disconnected.is_set, "the call is ended")
