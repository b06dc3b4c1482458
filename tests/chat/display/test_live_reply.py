"""How an answer appears: newest text, one request at a time, everything in the end."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from bot.chat.bursts import Question
from bot.chat.display import live_reply
from bot.chat.display.live_reply import LiveReply, show_typing
from bot.chat.display.pacer import Pacer
from bot.core.display import discord_outage, rate_limits, status
from bot.core.display.rate_limits import Route
from bot.core.errors import SurfaceForbidden, SurfaceGone, SurfaceUnavailable
from tests.chat.conftest import LeapingClock, message, until
from tests.fakes import FakeSurface


@pytest.fixture
def surface() -> FakeSurface:
    return FakeSurface(latency=0.01)


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def pacer(surface: FakeSurface, clock: LeapingClock) -> Pacer:
    """It has learnt a generous bucket, so that only the rules of the reply itself count."""
    learnt = Pacer(clock)
    for route in Route:
        learnt.observe(route, surface.channel_id, limit=500, remaining=500, reset_after=1.0)
    return learnt


def make_reply(
    surface: FakeSurface, pacer: Pacer, clock: Callable[[], float] = time.monotonic
) -> LiveReply:
    async def on_created(message_id: int) -> None:
        noted.append(message_id)

    noted: list[int] = []
    reply = LiveReply(surface, pacer, clock, on_created=on_created)
    reply.noted = noted  # type: ignore[attr-defined]
    return reply


@asynccontextmanager
async def shown(reply: LiveReply) -> AsyncIterator[None]:
    """Show in the background; leaving waits until everything is visible."""
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(reply.show())
        yield


async def test_first_text_appears_at_once_with_a_stop_button(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.add("Hel")
        await asyncio.sleep(0.05)
        first = surface.messages[1000].content, surface.messages[1000].has_stop
        reply.add("lo")
        reply.end("-# footer")

    assert first == ("Hel", True)
    assert surface.shown == "Hello\n-# footer"
    assert not surface.messages[1000].has_stop


async def test_text_arriving_during_an_edit_goes_into_the_next_one(pacer: Pacer) -> None:
    surface = FakeSurface(latency=0.05)
    reply = make_reply(surface, pacer)

    async with shown(reply):
        for number in range(60):
            reply.add(f"{number} ")
            await asyncio.sleep(0.005)
        reply.end("")

    revisions = surface.messages[1000].revisions
    assert revisions[-1].split() == [str(number) for number in range(60)]
    assert len(revisions) < 15
    # The last edit may do no more than take the button away.
    assert all(len(a) < len(b) for a, b in pairwise(revisions[:-1]))


async def test_long_answer_arrives_whole_over_several_pages(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)
    text = "".join(f"Sentence number {number} is here. " for number in range(300))

    async with shown(reply):
        for start in range(0, len(text), 40):
            reply.add(text[start : start + 40])
            await asyncio.sleep(0)
        reply.end("-# footer")

    pages = [message.content for message in surface.messages.values()]
    assert len(pages) == 5
    assert all(len(page) <= 2_000 for page in pages)
    assert " ".join("\n".join(pages).split()) == " ".join(f"{text}\n-# footer".split())
    assert not any(message.has_stop for message in surface.messages.values())
    assert reply.noted == sorted(surface.messages)  # type: ignore[attr-defined]


async def test_answer_complete_at_once_is_sent_without_an_edit(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)
    reply.add("All of it.")
    reply.end("-# footer")

    async with shown(reply):
        pass

    assert surface.messages[1000].revisions == ["All of it.\n-# footer"]


async def test_nothing_to_say_sends_nothing(surface: FakeSurface, pacer: Pacer) -> None:
    reply = make_reply(surface, pacer)
    reply.end("")

    async with shown(reply):
        pass

    assert not surface.messages


async def test_unavailable_discord_gets_the_whole_text_later(
    surface: FakeSurface, pacer: Pacer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_reply, "RETRY_PAUSE", 0.01)
    surface.failures.extend([SurfaceUnavailable(), SurfaceUnavailable()])
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.add("Some ")
        await asyncio.sleep(0.1)
        surface.failures.append(SurfaceUnavailable())
        reply.add("words.")
        reply.end("-# footer")

    assert surface.shown == "Some words.\n-# footer"


async def test_whole_answer_waits_for_discord_as_long_as_it_takes(
    surface: FakeSurface, pacer: Pacer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Discord down for a minute, 27 of 30 finished answers were thrown away."""
    monkeypatch.setattr(live_reply, "LONGEST_PAUSE", 0.001)
    monkeypatch.setattr(discord_outage, "DOWN_AFTER", 1_000)  # or the pacer would wait, too
    surface.failures.extend([SurfaceUnavailable()] * 50)
    reply = make_reply(surface, pacer)
    reply.add("Some words.")
    reply.end("")

    await reply.show()

    assert surface.shown == "Some words."


async def test_adopted_messages_get_the_texts_that_are_owed(
    surface: FakeSurface, pacer: Pacer
) -> None:
    for number in range(2):
        await surface.create(number, "half", has_stop=True)
    reply = make_reply(surface, pacer)

    reply.adopt([1_000, 1_001])
    reply.end_as_before(["one", "two", "three"])
    await reply.show()

    assert surface.shown == "one\ntwo\nthree"
    assert not any(message.has_stop for message in surface.messages.values())


@pytest.mark.parametrize("error", [SurfaceGone, SurfaceForbidden])
async def test_what_discord_does_not_allow_is_raised_at_once(
    surface: FakeSurface, pacer: Pacer, error: type[SurfaceGone | SurfaceForbidden]
) -> None:
    surface.failures.append(error())
    reply = make_reply(surface, pacer)
    reply.add("Some words.")

    with pytest.raises(error):
        await reply.show()


