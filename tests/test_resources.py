"""Resources that the bot and the commands open: enough connections for everybody."""

import asyncio

from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.resources import open_session
from bot.responses.client import EndpointSettings, ResponsesModel
from tests.scripted_endpoint import Script, ScriptedEndpoint

CROWD = 150
QUESTION = ModelRequest(
    instructions="Be brief.",
    turns=(Turn(role=Role.USER, text="Hello"),),
    max_output_tokens=1_000,
)


async def test_no_answer_waits_for_the_end_of_another() -> None:
    async with ScriptedEndpoint() as endpoint, open_session() as session:
        settings = EndpointSettings(base_url=endpoint.base_url, model="m")
        model = ResponsesModel(settings, session, random=lambda: 0.0)
        endpoint.play(*[Script(text="Hello there, all of you.", fault="stall")] * CROWD)

        async def begin(opened: asyncio.Barrier) -> None:
            async with model.stream(QUESTION) as stream:
                await anext(aiter(stream))
                await opened.wait()

        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            opened = asyncio.Barrier(CROWD)
            for _ in range(CROWD):
                tasks.create_task(begin(opened))

    assert len(endpoint.requests) == CROWD
