"""The list of an endpoint's models, in whichever shape it comes."""

from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.secrets import Secret
from bot.responses.endpoint import EndpointSettings
from bot.responses.model_list import list_models
from tests.scripted_endpoint import ScriptedEndpoint


async def listed(base_url: str, key: str = "") -> tuple[str, ...]:
    settings = EndpointSettings(base_url=base_url, model="m", api_key=Secret(key))
    async with aiohttp.ClientSession() as session:
        return await list_models(settings, session)


@pytest.mark.parametrize(
    ("document", "names"),
    [
        pytest.param({"data": [{"id": "a"}, {"id": "b"}]}, ("a", "b"), id="OpenAI"),
        pytest.param({"models": [{"name": "a"}]}, ("a",), id="names under models"),
        pytest.param([{"id": "a"}], ("a",), id="a bare list"),
        pytest.param(["a"], ("a",), id="names alone"),
        pytest.param({"data": [7, None, {}, {"id": 5}, {"id": "a\nb"}, {"id": ""}]}, (), id="junk"),
        pytest.param({"error": "no"}, (), id="an error"),
        pytest.param("a", (), id="a string"),
    ],
)
async def test_models_are_read_from_any_list(document: Any, names: tuple[str, ...]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(document)

    app = web.Application()
    app.router.add_get("/v1/models", answer)
    async with TestServer(app) as server:
        assert await listed(str(server.make_url("/v1/responses"))) == names


async def test_models_are_asked_for_with_the_key() -> None:
    async with ScriptedEndpoint(keys=frozenset({"k-1"}), models=("a",)) as endpoint:
        assert await listed(endpoint.base_url, "k-1") == ("a",)
        assert await listed(endpoint.base_url, "k-2") == ()


async def test_endpoint_that_is_not_there_lists_nothing() -> None:
    assert await listed("http://127.0.0.1:9/v1") == ()
