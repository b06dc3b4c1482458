"""An endpoint that makes pictures."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.responses.pictures.painters import KEY, Studio
from tests.scripted_endpoint import ScriptedEndpoint


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with (
        ScriptedEndpoint(keys=frozenset({KEY})) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        yield Studio(endpoint=endpoint, session=session)
