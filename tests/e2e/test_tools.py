"""Functions and searches through the whole bot."""

import base64
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.e2e.conftest import Town, open_town, pictures_in
from tests.pictures import corners, quadrants, read, write
from tests.scripted_endpoint import Script
from tests.scripted_tools import outputs_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    tools = frozenset({"tools", "tool_choice"})
    async with open_town(tmp_path_factory.mktemp("tools"), accepts=tools) as town:
        town.set("endpoint", takes_functions=True, has_web_search=True)
        town.set("web_search", offered=True, allowed_domains=["a.example"], city="Munich")
        town.set("quota", time_zone="Europe/Berlin")
        async with town.running():
            yield town


async def test_model_learns_who_asks_and_what_time_it_is(town: Town) -> None:
    town.endpoint.play(*[Script(text="You are Ada.", calls=("who_is_asking", "tell_time"))] * 2)
    painters = town.server.add_role("Painters")
    ada = town.server.add_member("Ada", roles=(painters,))

    asked = await town.ask(town.open_channel(), "who am I?", by=ada)

    assert await town.answered(asked) == "You are Ada."
    _, second = town.requests_about("who am I?")
    who, when = outputs_in(second.json)
    assert who == '{"name":"Ada","roles":["Painters"]}'
    assert re.fullmatch(r"\w+day, \d{4}-\d\d-\d\d \d\d:\d\d \(Europe/Berlin\)", when)


async def test_mistaken_call_is_explained_to_the_model_alone(town: Town) -> None:
    town.endpoint.play(*[Script(text="I can't.", calls=("delete_server {}",))] * 2)

    asked = await town.ask(town.open_channel(), "do something odd")

    assert await town.answered(asked) == "I can't."
    (output,) = outputs_in(town.requests_about("do something odd")[1].json)
    assert output.startswith("There is no function 'delete_server'")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def moderator(town: Town) -> Person:
    return town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)


async def change(who: Person, name: str, room: Channel, **options: str) -> Interaction:
    return await who.use_command(("manage", "settings", name), room, options)


@pytest.mark.proof
async def test_search_switched_on_by_a_moderator_lists_its_sources(
    town: Town, moderator: Person
) -> None:
    room = town.open_channel()
    page = "https://a.example/story?id=1&utm_source=openai"
    before = await town.ask(room, "anything new? [[text=No.]]")
    await town.answered(before)

    switched = await change(moderator, "web-search", room, state="on")
    town.endpoint.play(
        Script(searches=("news today", "rain"), pace=0.5, text="It rained.", cites=page)
    )
    asked = await town.ask(room, "what is new?")
    waiting = await town.started(asked)

    assert switched.content == (
        "Web search is now on in this channel and its threads; it was not set."
        " To undo it: `/manage settings web-search state:as everywhere where:this channel`."
    )
    assert re.fullmatch(r"-# Searching the web.* · 0:0\d", waiting.content)
    reply = await town.reply_saying(asked, "a.example")
    assert reply.content.startswith(
        "It rained. ([1](<https://a.example/story?id=1>))\n\n"
        "-# 1 · [a.example](<https://a.example/story?id=1>) A page\n-# scripted"
    )
    search = {
        "type": "web_search",
        "search_context_size": "medium",
        "filters": {"allowed_domains": ["a.example"]},
        "user_location": {"type": "approximate", "city": "Munich"},
    }
    assert search not in town.requests_about("anything new?")[0].json["tools"]
    assert search in town.requests_about("what is new?")[0].json["tools"]


async def test_settings_are_shown_to_everybody_and_changed_by_moderators_alone(
    town: Town, moderator: Person
) -> None:
    room = town.open_channel()

    await change(moderator, "web-search", room, state="on", where="server")
    shown = await town.alice.slash("settings", "show", where=room)
    off = await change(moderator, "web-search", room, state="off")
    after = await town.alice.slash("settings", "show", where=room)
    not_offered = await change(moderator, "pictures", room, state="on")

    assert "**Web search** is on here, set for the whole server." in shown.content
    assert off.content.startswith("Web search is now off in this channel")
    assert "**Web search** is off here, set for this channel." in after.content
    assert not_offered.content.endswith("the operator of this bot does not offer it.")
    assert {one.is_ephemeral for one in (shown, off, after, not_offered)} == {True}


async def test_model_looks_closer_at_part_of_an_earlier_picture(
    town: Town,
) -> None:
    room = town.open_channel()
    wide = ("street.png", write(quadrants(4_000, 2_000), "PNG"), "image/png")
    first = await town.ask(room, "what is this? [[text='A street.']]", images=[wide])
    await town.answered(first)
    (reply,) = town.later(first)
    corner = 'look_again {"picture":"street.png","left":0.5,"top":0.5}'
    town.endpoint.play(*[Script(text="It is white.", calls=(corner,))] * 2)

    asked = await town.ask(room, "and at the lower right?", reply_to=reply)

    assert await town.answered(asked) == "It is white."
    urls = pictures_in(town.endpoint.requests[-1])
    earlier, closer = (read(base64.b64decode(url.partition(",")[2])) for url in urls)
    assert earlier.width < 4_000  # as it was sent for the first question
    assert closer.size == (2_000, 1_000)
    assert len(set(corners(closer))) == 1
