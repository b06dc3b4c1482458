"""Commands, buttons and modals, from the click to the last answer."""

import asyncio
from io import BytesIO

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.client_input import ClientRefused
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client, connect
from tests.standins.playground.interactions.bot_commands import (
    Seen,
)


async def test_a_slash_command_is_answered(client: Client, alice: Person) -> None:
    result = await alice.slash("echo", text="hello", loud=True)

    assert (result.content, result.is_ephemeral, result.failed) == ("HELLO", False, False)


async def test_a_slash_command_works_in_private(client: Client, alice: Person) -> None:
    result = await alice.slash("echo", text="hello", where=alice.direct_channel)

    assert [one.content for one in alice.sees(alice.direct_channel)] == ["hello"]
    assert result.content == "hello"


async def test_thinking_is_shown_until_the_answer(client: Client, alice: Person) -> None:
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
