"""Commands, menus, buttons and forms used from the page, with discord.py's own tree on the other side."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.standins.playground.server import Discord
from tests.standins.playground.clients import Client, connect
from tests.standins.playground.site.tab import Tab, open_stage, open_tab

Seen = discord.Interaction[Client]


class Form(discord.ui.Modal, title="How many?"):
    amount: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Amount", custom_id="amount")

    async def on_submit(self, interaction: Seen) -> None:  # type: ignore[override]
        await interaction.response.send_message(f"{self.amount.value} it is")


class Choice(discord.ui.View):
    @discord.ui.button(label="Press me", custom_id="press")
    async def press(self, interaction: Seen, _: discord.ui.Button["Choice"]) -> None:
        await interaction.response.send_message("pressed", ephemeral=True)

    @discord.ui.select(custom_id="pick", options=[discord.SelectOption(label="Red", value="red")])
    async def pick(self, interaction: Seen, select: discord.ui.Select["Choice"]) -> None:
        await interaction.response.edit_message(content=f"picked {select.values[0]}")


@app_commands.command(description="Say who, how often and whether")
async def tell(
    interaction: Seen, who: discord.User, times: int, where: discord.TextChannel, loud: bool
) -> None:
    text = f"{who.name} {times} {where.name} {loud}"
    await interaction.response.send_message(text)


@app_commands.command(description="A thing by name")
async def find(interaction: Seen, thing: str) -> None:
    await interaction.response.send_message(thing)


@find.autocomplete("thing")
async def suggest(_: Seen, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}!", value=typed)]


@app_commands.command(description="Ask for an amount")
async def ask(interaction: Seen) -> None:
    await interaction.response.send_modal(Form())


@app_commands.command(description="Show buttons")
async def choice(interaction: Seen) -> None:
    await interaction.response.send_message("choose", view=Choice())


@app_commands.command(description="Say nothing")
async def ignore(interaction: Seen) -> None:
    pass


@app_commands.context_menu(name="Count letters")
async def count(interaction: Seen, message: discord.Message) -> None:
    await interaction.response.send_message(str(len(message.content)))


@pytest.fixture
async def playground() -> AsyncIterator[Discord]:
    async with open_stage() as made:
        yield made


@pytest.fixture
async def tab(playground: Discord) -> AsyncIterator[Tab]:
    """A member's page in #general, with a bot that has commands."""
    playground.interactions.deadline = 1.0
    client = Client()
    commands: list[app_commands.Command[Any, ..., None] | app_commands.ContextMenu]
    commands = [tell, find, ask, choice, ignore, count]
    for command in commands:
        client.tree.add_command(command)
    async with connect(playground, client), open_tab(playground.base_url) as opened:
        await client.tree.sync()
        await opened.look("member", "general")
        yield opened


async def test_options_become_what_they_are(tab: Tab) -> None:
    options = {
        "who": tab.identity("moderator"),
        "times": "3",
        "where": tab.channel("help"),
        "loud": "true",
    }

    answer = await tab.do("slash", path=["tell"], options=options)
    assert answer["kind"] == "done", answer

    answer = await tab.until("rosa 3 help True")
    assert answer["command"] == {"by": tab.identity("member"), "name": "/tell"}


async def test_commands_are_offered_with_their_options(tab: Tab) -> None:
    while "commands" not in tab.received or not tab.received["commands"]["commands"]:
        await tab.receive()

    kinds = {one["name"]: one["kind"] for one in tab.received["commands"]["commands"]}
    assert kinds["find"] == "chat_input"
    assert kinds["Count letters"] == "message"


async def test_bot_suggests_while_one_types(tab: Tab) -> None:
    answer = await tab.do("suggest", path=["find"], focused="thing", options={"thing": "lamp"})

    assert answer["result"]["choices"] == [{"name": "lamp!", "value": "lamp"}]


async def test_form_is_shown_and_filled_in_once(tab: Tab) -> None:
    modal = (await tab.do("slash", path=["ask"]))["result"]["modal"]
    assert modal["title"] == "How many?"

    await tab.do("submit", modal=modal["id"], values={"amount": "12"})

    await tab.until("12 it is")
    again = await tab.do("submit", modal=modal["id"], values={"amount": "13"})
    assert again["error"] == "This form is no longer open."


async def test_button_is_answered_for_one_persons_eyes(playground: Discord, tab: Tab) -> None:
    await tab.do("slash", path=["choice"])
    message = await tab.until("choose")

    await tab.do("press", message=message["id"], custom_id="press")

    seen = await tab.until("pressed")
    assert seen["is_ephemeral"]
    await tab.look("moderator", "general")
    await tab.until("choose")
    assert not any(one["content"] == "pressed" for one in tab.messages.values())


async def test_ephemeral_answer_can_be_put_away(tab: Tab) -> None:
    await tab.do("slash", path=["choice"])
    message = await tab.until("choose")
    await tab.do("press", message=message["id"], custom_id="press")
    seen = await tab.until("pressed")

    await tab.do("delete", message=seen["id"])

    while seen["id"] in tab.messages:
        await tab.receive()


async def test_selection_changes_the_message(tab: Tab) -> None:
    await tab.do("slash", path=["choice"])
    message = await tab.until("choose")

    await tab.do("choose", message=message["id"], custom_id="pick", values=["red"])

    assert (await tab.until("picked red"))["id"] == message["id"]


async def test_message_menu_is_used_on_the_message(tab: Tab) -> None:
    await tab.do("say", text="lighthouse")
    message = await tab.until("lighthouse")

    await tab.do("menu", name="Count letters", message=message["id"])

    await tab.until("10")


async def test_bot_that_does_not_answer_in_time_is_named(tab: Tab) -> None:
    answer = await tab.do("slash", path=["ignore"])

    assert answer["error"] == "The application did not respond."
