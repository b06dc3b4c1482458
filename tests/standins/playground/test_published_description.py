"""What the playground takes and gives, held against Discord's own description of it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.standins.playground.actors.people import Person
from bot.standins.playground.rest.routes import RestRequest, RestResponse, RestRoute
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client, connect
from tests.standins.playground.schemas import VARIABLE, Description

needs_description = pytest.mark.skipif(
    Description.read() is None, reason=f"{VARIABLE} does not name the description"
)

Check = Callable[[RestRoute, RestRequest, RestResponse], None]


def _checker(description: Description, problems: list[str], seen: set[str]) -> Check:
    def check(route: RestRoute, request: RestRequest, response: RestResponse) -> None:
        name = f"{route.method} {route.path}"
        seen.add(name)
        asked = description.request_schema(route.method, route.path)
        given = description.response_schema(route.method, route.path, response.status)
        for schema, value in ((asked, _with_text_ids(request.body)), (given, response.body)):
            if schema is not None:
                problems.extend(f"{name}: {one}" for one in description.problems(schema, value))

    return check


def _with_text_ids(body: Any) -> Any:
    """Discord takes ids as numbers as well, which its description leaves unsaid.

    Components are left out: their ids are numbers of another kind.
    """
    if isinstance(body, list):
        return [_with_text_ids(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        key: str(value)
        if key in {"id", "message_id", "channel_id", "guild_id", "recipient_id"}
        else _with_text_ids(value)
        for key, value in body.items()
        if key != "components"
    }


class Buttons(discord.ui.View):
    @discord.ui.button(label="Stop", custom_id="stop")
    async def stop_it(self, interaction: Any, button: discord.ui.Button["Buttons"]) -> None:
        await interaction.response.edit_message(content="stopped", view=None)


@app_commands.command(description="Say it again")
async def echo(interaction: discord.Interaction[Client], text: str) -> None:
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content=text)
    await interaction.followup.send(text)


@echo.autocomplete("text")
async def texts(
    interaction: discord.Interaction[Client], typed: str
) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name="a", value="a")]


@app_commands.command(description="Show a button")
async def buttons(interaction: discord.Interaction[Client]) -> None:
    await interaction.response.send_message("running", view=Buttons())


async def _use_everything(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    there = client.channel(channel)
    question = await alice.say(channel, "hello", images=[("a.png", PNG)])
    received = await client.message_from(alice.id)
    reply = await received.reply("hi", file=discord.File(BytesIO(PNG), "b.png"))
    await reply.edit(content="hello", embed=discord.Embed(title="a"), view=Buttons())
    await there.fetch_message(question.id)
    _ = [one async for one in there.history()]
    await reply.delete()
    await received.add_reaction("👍")
    await there.typing()
    thread = await received.create_thread(name="thread")
    await client.fetch_channel(thread.id)
    await client.fetch_channel(channel.id)
    await (await client.fetch_user(alice.id)).create_dm()
    await client.fetch_guild(playground.servers[0].id)
    await there.guild.fetch_member(alice.id)
    await client.tree.fetch_commands()
    await alice.autocomplete("echo", focused="text")
    result = await alice.slash("echo", text="a")
    await client.until(lambda: len(result.responses) == 2)
    shown = await alice.slash("buttons")
    assert shown.original is not None
    await alice.press(shown.original, "stop")


@needs_description
async def test_all_that_is_taken_and_given_fits_the_description(
    playground: Discord, alice: Person, channel: Channel
) -> None:
    description = Description.read()
    assert description is not None
    problems: list[str] = []
    seen: set[str] = set()
    playground.dispatcher.listeners.append(_checker(description, problems, seen))
    client = Client()
    client.tree.add_command(echo)
    client.tree.add_command(buttons)

    async with connect(playground, client):
        await client.tree.sync()
        await _use_everything(playground, client, alice, channel)

    assert problems == []
    assert len(seen) >= 20


@needs_description
def test_the_check_finds_what_does_not_fit() -> None:
    description = Description.read()
    assert description is not None
    schema = description.response_schema("GET", "/users/@me", 200)
    assert schema is not None

    problems = list(description.problems(schema, {"id": 5, "username": "a"}))

    assert "$: discriminator is missing" in problems
    assert any(one.startswith("$.id: 5 is no") for one in problems)
