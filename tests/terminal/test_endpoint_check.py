"""Results of `glimpse check` for an endpoint, each with the sentence that helps."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.models.tokens import ModelCard
from bot.core.secrets import Secret
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.endpoint import ReasoningEffort
from bot.terminal.check_result import CheckResult
from bot.terminal.endpoint_check import examine, find_nearest, judge_address, judge_effort
from tests.scripted_endpoint import Script, ScriptedEndpoint

KEY = "sk-0123456789"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def look(
    session: aiohttp.ClientSession, base_url: str, model: str = "scripted", **changes: Any
) -> list[CheckResult]:
    settings = EndpointSettings(
        base_url=base_url, model=model, api_key=Secret(KEY), max_attempts=1, **changes
    )
    asked = ResponsesModel(settings, session, random=lambda: 0.0)
    return [finding async for finding in examine(asked)]


async def test_endpoint_that_sees_is_good_and_was_shown_a_picture(
    session: aiohttp.ClientSession,
) -> None:
    async with ScriptedEndpoint(script=Script()) as endpoint:
        findings = await look(session, endpoint.base_url)

    assert [(one.is_good, one.found) for one in findings] == [
        (True, "scripted answers (25 tokens)")
    ]
    content = endpoint.requests[0].json["input"][0]["content"]
    assert [part["type"] for part in content] == ["input_text", "input_image"]


async def test_blind_endpoint_is_told_from_a_silent_one(
    session: aiohttp.ClientSession,
) -> None:
    async with ScriptedEndpoint(sees=False) as endpoint:
        [finding] = await look(session, endpoint.base_url)

    assert not finding.is_good
    assert finding.found == "HTTP 400: This model does not support image input."
    assert finding.advice.startswith("scripted answers, but not where a picture comes along:")


async def test_endpoint_that_always_fails_is_not_called_blind(
    session: aiohttp.ClientSession,
) -> None:
    async with ScriptedEndpoint() as endpoint:
        endpoint.play(Script(status=500), Script(status=500))
        [finding] = await look(session, endpoint.base_url)

    assert finding.found == "HTTP 500: The server had an error."
    assert finding.advice.startswith("The endpoint failed by itself")


async def test_missing_model_is_told_with_the_nearest_ones(
    session: aiohttp.ClientSession,
) -> None:
    models = ("gpt-5.2-pro", "gpt-5.2", "text-embedding-3-small")
    async with ScriptedEndpoint(models=models, keys=frozenset({KEY})) as endpoint:
        [finding] = await look(session, endpoint.base_url, model="gpt-5.2-proo")

    assert not finding.is_good
    assert finding.found == "HTTP 400: The model `gpt-5.2-proo` does not exist."
    assert finding.advice == "did you mean `gpt-5.2-pro` or `gpt-5.2`?"


async def test_endpoint_without_a_model_list_gets_advice_to_compare_names(
    session: aiohttp.ClientSession,
) -> None:
    async with ScriptedEndpoint(models=()) as endpoint:
        [finding] = await look(session, endpoint.base_url)

    assert finding.advice.startswith("The endpoint does not know the model: compare its name")


@pytest.mark.parametrize(
    ("profile", "authorization", "has_hint"),
    [
        ("compatible", "bearer", True),
        ("gptproto", "bearer", True),
        ("gptproto", "raw", False),
        ("openai", "bearer", False),
    ],
)
async def test_rejected_key_may_have_been_sent_the_wrong_way(
    session: aiohttp.ClientSession, profile: str, authorization: str, has_hint: bool
) -> None:
    async with ScriptedEndpoint(keys=frozenset({"another"})) as endpoint:
        [finding] = await look(
            session, endpoint.base_url, profile=profile, authorization=authorization
        )

    assert finding.advice.startswith("The endpoint rejects the API key: check that it is whole")
    assert finding.advice.endswith('try `authorization = "raw"` in [endpoint].') is has_hint
    assert KEY not in finding.found


async def test_refused_parameters_are_named(session: aiohttp.ClientSession) -> None:
    async with ScriptedEndpoint(refuses=frozenset({"store"})) as endpoint:
        good, refused = await look(session, endpoint.base_url)

    assert good.is_good
    assert refused.is_good
    assert refused.found == "it refuses `store`"


def page(text: str, status: int) -> Callable[[web.Request], Any]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=text, status=status, content_type="text/html")

    return answer


async def redirect(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("https://example.org/login")


async def list_models(_request: web.Request) -> web.Response:
    return web.json_response({"data": [{"id": "gemma3"}]})


@pytest.mark.parametrize(
    ("answer", "found", "advice"),
    [
        pytest.param(
            page("<html><title>Welcome</title></html>", 200),
            "no answer but: Welcome",
            "The address does not speak the Responses API: check it, it often ends in /v1. "
            "Asked was http://127.0.0.1:",
            id="a web page",
        ),
        pytest.param(
            page("<html><title>404 Not Found</title></html>", 404),
            "HTTP 404: 404 Not Found",
            "The address does not speak the Responses API",
            id="no such page",
        ),
        pytest.param(
            redirect,
            "HTTP 301: redirects to https://example.org/login",
            "write the address itself into `[endpoint] base_url`",
            id="redirect",
        ),
    ],
)
async def test_address_that_is_a_web_page_is_told(
    session: aiohttp.ClientSession, answer: Any, found: str, advice: str
) -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        [finding] = await look(session, str(server.make_url("/")))

    assert not finding.is_good
    assert finding.found == found
    assert finding.advice.startswith(advice)


async def test_server_of_another_api_is_told_from_a_wrong_address(
    session: aiohttp.ClientSession,
) -> None:
    app = web.Application()
    app.router.add_get("/v1/models", list_models)
    async with TestServer(app) as server:
        [finding] = await look(session, str(server.make_url("/v1")))

    assert finding.found == "HTTP 404: 404: Not Found"
    assert finding.advice.startswith("it lists models, but has no /responses: update the server")


@pytest.mark.parametrize(
    ("base_url", "is_risky"),
    [
        ("http://api.example.org/v1", True),
        ("http://8.8.8.8:8000/v1", True),
        ("https://api.example.org/v1", False),
        ("http://localhost:11434/v1", False),
        ("http://192.168.1.20:8000/v1", False),
        ("http://ollama:11434/v1", False),
        ("http://[::1]:8080/v1", False),
        ("built-in", False),
    ],
)
def test_key_sent_in_clear_over_the_internet_is_warned_of(base_url: str, is_risky: bool) -> None:
    settings = EndpointSettings(base_url=base_url, model="m", api_key=Secret(KEY))

    warning = judge_address(settings)

    assert (warning is not None) is is_risky
    assert warning is None or warning.written().startswith("warn  endpoint")


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ((), ""),
        (("gemma3:4b", "qwen3-vl:8b"), "did you mean `gemma3:4b`?"),
        (("GEMMA3",), "did you mean `GEMMA3`?"),
        (("a", "b"), "it offers `a` and `b`"),
        (("a", "b", "c", "d", "e"), "it offers `a`, `b`, `c` and 2 more"),
    ],
)
def test_nearest_of_the_offered_models_is_named(offered: tuple[str, ...], said: str) -> None:
    assert find_nearest("gemma3", offered) == said


async def test_further_endpoint_is_named_with_its_section_and_model(
    session: aiohttp.ClientSession,
) -> None:
    async with ScriptedEndpoint(keys=frozenset({"another"})) as endpoint:
        [finding] = await look(session, endpoint.base_url, "small", name="spare", models=("large",))

    assert (finding.subject, finding.name) == ("endpoint", "spare")
    assert finding.found.startswith("small: HTTP 401: ")
    assert "in [endpoints.spare]." in finding.advice


def test_unencrypted_further_endpoint_is_named_by_its_section() -> None:
    settings = EndpointSettings(base_url="http://llm.example.org/v1", model="m", name="spare")

    warning = judge_address(settings)

    assert warning is not None
    assert (warning.subject, warning.name) == ("endpoint", "spare")
    assert warning.advice == "write https:// in `[endpoints.spare] base_url`"


@pytest.mark.parametrize(
    ("effort", "known", "advice"),
    [
        (None, ("medium", "high"), None),
        ("high", ("medium", "high"), None),
        ("low", None, None),  # an unknown model may accept anything
        ("low", ("medium", "high"), "write one that it accepts (`medium` or `high`)"),
        ("low", (), "write one that it accepts (none)"),
    ],
    ids=["none is set", "accepted", "nothing known", "refused", "takes no effort at all"],
)
def test_effort_the_model_is_known_to_refuse_is_warned_of(
    effort: ReasoningEffort | None, known: tuple[str, ...] | None, advice: str | None
) -> None:
    settings = EndpointSettings(base_url="http://127.0.0.1", model="m", reasoning_effort=effort)

    doubt = judge_effort(settings, ModelCard(name="m", efforts=known))

    assert (doubt is None) is (advice is None)
    assert advice is None or advice in str(doubt)
