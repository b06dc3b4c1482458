"""`glimpse check`: what an operator reads before the first start."""

import os

from tests.e2e.conftest import Town
from tests.scripted_endpoint import Script


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

    done = await town.command("check")
    await town.reopen_endpoint()

    assert done.code == 1
    assert "there is none: set DISCORD_TOKEN or `[discord] token`" in done.out
    assert "The endpoint can't be reached: check its address" in done.out


async def test_check_warns_of_an_endpoint_that_does_not_report_its_usage(town: Town) -> None:
    town.endpoint.play(Script(usage=False))

    done = await town.command("check")

    assert done.code == 0
    assert "it does not report its usage: quotas will count estimates" in done.out


async def test_check_of_a_mistaken_configuration_names_the_mistakes(town: Town) -> None:
    town.set("quota", tokens_per_day="plenty")

    done = await town.command("check")

    assert done.code == 1
    assert "FAIL  configuration" in done.out
    assert "tokens_per_day" in done.out
