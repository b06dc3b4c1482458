"""Commands, buttons and modals, with discord.py's own command tree on the other side."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.interactions.client_input import ClientRefused
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client, connect

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


@pytest.fixture
async def client(playground: Discord, alice: Person) -> AsyncIterator[Client]:
    client = Client()
    group = Quota(
        name="quota",
        description="Limits",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )
    simple: list[Any] = [echo, think, ignore, look, ask, buttons, group, describe]
    for command in simple:
        client.tree.add_command(command)
    async with connect(playground, client):
        await client.tree.sync()
        yield client


@pytest.fixture
def moderator(server: Server) -> Person:
    return server.add_member("mona", granted=Permission.MANAGE_GUILD)


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


async def test_a_command_for_one_server_is_offered_there_only(
    client: Client, playground: Discord, server: Server, alice: Person
) -> None:
    client.tree.copy_global_to(guild=discord.Object(server.id))
    client.tree.clear_commands(guild=None)
    await client.tree.sync()
    await client.tree.sync(guild=discord.Object(server.id))
    other = playground.add_server("Other")
    other.add_channel("general")

    assert "echo" in alice.available_commands()
    assert other.add_member(alice).available_commands() == []


async def test_a_slash_command_is_answered(client: Client, alice: Person) -> None:
    result = await alice.slash("echo", text="hello", loud=True)

    assert (result.content, result.is_ephemeral, result.failed) == ("HELLO", False, False)


async def test_a_slash_command_works_in_private(client: Client, alice: Person) -> None:
    result = await alice.slash("echo", text="hello", where=alice.direct_channel)

    assert [one.content for one in alice.sees(alice.direct_channel)] == ["hello"]
    assert result.content == "hello"


async def test_thinking_is_shown_until_the_answer_and_the_followup_comes_after(
    client: Client, alice: Person
) -> None:
    result = await alice.slash("think")
    await client.until(lambda: len(result.responses) == 2)

    assert [one.content for one in result.responses] == ["thought", "and more"]
    assert [one.content for one in result.responses[0].revisions] == ["", "thought"]


async def test_an_ephemeral_answer_is_seen_by_its_addressee_only(
    client: Client, alice: Person, moderator: Person, channel: Channel
) -> None:
    result = await alice.slash("think", private=True)
    await client.until(lambda: len(result.responses) == 2)

    assert [one.content for one in alice.sees(channel)] == ["thought", "and more"]
    assert moderator.sees(channel) == []
    with pytest.raises(discord.NotFound):
        await client.channel(channel).fetch_message(result.responses[0].id)


async def test_a_command_without_an_answer_fails_after_its_deadline(
    client: Client, playground: Discord, alice: Person
) -> None:
    playground.interactions.deadline = 0.2

    result = await alice.slash("ignore")

    assert result.failed


async def test_an_answer_after_the_deadline_finds_no_interaction(
    playground: Discord, alice: Person
) -> None:
    playground.interactions.deadline = 0.1
    refusals: list[int] = []
    client = Client()

    @client.tree.command(description="Too late")
    async def late(interaction: Seen) -> None:
        await asyncio.sleep(0.2)
        try:
            await interaction.response.send_message("late")
        except discord.NotFound as error:
            refusals.append(error.code)

    async with connect(playground, client):
        await client.tree.sync()
        result = await alice.slash("late")
        await playground.wait_for(lambda: refusals)

    assert result.failed
    assert refusals == [10062]


async def test_a_second_answer_is_refused_and_a_token_expires(
    playground: Discord, alice: Person
) -> None:
    refusals: list[int] = []
    client = Client()

    @client.tree.command(description="Twice")
    async def twice(interaction: Seen) -> None:
        await interaction.response.send_message("first")
        interaction.response._response_type = None
        try:
            await interaction.response.send_message("second")
        except discord.HTTPException as error:
            refusals.append(error.code)
        playground.skip(901)
        try:
            await interaction.edit_original_response(content="too late")
        except discord.HTTPException as error:
            refusals.append(error.code)

    async with connect(playground, client):
        await client.tree.sync()
        await alice.slash("twice")
        await playground.wait_for(lambda: len(refusals) == 2)

    assert refusals == [40060, 50027]


async def test_a_command_is_offered_by_permission(
    client: Client, alice: Person, moderator: Person
) -> None:
    with pytest.raises(ClientRefused, match="lacks the permissions"):
        await alice.slash("quota", "set", user=alice, amount=5)

    result = await moderator.slash("quota", "set", user=alice, amount=5)

    assert (result.content, result.is_ephemeral) == ("alice: 5", True)
    assert ("quota" in alice.available_commands(), "quota" in moderator.available_commands()) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        (("nothing",), {}, "not registered"),
        (("echo",), {}, "`text` is required"),
        (("echo",), {"text": "a", "colour": "red"}, "no option colour"),
        (("echo",), {"text": 5}, "does not fit"),
        (("quota", "set"), {"amount": 101}, "outside the range"),
        (("quota", "reset"), {}, "no subcommand"),
        (("quota",), {}, "needs a subcommand"),
    ],
    ids=lambda value: str(value),
)
async def test_what_a_client_would_not_send_is_refused(
    client: Client,
    moderator: Person,
    path: tuple[str, ...],
    options: dict[str, Any],
    reason: str,
) -> None:
    values = {"user": moderator, **options} if path == ("quota", "set") else options

    with pytest.raises(ClientRefused, match=reason):
        await moderator.slash(*path, **values)


async def test_a_command_for_servers_is_not_offered_in_private(
    client: Client, moderator: Person
) -> None:
    with pytest.raises(ClientRefused, match="kind of channel"):
        await moderator.slash("quota", "find", zone="x", where=moderator.direct_channel)


async def test_a_picture_as_an_option_is_read(client: Client, alice: Person) -> None:
    picture = Upload(filename="a.png", content=PNG)

    result = await alice.slash("look", picture=picture)

    assert result.content == f"a.png: {len(PNG)}"


async def test_choices_are_offered_while_typing(client: Client, moderator: Person) -> None:
    choices = await moderator.autocomplete("quota", "find", focused="zone", zone="Europe")

    assert [choice["value"] for choice in choices] == ["Europe/Berlin", "Europe/Paris"]


async def test_a_context_menu_is_given_the_message_whole(
    client: Client, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, "cat", images=[("a.png", PNG)])

    result = await alice.use_on_message("Describe image", message)

    assert result.content == "cat: 1"


async def test_a_modal_is_filled_in_and_submitted(client: Client, alice: Person) -> None:
    opened = await alice.slash("ask")

    result = await alice.submit(opened, {"amount": "100"})

    assert result.content == "100 it is"


async def test_a_modal_takes_only_what_its_fields_allow(client: Client, alice: Person) -> None:
    opened = await alice.slash("ask")

    with pytest.raises(ClientRefused, match="required"):
        await alice.submit(opened, {})
    with pytest.raises(ClientRefused, match="too long"):
        await alice.submit(opened, {"amount": "1000000"})


async def test_a_pressed_button_changes_its_message(client: Client, alice: Person) -> None:
    shown = await alice.slash("buttons")
    assert shown.original is not None

    await alice.press(shown.original, "stop")

    assert (shown.original.content, shown.original.components) == ("stopped", [])


async def test_a_select_is_chosen_from(client: Client, alice: Person) -> None:
    shown = await alice.slash("buttons")
    assert shown.original is not None

    result = await alice.choose(shown.original, "colour", ["blue"])

    assert (result.content, result.is_ephemeral) == ("blue", True)
    with pytest.raises(ClientRefused, match="not among the options"):
        await alice.choose(shown.original, "colour", ["green"])


async def test_a_user_menu_is_given_the_member(
    playground: Discord, alice: Person, moderator: Person
) -> None:
    client = Client()

    @client.tree.context_menu(name="Who")
    async def who(interaction: Seen, member: discord.Member) -> None:
        await interaction.response.send_message(member.name)

    async with connect(playground, client):
        await client.tree.sync()
        result = await alice.use_on_user("Who", moderator.user)

    assert result.content == "mona"


async def test_a_button_that_is_disabled_or_gone_cannot_be_pressed(
    client: Client, alice: Person
) -> None:
    shown = await alice.slash("buttons")
    assert shown.original is not None

    with pytest.raises(ClientRefused, match="disabled"):
        await alice.press(shown.original, "never")
    with pytest.raises(ClientRefused, match="there is no"):
        await alice.press(shown.original, "gone")


async def test_an_answer_is_read_back_and_deleted(playground: Discord, alice: Person) -> None:
    read: list[str] = []
    client = Client()

    @client.tree.command(description="For a moment")
    async def moment(interaction: Seen) -> None:
        await interaction.response.send_message("now you see me")
        read.append((await interaction.original_response()).content)
        await interaction.delete_original_response()

    async with connect(playground, client):
        await client.tree.sync()
        result = await alice.slash("moment")
        await playground.wait_for(lambda: not result.responses)

    assert read == ["now you see me"]


async def test_files_are_sent_with_answers(playground: Discord, alice: Person) -> None:
    client = Client()

    @client.tree.command(description="A file")
    async def export(interaction: Seen) -> None:
        file = discord.File(BytesIO(b"a,b"), "usage.csv")
        await interaction.response.send_message(file=file, ephemeral=True)

    async with connect(playground, client):
        await client.tree.sync()
        result = await alice.slash("export")

    assert result.original is not None
    attachment = result.original.attachments[0]
    assert (attachment.content, attachment.is_ephemeral) == (b"a,b", True)
