"""A bot's commands, buttons and modals, in discord.py's own command tree."""

import discord
from discord import app_commands

from tests.standins.playground.clients import Client

Seen = discord.Interaction[Client]


@app_commands.command(description="Say it again")
@app_commands.describe(text="What", loud="Whether")
async def echo(interaction: Seen, text: str, loud: bool = False) -> None:
    await interaction.response.send_message(text.upper() if loud else text)


@app_commands.command(description="Take a moment")
async def think(interaction: Seen, private: bool = False) -> None:
    await interaction.response.defer(ephemeral=private, thinking=True)
    await interaction.edit_original_response(content="thought")
    await interaction.followup.send("and more", ephemeral=private)


@app_commands.command(description="Say nothing")
async def ignore(interaction: Seen) -> None:
    pass


@app_commands.command(description="Look at a picture")
async def look(interaction: Seen, picture: discord.Attachment) -> None:
    content = await picture.read()
    await interaction.response.send_message(f"{picture.filename}: {len(content)}", ephemeral=True)


class Form(discord.ui.Modal, title="How many?"):
    amount: discord.ui.TextInput["Form"] = discord.ui.TextInput(
        label="Amount", custom_id="amount", max_length=5
    )

    async def on_submit(self, interaction: Seen) -> None:  # type: ignore[override]
        await interaction.response.send_message(f"{self.amount.value} it is")


@app_commands.command(description="Ask for an amount")
async def ask(interaction: Seen) -> None:
    await interaction.response.send_modal(Form())


class Buttons(discord.ui.View):
    @discord.ui.button(label="Stop", custom_id="stop")
    async def stop_it(self, interaction: Seen, button: discord.ui.Button["Buttons"]) -> None:
        await interaction.response.edit_message(content="stopped", view=None)

    @discord.ui.select(
        custom_id="colour", options=[discord.SelectOption(label=one) for one in ("red", "blue")]
    )
    async def colour(self, interaction: Seen, select: discord.ui.Select["Buttons"]) -> None:
        await interaction.response.send_message(select.values[0], ephemeral=True)

    @discord.ui.button(label="Never", custom_id="never", disabled=True)
    async def never(self, interaction: Seen, button: discord.ui.Button["Buttons"]) -> None:
        raise AssertionError


@app_commands.command(description="Show buttons")
async def buttons(interaction: Seen) -> None:
    await interaction.response.send_message("running", view=Buttons())


class Quota(app_commands.Group):
    @app_commands.command(description="Set")
    async def set(
        self, interaction: Seen, user: discord.Member, amount: app_commands.Range[int, 1, 100]
    ) -> None:
        await interaction.response.send_message(f"{user.name}: {amount}", ephemeral=True)

    @app_commands.command(description="Find")
    async def find(self, interaction: Seen, zone: str) -> None:
        await interaction.response.send_message(zone)

    @find.autocomplete("zone")
    async def zones(self, interaction: Seen, typed: str) -> list[app_commands.Choice[str]]:
        names = ("Europe/Berlin", "Europe/Paris", "Asia/Tokyo")
        return [app_commands.Choice(name=one, value=one) for one in names if typed in one]


@app_commands.context_menu(name="Describe image")
async def describe(interaction: Seen, message: discord.Message) -> None:
    await interaction.response.send_message(f"{message.content}: {len(message.attachments)}")
