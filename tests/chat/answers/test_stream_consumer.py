"""A model's stream, as it is shown and counted: text, searches, citations."""

from dataclasses import replace

from bot.core.answers.events import Began, Cited, Completed, Failed, Failure, Searching, TextDelta
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
from tests.fakes import answer


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
