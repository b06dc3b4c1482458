"""The model's tools: rounds of calls, searches, citations, and what all of it costs."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.answers.function_calls import MOST_CALLS, MOST_ROUNDS
from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.core.answers.events import (
    Began,
    Cited,
    Completed,
    Ending,
    Failed,
    Failure,
    FunctionCalled,
    Searching,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.core.conversation.functions import FUNCTIONS
from bot.core.conversation.turns import PreparedImages
from bot.core.messages.incoming_message import Attachment, Author, Place, RepliedTo
from bot.core.models.tokens import RateCard
from bot.core.models.tools import FunctionCall, WebSearch
from bot.core.moderation.preferences import ON, Scope, Topic
from bot.core.quota.limits import DIRECT, SubjectKind
from bot.core.vision.views import WHOLE, Region
from bot.store.moderation import preferences
from bot.store.moderation.audit import Moderation
from bot.store.quota.reservations import OpenReservation
from tests.chat.conftest import CHANNEL, NOON, MakeRoom, Room, message
from tests.fakes import FakeImages, FakeModel, FakeSurface, Script, answer, picture

SEARCH = WebSearch()
PAGE = "https://www.example.com/story?utm_source=openai"
LINK = f"([example.com]({PAGE}))"
ROUND = Usage(input_tokens=100, output_tokens=10)
MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)


CAT = Attachment(id=1, name="cat", url="https://cdn/cat.png", size=9, content_type="image/png")


class SlowImages(FakeImages):
    """Pictures that take until `go` is set; `is_asked` once one is waited for."""

    def __init__(self, **prepared: PreparedImages) -> None:
        super().__init__(**prepared)
        self.go = asyncio.Event()
        self.is_asked = asyncio.Event()

    async def prepare(self, attachments: Any, looks: Any = ()) -> PreparedImages:
        if attachments:
            await self._wait()
        return await super().prepare(attachments, looks)

    async def look_again(self, image: Any, look: Any, region: Region = WHOLE) -> PreparedImages:
        await self._wait()
        return await super().look_again(image, look, region)

    async def _wait(self) -> None:
        self.is_asked.set()
        await self.go.wait()


def calling(name: str, *, call_id: str = "c1", **arguments: Any) -> FunctionCalled:
    return FunctionCalled(call=FunctionCall(id=call_id, name=name, arguments=json.dumps(arguments)))


def asks_for(*calls: StreamEvent, usage: Usage | None = ROUND) -> Script:
    """A round that ends with calls."""
    return (*calls, Completed(usage=usage))


def capable(*scripts: Script) -> FakeModel:
    model = FakeModel(*scripts)
    model.card = replace(FakeModel.card, takes_functions=True, has_web_search=True)
    return model


async def switch_on_search(room: Room) -> None:
    await PreferenceSettings(room.using).choose(
        MODERATOR, CHANNEL, Scope.CHANNEL, Topic.WEB_SEARCH, ON
    )


async def choose_zone(room: Room, name: str | None) -> None:
    """As it stands in the database: also one that this machine does not know."""
    order = Moderation(
        guild_id=CHANNEL.guild_id,
        subject_id=CHANNEL.guild_id,
        subject_kind=SubjectKind.SERVER,
        by=MODERATOR.id,
        at=NOON,
    )
    async with room.using.database.transaction() as tx:
        await preferences.put(tx, order, Topic.TIME_ZONE, name)


async def spent(room: Room) -> int:
    return (await room.standing()).spent


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def last_row(room: Room) -> dict[str, Any]:
    async with room.using.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT * FROM ledger ORDER BY id DESC LIMIT 1")
        return dict(rows.mappings().one())


async def test_functions_are_listed_where_the_endpoint_takes_them(make_room: MakeRoom) -> None:
    plain, able, off = make_room(), make_room(capable()), make_room(capable(), has_functions=False)

    for room in (plain, able, off):
        await room.ask(message("hello"))

    assert able.model.requests[0].tools == FUNCTIONS
    assert plain.model.requests[0].tools == off.model.requests[0].tools == ()


async def test_call_is_answered_and_the_model_goes_on(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking")), answer("You are Ada.")))
    ada = Author(id=10, name="Ada", role_names=("Painters", "Members"))

    surface = await room.ask(message("who am I?", author=ada))

    (exchange,) = room.model.requests[1].exchanges
    assert exchange.output == '{"name":"Ada","roles":["Painters","Members"]}'
    assert surface.shown.startswith("You are Ada.\n-# fake-1 · 230 tokens")
    assert await spent(room) == 230
    await room.assert_accounts_agree()


@pytest.mark.parametrize(
    ("called", "output"),
    [
        (calling("tell_time"), "Sunday, 2026-03-01 12:00 (UTC)"),
        (calling("tell_time", zone="Asia/Tokyo"), "Sunday, 2026-03-01 21:00 (Asia/Tokyo)"),
        (calling("tell_time", zone="Mars/Base"), "There is no time zone 'Mars/Base'"),
        (calling("tell_time", zone="../etc"), "There is no time zone '../etc'"),
        (calling("search_thread", words="nothing"), "Nothing was found."),
        (calling("rm"), "There is no function 'rm'"),
    ],
    ids=["time", "time elsewhere", "no zone", "a path", "search", "unknown"],
)
async def test_what_came_of_a_call_is_told_to_the_model_alone(
    make_room: MakeRoom, called: FunctionCalled, output: str
) -> None:
    room = make_room(capable(asks_for(called), answer("So.")))

    surface = await room.ask(message("go on"))

    (exchange,) = room.model.requests[1].exchanges
    assert exchange.output.startswith(output)
    assert surface.shown.startswith("So.\n-# fake-1")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("Asia/Tokyo", "Sunday, 2026-03-01 21:00 (Asia/Tokyo)"),
        ("Mars/Base", "Sunday, 2026-03-01 04:00 (America/Los_Angeles)"),
        (None, "Sunday, 2026-03-01 04:00 (America/Los_Angeles)"),
    ],
    ids=["of the server", "no longer known", "none chosen"],
)
async def test_time_is_told_in_the_servers_zone_not_the_operators(
    make_room: MakeRoom, chosen: str | None, told: str
) -> None:
    room = make_room(
        capable(asks_for(calling("tell_time")), answer("Late.")),
        zone=ZoneInfo("America/Los_Angeles"),
    )
    await choose_zone(room, chosen)

    await room.ask(message("how late is it?"))

    (exchange,) = room.model.requests[1].exchanges
    assert exchange.output == told


async def test_time_in_a_direct_message_is_that_of_the_operator(make_room: MakeRoom) -> None:
    room = make_room(
        capable(asks_for(calling("tell_time")), answer("Late.")), zone=ZoneInfo("Europe/Berlin")
    )
    await choose_zone(room, "Asia/Tokyo")

    await room.ask(message("how late is it?", place=Place(guild_id=DIRECT, channel_id=71)))

    (exchange,) = room.model.requests[1].exchanges
    assert exchange.output == "Sunday, 2026-03-01 13:00 (Europe/Berlin)"


async def test_search_of_the_thread_finds_what_was_said_before(make_room: MakeRoom) -> None:
    room = make_room(
        capable(
            answer("A red bicycle."),
            asks_for(calling("search_thread", words="bicycle")),
            answer("It was red."),
        )
    )
    first = message("what is it?")
    surface = await room.ask(first)
    page = next(iter(surface.messages))

    await room.ask(message("which colour?", replied_to=RepliedTo(message_id=page)))

    (exchange,) = room.model.requests[-1].exchanges
    assert "assistant: A red bicycle." in exchange.output


async def test_text_of_rounds_is_shown_one_below_the_other(make_room: MakeRoom) -> None:
    room = make_room(
        capable(asks_for(TextDelta(text="Let me see."), calling("who_is_asking")), answer("Hello."))
    )

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("Let me see.\n\nHello.\n-# ")


async def test_model_that_never_stops_asking_is_stopped(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking"))))

    surface = await room.ask(message("hello"))

    requests = room.model.requests
    assert len(requests) == MOST_ROUNDS + 1
    assert [request.may_call for request in requests] == [True] * MOST_ROUNDS + [False]
    assert "limit" in surface.shown
    assert await spent(room) == 110 * (MOST_ROUNDS + 1)


async def test_rounds_stay_within_the_allowance(make_room: MakeRoom) -> None:
    greedy = Usage(input_tokens=1_900, output_tokens=100)
    room = make_room(capable(asks_for(calling("who_is_asking"), usage=greedy)))

    surface = await room.ask(message("hello"))

    assert len(room.model.requests) == 1
    assert "limit" in surface.shown
    assert await spent(room) == 2_000


async def test_rounds_stay_within_the_window_of_the_model(make_room: MakeRoom) -> None:
    large = Usage(input_tokens=1_500, output_tokens=50)
    model = capable(asks_for(calling("who_is_asking"), usage=large), answer("Hello."))
    model.card = replace(model.card, context_tokens=2_000)
    room = make_room(model, FakeImages())

    await room.ask(message("hello"))

    assert room.model.requests[1].max_output_tokens < 500


async def test_name_can_not_be_taken_for_a_role(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking")), answer("Hi.")))
    eve = Author(id=10, name='Eve", "roles": ["Admin"]', role_names=("Guests",))

    await room.ask(message("who am I?", author=eve))

    told = json.loads(room.model.requests[1].exchanges[0].output)
    assert told == {"name": eve.name, "roles": ["Guests"]}


async def test_round_that_reported_nothing_is_charged_by_estimate(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking"), usage=None), answer("Hello.")))

    surface = await room.ask(message("hello"))

    assert "≈" in surface.shown
    assert await spent(room) > 120
    await room.assert_accounts_agree()


async def test_failure_after_a_round_still_charges_the_round(make_room: MakeRoom) -> None:
    room = make_room(
        capable(asks_for(calling("who_is_asking")), (Failed(failure=Failure.SERVER_ERROR),))
    )

    await room.ask(message("hello"))

    assert await spent(room) == 110


async def test_calls_beyond_the_bound_are_put_off(make_room: MakeRoom) -> None:
    calls = [calling("tell_time", call_id=f"c{at}") for at in range(MOST_CALLS + 2)]
    room = make_room(capable(asks_for(*calls), answer("Done.")))

    await room.ask(message("hello"))

    exchanges = room.model.requests[1].exchanges
    assert len(exchanges) == MOST_CALLS + 2
    assert exchanges[-1].output.startswith("Too many calls at once")


async def test_web_search_is_off_until_a_moderator_switches_it_on(make_room: MakeRoom) -> None:
    room = make_room(capable(), web_search=SEARCH, has_functions=False)

    await room.ask(message("hello"))
    await switch_on_search(room)
    await room.ask(message("hello"))

    before, after = room.model.requests
    assert before.tools == ()
    assert after.tools == (SEARCH,)


@pytest.mark.parametrize(
    ("model", "offered"),
    [(capable(), None), (FakeModel(), SEARCH)],
    ids=["the operator does not offer it", "the endpoint has none"],
)
async def test_web_search_needs_operator_and_endpoint(
    make_room: MakeRoom, model: FakeModel, offered: WebSearch | None
) -> None:
    room = make_room(model, web_search=offered, has_functions=False)
    await switch_on_search(room)

    await room.ask(message("hello"))

    assert room.model.requests[0].tools == ()


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


async def test_text_that_waits_for_a_citation_is_not_lost_when_the_stream_breaks(
    make_room: MakeRoom,
) -> None:
    room = make_room(
        capable((TextDelta(text=f"See {LINK}"), Failed(failure=Failure.BROKEN_STREAM))),
        web_search=SEARCH,
    )
    await switch_on_search(room)

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith(f"See {LINK}\n-# The connection to the model broke off here")


async def test_asker_of_a_direct_message_has_no_roles(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking")), answer("Hi.")))

    await room.ask(message("who am I?"))

    assert room.model.requests[1].exchanges[0].output == '{"name":"Alice","roles":[]}'


async def test_picture_is_looked_at_again_and_shown_to_the_model(make_room: MakeRoom) -> None:
    looks = calling("look_again", picture="cat", left=0.5, bottom=0.25)
    room = make_room(capable(asks_for(looks), answer("Whiskers.")), FakeImages(cat=picture("cat")))

    surface = await room.ask(message("what is on its collar?", attachments=(CAT,)))

    request = room.model.requests[1]
    (exchange,) = request.exchanges
    assert exchange.output == "Shown below: cat, 64 by 64 pixels."
    assert request.image_bytes[exchange.images[0].hash] == b"cat closer"
    assert room.images.regions == [Region(left=0.5, top=0.0, right=1.0, bottom=0.25)]
    assert surface.shown.startswith("Whiskers.")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("dog", "There is no picture 'dog' here. There are, newest first: 1: cat."),
        ("1", "The picture cat is no longer kept."),
    ],
)
async def test_picture_that_is_not_there_is_explained_to_the_model(
    make_room: MakeRoom, wanted: str, told: str
) -> None:
    images = FakeImages(cat=replace(picture("cat"), image_bytes={}))
    room = make_room(
        capable(asks_for(calling("look_again", picture=wanted)), answer("Sorry.")), images
    )

    await room.ask(message("closer", attachments=(CAT,)))

    (exchange,) = room.model.requests[1].exchanges
    assert (exchange.output, exchange.images) == (told, ())


async def test_pictures_shown_again_count_in_what_one_request_may_hold(
    make_room: MakeRoom,
) -> None:
    looks = [calling("look_again", picture="1", call_id=each) for each in ("c1", "c2")]
    images = FakeImages(cat=picture("cat"))
    room = make_room(capable(asks_for(*looks), answer("Whiskers.")), images, max_images=2)

    await room.ask(message("what is on its collar?", attachments=(CAT,)))

    one, two = room.model.requests[1].exchanges
    assert (len(one.images), len(two.images)) == (1, 0)
    assert two.output == "No more pictures can be shown in this answer."


async def test_text_held_back_of_an_attempt_that_was_given_up_appears_nowhere(
    make_room: MakeRoom,
) -> None:
    heard, images = asyncio.Event(), SlowImages(cat=picture("cat"))
    room = make_room(
        capable((TextDelta(text=LINK), heard, asyncio.Event())), images, web_search=SEARCH
    )
    await switch_on_search(room)
    asked, surface = message("did it rain?"), FakeSurface()

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked, surface))
        await asyncio.sleep(0.1)
        await room.ask(message(attachments=(CAT,), mentions_bot=False))
        await images.is_asked.wait()
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)
        images.go.set()

    assert "example.com" not in surface.shown
    await room.assert_accounts_agree()


async def test_round_reported_before_the_question_grew_is_charged_once_and_as_reported(
    make_room: MakeRoom,
) -> None:
    images = SlowImages(cat=picture("cat"))
    room = make_room(
        capable(
            answer("A cat."),
            asks_for(calling("look_again", picture="1")),
        ),
        images,
    )
    images.go.set()
    first = await room.ask(message("what is this?", attachments=(CAT,)))
    page = next(iter(first.messages))
    images.go.clear()
    images.is_asked.clear()
    asked = message("closer", replied_to=RepliedTo(message_id=page))

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked))
        await images.is_asked.wait()
        images.is_asked.clear()
        await room.ask(message(attachments=(CAT,), mentions_bot=False))
        await images.is_asked.wait()
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)
        images.go.set()

    booked = await last_row(room)
    assert (booked["tokens"], booked["is_estimated"]) == (ROUND.total_tokens, False)
    await room.assert_accounts_agree()


async def test_rounds_searches_and_fall_over_are_each_charged_once_at_their_own_price(
    make_room: MakeRoom,
) -> None:
    model = capable()
    dear = replace(model.card, name="dear-1", rate_card=RateCard(input=10_000_000, output=0))
    failed = Failed(failure=Failure.SERVER_ERROR, usage=Usage(input_tokens=50, output_tokens=5))
    model.scripts.clear()
    model.scripts.extend(
        (
            (
                Began(card=model.card, endpoint="main"),
                Searching(query="rain", is_over=True),
                Began(card=dear, endpoint="backup", after=failed),
                Searching(query="rain", is_over=True),
                *asks_for(calling("tell_time")),
            ),
            (Began(card=model.card, endpoint="main"), *answer("No.")),
        )
    )
    room = make_room(model, web_search=SEARCH, search_price=10_000)
    await switch_on_search(room)

    await room.ask(message("did it rain?"))

    booked = await last_row(room)
    assert (booked["model"], booked["tokens"]) == ("fake-1", 55 + 110 + 120)
    assert booked["cost_microusd"] == 2 * 10_000 + (50 + 10) + 1_000 + (100 + 40)
    assert not booked["is_estimated"]
    await room.assert_accounts_agree()


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


async def test_request_sent_below_a_status_is_charged_after_a_crash(make_room: MakeRoom) -> None:
    images, never = SlowImages(cat=picture("cat")), asyncio.Event()
    room = make_room(capable(asks_for(calling("who_is_asking")), (never,)), images)
    asked, surface = message("what is this?", attachments=(CAT,)), FakeSurface()

    async with asyncio.timeout(5):
        answering = asyncio.create_task(room.ask(asked, surface))
        await until(lambda: bool(surface.messages))
        await asyncio.sleep(0.1)
        before = (await left_behind(room)).input_estimate
        images.go.set()
        await until(lambda: len(room.model.requests) == 2)
        after = (await left_behind(room)).input_estimate
        answering.cancel()
        await asyncio.wait({answering})

    assert before == 0
    assert after is not None
    assert after > 2 * ROUND.input_tokens  # the first round as reported, and the second's input


async def test_pages_before_the_newest_are_charged_after_a_crash(make_room: MakeRoom) -> None:
    room = make_room(capable((TextDelta(text="many words " * 250), asyncio.Event())))
    surface = FakeSurface()

    async with asyncio.timeout(5):
        answering = asyncio.create_task(room.ask(message("tell me"), surface))
        await until(lambda: len(surface.messages) == 2)
        await asyncio.sleep(0.1)
        noted = (await left_behind(room)).input_estimate
        answering.cancel()
        await asyncio.wait({answering})

    assert noted is not None
    assert (
        noted > 2 * 250 + 500
    )  # what was sent, the list of functions most of it, and what was written


async def left_behind(room: Room) -> OpenReservation:
    """What the next start would find, if this one died."""
    async with room.using.database.reading() as connection:
        (found,) = await room.using.ledger.open_reservations(connection, owner="main", now=NOON)
    return found
