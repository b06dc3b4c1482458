"""A model's stream, as it is shown and counted: text, searches, citations."""

from dataclasses import replace

import pytest

from bot.chat.answers.stream_consumer import Consumed, StreamConsumer
from bot.core import wording
from bot.core.answers.events import (
    Began,
    Cited,
    Completed,
    Ending,
    Failed,
    Failure,
    Searching,
    TextDelta,
    Thinking,
)
from bot.core.endings.usage_meter import UsageMeter
from tests.chat.answers.fake_display import FakeDisplay
from tests.chat.conftest import MakeRoom, message
from tests.chat.tool_use import (
    LINK,
    PAGE,
    ROUND,
    SEARCH,
    asks_for,
    calling,
    capable,
    switch_on_search,
)
from tests.fakes import FakeModel, answer


async def test_text_of_rounds_is_shown_one_below_the_other(make_room: MakeRoom) -> None:
    room = make_room(
        capable(asks_for(TextDelta(text="Let me see."), calling("who_is_asking")), answer("Hello."))
    )

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("Let me see.\n\nHello.\n-# ")


async def test_citations_become_numbers_and_sources_are_listed_once(make_room: MakeRoom) -> None:
    text = f"It rained. {LINK}"
    place = {"start": 11, "end": len(text)}
    room = make_room(
        capable(
            (
                Searching(query="rain"),
                Searching(query="rain", is_over=True),
                TextDelta(text=text),
                Cited(url=PAGE, title="A story", **place),
                TextDelta(text=" Again."),
                Cited(url=PAGE, title="A story"),
                Completed(usage=ROUND),
            )
        ),
        web_search=SEARCH,
    )
    await switch_on_search(room)

    surface = await room.ask(message("did it rain?"))

    assert surface.shown.startswith(
        "It rained. ([1](<https://www.example.com/story>)) Again.\n\n"
        "-# 1 · [example.com](<https://www.example.com/story>) A story\n-# fake-1"
    )


async def test_each_search_is_billed_once_and_opened_pages_are_not(make_room: MakeRoom) -> None:
    room = make_room(
        capable(
            (
                Searching(),
                Searching(query="rain", is_over=True),
                Searching(url="https://a.example/", is_over=True),
                Searching(query="snow", is_over=True),
                *answer("No."),
            )
        ),
        search_price=10_000,
    )

    await room.ask(message("did it rain?"))

    async with room.using.database.reading() as connection:
        row = await connection.exec_driver_sql("SELECT cost_microusd FROM ledger")
        assert row.scalar_one() == 20_000 + 100 + 40
    await room.assert_accounts_agree()


async def test_text_waiting_for_a_citation_survives_a_broken_stream(
    make_room: MakeRoom,
) -> None:
    room = make_room(
        capable((TextDelta(text=f"See {LINK}"), Failed(failure=Failure.BROKEN_STREAM))),
        web_search=SEARCH,
    )
    await switch_on_search(room)

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith(f"See {LINK}\n-# The connection to the model broke off here")


async def test_sources_of_an_attempt_that_failed_are_not_listed(make_room: MakeRoom) -> None:
    began = Began(card=capable().card, endpoint="main")
    failed = Failed(failure=Failure.SERVER_ERROR)
    room = make_room(
        capable(
            (
                began,
                Cited(url=PAGE, title="A story", start=0, end=4),
                replace(began, endpoint="backup", after=failed),
                *answer("It rained."),
            )
        ),
        web_search=SEARCH,
    )
    await switch_on_search(room)

    surface = await room.ask(message("did it rain?"))

    assert surface.shown.startswith("It rained.\n-# fake-1")


# By itself


class Clock:
    """Seconds that pass as they are told."""

    now = 5.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def display() -> FakeDisplay:
    return FakeDisplay()


@pytest.fixture
def meter() -> UsageMeter:
    return UsageMeter(FakeModel.card)


def test_text_grows_on_the_display_and_on_the_meter(
    display: FakeDisplay, meter: UsageMeter
) -> None:
    clock = Clock()
    consumer = StreamConsumer(display, meter, clock)
    consumer.begin_round()
    consumer.consume(TextDelta(text="A "))
    clock.now = 9.0

    for event in (TextDelta(text="cat."), Completed(usage=ROUND)):
        consumer.consume(event)
    consumer.stop()

    assert display.text == meter.text == "A cat."
    assert consumer.result == Consumed(ended=Completed(usage=ROUND), first_text_at=5.0)
    assert meter.charge(Ending.COMPLETED).usage == ROUND


def test_stream_that_does_not_say_how_it_ended_was_broken(
    display: FakeDisplay, meter: UsageMeter
) -> None:
    consumer = StreamConsumer(display, meter, Clock())
    consumer.begin_round()
    consumer.consume(Completed(usage=ROUND))
    consumer.begin_round()

    consumer.stop()

    assert isinstance(consumer.result.ended, Failed)
    assert consumer.result.ended.failure is Failure.BROKEN_STREAM


def test_headlines_of_thinking_and_searches_are_shown(
    display: FakeDisplay, meter: UsageMeter
) -> None:
    consumer = StreamConsumer(display, meter, Clock())
    consumer.begin_round()

    for event in (Thinking(), Thinking(headline="Weighing it"), Searching(query="rain")):
        consumer.consume(event)

    assert display.activities == ["Weighing it", wording.searching("rain", "")]


def test_calls_of_an_attempt_that_failed_are_void(display: FakeDisplay, meter: UsageMeter) -> None:
    consumer = StreamConsumer(display, meter, Clock())
    consumer.begin_round()
    consumer.consume(calling("tell_time"))

    consumer.consume(Began(card=FakeModel.card, endpoint="backup"))
    consumer.consume(calling("who_is_asking"))

    assert [call.name for call in consumer.calls] == ["who_is_asking"]
    assert display.activities == [""]


def test_link_waits_for_its_citation_until_the_stream_stops(
    display: FakeDisplay, meter: UsageMeter
) -> None:
    consumer = StreamConsumer(display, meter, Clock())
    consumer.begin_round(may_cite=True)
    consumer.consume(TextDelta(text=f"See {LINK}"))
    before = display.text

    consumer.stop()

    assert (before, display.text) == ("See ", f"See {LINK}")
