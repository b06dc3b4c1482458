"""Endpoints for several files of tests. Recordings of real ones are read only where they are there."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.responses.scripted_model import Asked
from tests.responses.two_endpoints import KEY, TwoEndpoints
from tests.scripted_endpoint import ScriptedEndpoint

collect_ignore = [] if os.environ.get("GLIMPSE_CAPTURES") else ["test_captures.py"]


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    async with ScriptedEndpoint() as endpoint, aiohttp.ClientSession() as session:
        yield Asked(endpoint=endpoint, session=session)


@pytest.fixture
async def endpoints() -> AsyncIterator[TwoEndpoints]:
    async with AsyncExitStack() as stack:
        keys = frozenset({KEY})
        main = await stack.enter_async_context(ScriptedEndpoint(keys=keys))
        backup = await stack.enter_async_context(ScriptedEndpoint(keys=keys))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield TwoEndpoints(main=main, backup=backup, session=session)
