"""`glimpse check`: what an operator reads before the first start.

Three tests run the command; the others call it here, which spares a process for each.
"""

import os

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.terminal.check import check
from tests.e2e.conftest import KEY, TOKEN, Done, Town
from tests.scripted_endpoint import Script, ScriptedEndpoint


async def check_here(town: Town) -> Done:
    environ = {"DISCORD_TOKEN": TOKEN, "GLIMPSE_API_KEY": KEY, **town.environment}
    with (town.folder / "output").open("a") as output:
        code = await check(town.write_config(), environ, output)
    return Done(code=code, out=town.output, err="")


async def test_check_of_a_good_configuration_is_good_in_every_line(town: Town) -> None:
    done = await town.command("check")

    assert done.code == 0, done.out
    lines = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == ["ok"] * 5
    assert "it is glimpse's" in done.out
    assert "Message Content Intent is on" in done.out
    assert "scripted answers (" in done.out
    assert f"client_id={town.discord.bot.id}" in done.out
    assert "glimpse.db" not in os.listdir(town.folder)


async def test_check_names_everything_that_is_wrong_at_once(town: Town) -> None:
    town.environment = {"GLIMPSE_API_KEY": "sk-wrong-0123456789"}
    town.discord.world.privileged = 0
    town.set("database", url=f"sqlite+aiosqlite:///{town.folder / 'missing' / 'glimpse.db'}")

    done = await town.command("check")

    assert done.code == 1
    failed = [line.split(maxsplit=1)[1] for line in done.out.splitlines() if line[:4] == "FAIL"]
    assert [line.split()[0] for line in failed] == ["database", "intents", "endpoint"]
    assert (
        "turn it on (portal → Bot), or set `[discord] message_content_intent = false`" in done.out
    )
    assert "The endpoint rejects the API key: check that it is whole" in done.out
    assert "sk-wrong-0123456789" not in done.out


async def test_check_without_token_and_endpoint_says_where_they_come_from(town: Town) -> None:
    town.environment = {"DISCORD_TOKEN": ""}
    await town.close_endpoint()

    done = await check_here(town)
    await town.reopen_endpoint()

    assert done.code == 1
    assert "there is none: set DISCORD_TOKEN or `[discord] token`" in done.out
    assert "The endpoint can't be reached: check that it runs, its address" in done.out


async def test_check_warns_of_an_endpoint_without_usage_reports(town: Town) -> None:
    town.endpoint.play(Script(usage=False))

    done = await check_here(town)

    assert done.code == 0
    assert "it does not report its usage: quotas will count estimates" in done.out


async def test_check_of_a_mistaken_configuration_names_the_mistakes(town: Town) -> None:
    town.set("quota", tokens_per_day="plenty")

    done = await check_here(town)

    assert done.code == 1
    assert "FAIL  configuration" in done.out
    assert "tokens_per_day" in done.out


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("sk-check\n0123456789", "contains a line break: it must be one word"),
        ("Bearer sk-check-0123456789", "begins with a word and a space: leave both out"),
        ("'sk-check-0123456789'", "stands in quotes twice: leave one pair out"),
        ("sk-check-0123456789é", "contains a character that no key has"),
    ],
    ids=["line break", "Bearer", "quotes", "not ASCII"],
)
async def test_check_of_a_malformed_key_says_what_is_wrong(
    town: Town, key: str, complaint: str
) -> None:
    town.environment = {"GLIMPSE_API_KEY": key}

    done = await check_here(town)

    assert done.code == 1
    assert done.out == (f"FAIL  configuration  GLIMPSE_API_KEY, in the environment, {complaint}.\n")


async def test_check_recognises_a_web_page_in_place_of_an_endpoint(town: Town) -> None:
    async def welcome(_request: web.Request) -> web.Response:
        page = "<html><title>Welcome to Example</title></html>"
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", welcome)
    async with TestServer(app) as server:
        town.set("endpoint", base_url=str(server.make_url("/")))
        done = await check_here(town)

    assert done.code == 1
    assert "FAIL  endpoint       no answer but: Welcome to Example\n" in done.out
    assert "→ The address does not speak the Responses API" in done.out
    assert "/v1/responses\n" in done.out


async def test_check_of_an_unknown_model_suggests_the_nearest_name(town: Town) -> None:
    async with ScriptedEndpoint(models=("gpt-5.2-pro",), keys=frozenset({KEY})) as endpoint:
        town.set("endpoint", base_url=endpoint.base_url, model="gpt-5.2-proo")
        done = await check_here(town)

    assert done.code == 1
    assert "→ did you mean `gpt-5.2-pro`?" in done.out


async def test_check_of_an_endpoint_that_can_not_see_says_so(town: Town) -> None:
    async with ScriptedEndpoint(sees=False) as endpoint:
        town.set("endpoint", base_url=endpoint.base_url)
        done = await check_here(town)

    assert done.code == 1
    assert "→ scripted answers, but not where a picture comes along" in done.out


async def test_check_warns_of_a_key_sent_unencrypted_over_the_internet(town: Town) -> None:
    # It looks like a domain, and the HTTP client takes it for a damaged number: nothing is sent.
    town.set("endpoint", base_url=town.endpoint.base_url.replace("127.0.0.1", "127.1"))

    done = await check_here(town)

    assert "warn  endpoint" in done.out
    assert "key, questions and pictures travel in clear" in done.out
    assert "→ write https:// in `[endpoint] base_url`" in done.out


async def test_check_names_what_the_endpoint_refuses(town: Town) -> None:
    async with ScriptedEndpoint(refuses=frozenset({"store"})) as endpoint:
        town.set("endpoint", base_url=endpoint.base_url)
        done = await town.command("check")

    assert done.code == 0
    assert "ok    endpoint       it refuses `store`" in done.out
    assert done.err == ""


async def test_check_with_a_profile_asks_as_the_profile_says(town: Town) -> None:
    accepts = frozenset({"system"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint:
        town.set("endpoint", base_url=endpoint.base_url, profile="gptproto", authorization="raw")
        done = await check_here(town)

    assert done.code == 0
    (request,) = endpoint.requests
    assert request.headers["Authorization"] == KEY
    assert request.json["input"][0]["role"] == "system"
    assert request.json["input"][1]["content"][1]["detail"] == "auto"
