"""The whole bot before a server of the Responses API that others have written."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.conftest import Town
from tests.independent_server import IndependentServer, running_server

pytestmark = pytest.mark.proof

TEXT = "The picture shows a narrow street at night, wet from rain, and nobody in it."
REPLY = {"type": "reply", "text": TEXT}


@pytest.fixture
async def server() -> AsyncIterator[IndependentServer]:
    async with running_server() as server:
        yield server


async def test_independent_servers_answers_faults_and_limits_are_told_truthfully(
    town: Town, server: IndependentServer
) -> None:
    town.set("endpoint", base_url=server.base_url, model="gpt-5.2-pro")
    async with town.running():
        await server.play(REPLY)
        whole = await town.answered(await town.ask(town.general, "what do you see?"))

        await server.play({"type": "fail", "status": 429, "retry_after": 0.5}, REPLY)
        late = await town.answered(await town.ask(town.general, "and after a while?"))

        await server.play({"type": "stream_fault", "kind": "truncate", "after_chunks": 8}, REPLY)
        asked = await town.ask(town.general, "and by half?")
        cut = await town.reply_saying(asked, "The connection to the model broke off here")

        await server.play({**REPLY, "finish_reason": "length"})
        asked = await town.ask(town.general, "and at length?")
        short = await town.reply_saying(asked, "The answer reached its length limit")

        await server.play({"type": "fail", "status": 401})
        asked = await town.ask(town.general, "and without a key?")
        await town.reply_saying(asked, "I can't answer anything at the moment.")

    assert whole == late == TEXT
    assert TEXT.startswith(cut.content.partition("\n-# ")[0])
    assert "≈" in cut.content
    assert "≈" not in short.content
    assert "failure=key-rejected status=401" in town.log
    assert (await town.command("database", "verify")).code == 0
