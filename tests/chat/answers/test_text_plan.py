"""The tools that an answer in text is planned with."""

import pytest

from bot.core.conversation.functions import FUNCTIONS
from bot.core.models.tools import WebSearch
from tests.chat.conftest import MakeRoom, message
from tests.chat.tool_use import SEARCH, capable, switch_on_search
from tests.fakes import FakeModel


async def test_functions_are_listed_where_the_endpoint_takes_them(make_room: MakeRoom) -> None:
    plain, able, off = make_room(), make_room(capable()), make_room(capable(), has_functions=False)

    for room in (plain, able, off):
        await room.ask(message("hello"))

    assert able.model.requests[0].tools == FUNCTIONS
    assert plain.model.requests[0].tools == off.model.requests[0].tools == ()


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
