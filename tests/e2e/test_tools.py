"""Functions and searches through the whole bot."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.conftest import Town, open_town
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
    assert who == "Name: Ada. Roles: Painters."
    assert re.fullmatch(r"\w+day, \d{4}-\d\d-\d\d \d\d:\d\d \(Europe/Berlin\)", when)


async def test_mistaken_call_is_explained_to_the_model_and_to_nobody_else(town: Town) -> None:
    town.endpoint.play(*[Script(text="I can't.", calls=("delete_server {}",))] * 2)

    asked = await town.ask(town.open_channel(), "do something odd")

    assert await town.answered(asked) == "I can't."
    (output,) = outputs_in(town.requests_about("do something odd")[1].json)
    assert output.startswith("There is no function 'delete_server'")