async def test_own_sentence_stands_below_text_or_instead_of_it(
    surface: FakeSurface, pacer: Pacer
) -> None:
    with_text, without = make_reply(surface, pacer), make_reply(surface, pacer)
    with_text.add("Half")
    with_text.end_with("Stopped.", footer="-# footer")
    without.end_with("Not today.")

    assert with_text.draft.pages()[-1].content == "Half\n-# Stopped.\n-# footer"
    assert without.draft.pages()[-1].content == "Not today."


async def test_stream_is_asked_for_its_newest_text_before_an_edit(
    surface: FakeSurface, pacer: Pacer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_reply, "LOOK_AGAIN", 0.01)
    monkeypatch.setattr(rate_limits, "SOONEST_EDIT", 0.0)
    reply = make_reply(surface, pacer)
    waiting = ["c", "b", "a"]

    def hurry() -> None:
        if waiting:
            reply.add(waiting.pop())

    reply.hurry = hurry

    async with shown(reply):
        reply.add("0")
        await until(lambda: surface.shown == "0abc")
        reply.end("")

    assert surface.shown == "0abc"


async def test_typing_is_shown_until_the_first_text(surface: FakeSurface, pacer: Pacer) -> None:
    reply = make_reply(surface, pacer)
    typing = asyncio.get_running_loop().create_task(
        show_typing(reply, surface, pacer, time.monotonic)
    )
    await asyncio.sleep(0.02)
    typing.cancel()

    assert surface.typed == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status appears at once and moves on quickly."""
    monkeypatch.setattr(status, "AFTER_ACTIVITY", 0.02)
    monkeypatch.setattr(status, "AFTER_QUESTION", 0.05)
    monkeypatch.setattr(status, "AFTER_TEXT", 0.05)
    monkeypatch.setattr(status, "UPDATE_EVERY", 1.0)
    monkeypatch.setattr(status, "SOONEST", 0.02)


@pytest.mark.usefixtures("impatient")
async def test_status_before_the_first_text_is_replaced_by_it(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.wait("Reading the sign")
        await asyncio.sleep(0.2)
        waiting = surface.messages[1000].content, surface.messages[1000].has_stop
        reply.add("It says: closed.")
        reply.end("-# footer")

    assert waiting == ("-# Reading the sign · 0:00", True)
    assert surface.messages[1000].content == "It says: closed.\n-# footer"
    assert list(surface.messages) == [1000]


@pytest.mark.usefixtures("impatient")
async def test_status_moves_on_while_the_silence_lasts(
    surface: FakeSurface, pacer: Pacer, clock: LeapingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "UPDATE_EVERY", 0.05)
    reply = make_reply(surface, pacer, clock)

    async with shown(reply):
        reply.wait()
        await until(lambda: surface.messages)
        clock.leap = 10.0
        await until(lambda: "-# Thinking · 0:1" in surface.shown)
        reply.add("At last.")
        reply.end("")

    revisions = surface.messages[1000].revisions
    assert revisions[0] == "-# Thinking · 0:00"
    assert revisions[-2].startswith("-# Thinking · 0:1")
    assert revisions[-1] == "At last."
    assert len(revisions) <= 4


@pytest.mark.usefixtures("impatient")
async def test_silence_within_an_answer_shows_a_status_below_the_text(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.wait()
        reply.add("First I look it up.")
        await asyncio.sleep(0.1)
        reply.wait("Searching the web")
        async with asyncio.timeout(10):
            while "Searching" not in (silent := surface.messages[1000].content):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        reply.add(" It is blue.")
        reply.end("")

    assert silent == "First I look it up.\n-# Searching the web · 0:00"
    assert surface.messages[1000].content == "First I look it up. It is blue."


@pytest.mark.usefixtures("impatient")
async def test_ending_of_a_silent_answer_replaces_the_status(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.wait()
        await asyncio.sleep(0.2)
        reply.end_with("Stopped before the answer began.")

    assert surface.messages[1000].content == "Stopped before the answer began."
    assert not surface.messages[1000].has_stop


async def test_withdrawn_reply_takes_back_its_status(
    surface: FakeSurface, pacer: Pacer, clock: LeapingClock
) -> None:
    reply = make_reply(surface, pacer, clock)

    async with shown(reply):
        reply.wait("Searching the web")
        clock.leap = 60.0
        reply.wait("Searching the web")
        await until(lambda: surface.messages)
        reply.withdraw()

    assert not surface.messages
    assert not reply.message_ids


async def test_withdrawn_reply_shows_no_text_that_nobody_has_seen(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)
    reply.add("Too late.")

    reply.withdraw()
    reply.end_with("Stopped.")
    async with shown(reply):
        pass

    assert not surface.messages


async def test_withdrawn_reply_keeps_text_that_stands_there(
    surface: FakeSurface, pacer: Pacer
) -> None:
    reply = make_reply(surface, pacer)

    async with shown(reply):
        reply.add("Once")
        await until(lambda: surface.messages)
        reply.withdraw()
        reply.end("-# Stopped.")

    assert surface.shown == "Once\n-# Stopped."


async def test_draft_of_a_superseded_question_is_never_shown(
    surface: FakeSurface, pacer: Pacer
) -> None:
    question = Question(message("a"))
    reply = LiveReply(surface, pacer, time.monotonic, question=question)

    async with shown(reply):
        question.add(message("b"))
        reply.add("Half an answer")
        await asyncio.sleep(0)
        question.begin_attempt()
        reply.restart()
        reply.add("All of it.")
        await until(lambda: surface.messages)
        has_joined = question.add(message("c"))
        reply.end("-# footer")

    assert surface.messages[1000].revisions[0].startswith("All of it.")
    assert not has_joined
