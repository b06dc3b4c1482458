"""Commands that are registered."""

import pytest

from bot.standins.playground.errors import DiscordError, FormErrors, Json
from bot.standins.playground.interactions import commands
from bot.standins.playground.server import Discord
from tests.standins.playground.clients import Client


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Upper", "description": "x"},
        {"name": "a", "description": ""},
        {"name": "a", "description": "x" * 101},
        {"name": "a", "type": 3, "description": "context menus have none"},
        {"name": "a", "description": "x", "options": [{"name": "b", "description": "x"}] * 2},
    ],
)
def test_commands_that_discord_would_not_take_are_refused(body: Json) -> None:
    form = FormErrors()

    commands.check_command(body, form, "0")

    with pytest.raises(DiscordError):
        form.check()


async def test_a_synced_command_is_fetched_with_its_options(
    client: Client, playground: Discord
) -> None:
    fetched = await client.tree.fetch_commands()

    assert {one.name for one in fetched} == {one["name"] for one in playground.commands.all()}
    options = next(one for one in fetched if one.name == "echo").options
    assert [option.name for option in options] == ["text", "loud"]


async def test_syncing_again_keeps_the_ids_and_creates_nothing(
    client: Client, playground: Discord
) -> None:
    before = {one["name"]: one["id"] for one in playground.commands.all()}
    created = playground.commands.created

    await client.tree.sync()

    assert {one["name"]: one["id"] for one in playground.commands.all()} == before
    assert playground.commands.created == created
