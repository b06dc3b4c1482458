"""Input that a person's client allows, and what it refuses."""

from typing import Any

import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.interactions.client_input import ClientRefused
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.server import Discord
from tests.standins.playground.clients import PNG, Client


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


async def test_servers_settings_go_before_default_permissions(
    client: Client, server: Server, alice: Person, moderator: Person
) -> None:
    stewards, guests = server.add_role("stewards"), server.add_role("guests")
    steward = server.add_member("stella", roles=(stewards, guests))

    server.permit_command("quota", guests, allowed=False)
    server.permit_command("quota", stewards)
    server.permit_command("quota", moderator.user, allowed=False)
    server.permit_command("echo", server.everyone, allowed=False)

    assert "quota" in steward.available_commands()
    assert "quota" not in moderator.available_commands()
    assert "echo" not in alice.available_commands()
    assert {"quota", "echo"} <= set(server.owner.available_commands())


async def test_a_bot_is_told_what_servers_settings_say(client: Client, server: Server) -> None:
    server.permit_command("quota", server.add_role("stewards"))

    await client.until(lambda: "raw_app_command_permissions_update" in client.events)


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
async def test_input_that_a_client_would_not_send_is_refused(
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


async def test_a_modal_takes_only_what_its_fields_allow(client: Client, alice: Person) -> None:
    opened = await alice.slash("ask")

    with pytest.raises(ClientRefused, match="required"):
        await alice.submit(opened, {})
    with pytest.raises(ClientRefused, match="too long"):
        await alice.submit(opened, {"amount": "1000000"})


async def test_a_button_that_is_disabled_or_gone_cannot_be_pressed(
    client: Client, alice: Person
) -> None:
    shown = await alice.slash("buttons")
    assert shown.original is not None

    with pytest.raises(ClientRefused, match="disabled"):
        await alice.press(shown.original, "never")
    with pytest.raises(ClientRefused, match="there is no"):
        await alice.press(shown.original, "gone")
