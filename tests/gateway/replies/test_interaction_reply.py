"""The answer to a command, by an unmodified discord.py against the stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.core.errors import SurfaceError, SurfaceForbidden
from bot.core.pictures.orders import ShownPicture
from bot.gateway.replies import acknowledgement, interaction_reply
from bot.gateway.replies.interaction_reply import IS_REPEATED, InteractionSurface
from bot.gateway.replies.reply import DiscordSurface
from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message
from tests.pictures import quadrants, write
from tests.standins.playground.clients import Client, connect

PNG = write(quadrants(), "PNG")
ONE = ShownPicture(content=PNG, name="picture-1.png", alt="four colours")
TWO = ShownPicture(content=PNG, name="picture-2.png", alt="and again")

Deed = Callable[[InteractionSurface], Awaitable[None]]


@dataclass(kw_only=True)
class Scene:
    """One command, `do`, that does to its surface what the test says."""

    discord: Discord
    server: Server
    alice: Person
    room: Channel
    client: Client
    clock: float = 0.0  # seconds
    errors: list[SurfaceError] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def use(self, deed: Deed) -> Interaction:
        async def do(interaction: discord.Interaction) -> None:
            surface = InteractionSurface(interaction, clock=lambda: self.clock)
            try:
                async with surface.kept_waiting():
                    await deed(surface)
            except SurfaceError as error:
                self.errors.append(error)
            finally:
                self.over.set()

        self.client.tree.add_command(app_commands.Command(name="do", description="Do", callback=do))
        await self.client.tree.sync()
        opened = await self.alice.slash("do", where=self.room)
        async with asyncio.timeout(10):
            await self.over.wait()
        return opened

    @property
    def message(self) -> Message:
        (only,) = self.room.living()
        return only


@pytest.fixture
async def scene(stand_in: Discord) -> AsyncIterator[Scene]:
    server = stand_in.add_server("Town")
    room = server.add_channel("general")
    alice = server.add_member("alice")
    async with connect(stand_in) as client:
        yield Scene(discord=stand_in, server=server, alice=alice, room=room, client=client)


def labels(message: Message) -> list[str]:
    return [each["label"] for row in message.components for each in row["components"]]


async def test_first_of_several_texts_is_public_with_a_button(scene: Scene) -> None:
    async def deed(surface: InteractionSurface) -> None:
        await surface.create(0, "-# Making a picture @everyone", has_stop=True)

    opened = await scene.use(deed)

    assert not scene.message.is_ephemeral
    assert scene.message.content == "-# Making a picture @everyone"
    assert labels(scene.message) == ["Stop"]
    button = scene.message.components[0]["components"][0]
    assert button["custom_id"] == f"stop:{opened.id}"
    assert not scene.message.pinged
    assert not scene.client._connection._view_store._views  # discord.py keeps none of it


async def test_only_text_is_seen_by_the_caller_alone(scene: Scene) -> None:
    async def deed(surface: InteractionSurface) -> None:
        await surface.create(0, "Not here.", has_stop=False)

    opened = await scene.use(deed)

    assert opened.is_ephemeral
    assert opened.content == "Not here."


async def test_pictures_with_alt_texts_replace_earlier_ones(
    scene: Scene,
) -> None:
    async def deed(surface: InteractionSurface) -> None:
        message_id = await surface.create(0, "-# Making", has_stop=True)
        await surface.show_pictures(message_id, "-# Making", [ONE], has_stop=True)
        await surface.show_pictures(message_id, "-# Done", [ONE, TWO], has_stop=False)
        await surface.edit(message_id, "-# Done.", has_stop=False)

    await scene.use(deed)

    shown = [(one.filename, one.description) for one in scene.message.attachments]
    assert shown == [("picture-1.png", "four colours"), ("picture-2.png", "and again")]
    assert scene.message.content == "-# Done."
    assert labels(scene.message) == []


async def test_command_that_takes_its_time_asks_discord_for_patience(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledgement.note_arrival, "__kwdefaults__", {"within": 0.05})
    was_thinking: list[bool] = []

    async def deed(surface: InteractionSurface) -> None:
        await scene.discord.wait_for(lambda: list(scene.room.living()), 5)
        was_thinking.append(scene.message.is_loading)
        await surface.create(0, "-# Making", has_stop=True)

    await scene.use(deed)

    assert was_thinking == [True]
    assert scene.message.content == "-# Making"
    assert not scene.message.is_loading


async def test_message_is_edited_as_any_once_the_token_is_old(scene: Scene) -> None:
    scene.discord.interactions.lifetime = 0.0  # a token that was used would be refused

    async def deed(surface: InteractionSurface) -> None:
        message_id = await surface.create(0, "-# Making", has_stop=True)
        scene.clock = interaction_reply.TOKEN_LASTS + 1
        await surface.show_pictures(message_id, "-# Making", [ONE], has_stop=True)
        await surface.edit(message_id, "-# Late", has_stop=True)

    await scene.use(deed)

    assert scene.errors == []
    assert scene.message.content == "-# Late"
    assert [one.description for one in scene.message.attachments] == ["four colours"]
    assert labels(scene.message) == ["Stop"]


async def test_repeated_command_that_was_never_responded_to_is_answered_whole(
    scene: Scene,
) -> None:
    """Its answer stopped at the first word: later edits were meant for a response that never was."""
    scene.discord.interactions.deadline = 0.1  # nobody lived to respond

    async def deed(surface: InteractionSurface) -> None:
        earlier = surface._interaction
        earlier.extras[IS_REPEATED] = True
        again = InteractionSurface(earlier, clock=lambda: scene.clock)
        message_id = await again.create(0, "-# Making", has_stop=True)
        next_time = InteractionSurface(earlier, clock=lambda: scene.clock)
        await next_time.edit(message_id, "-# Still making", has_stop=True)
        await again.show_pictures(message_id, "-# Made", [ONE], has_stop=False)

    await scene.use(deed)

    assert scene.errors == []
    assert scene.message.content == "-# Made"
    assert [one.description for one in scene.message.attachments] == ["four colours"]


async def test_pictures_of_a_repeated_command_outlive_its_token(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.discord.interactions.lifetime = 0.0  # a token that was used would be refused

    async def deed(surface: InteractionSurface) -> None:
        message_id = await surface.create(0, "-# Making", has_stop=True)
        earlier = surface._interaction
        earlier.extras[IS_REPEATED] = True
        monkeypatch.setattr(interaction_reply, "TOKEN_LASTS", 0.0)
        again = InteractionSurface(earlier, clock=lambda: scene.clock)
        await again.show_pictures(message_id, "-# Made", [ONE, TWO], has_stop=False)

    await scene.use(deed)

    assert scene.errors == []
    assert scene.message.content == "-# Made"
    assert len(scene.message.attachments) == 2


async def test_token_that_discord_forgot_early_is_not_tried_for_ever(scene: Scene) -> None:
    """Where the clocks differ, the answer to `/imagine` never came: each edit was refused."""

    async def deed(surface: InteractionSurface) -> None:
        message_id = await surface.create(0, "one", has_stop=True)
        scene.discord.skip(16 * 60)
        await surface.edit(message_id, "two", has_stop=True)
        await surface.show_pictures(message_id, "three", [ONE], has_stop=False)

    await scene.use(deed)

    assert not scene.errors
    assert scene.message.content == "three"
    assert len(scene.message.attachments) == 1


async def test_answer_that_arrived_although_it_seemed_lost_is_found_again(scene: Scene) -> None:
    async def deed(surface: InteractionSurface) -> None:
        await surface.create(0, "-# Making", has_stop=True)
        surface._interaction.response._response_type = None  # as after a lost response
        await surface.create(0, "-# Making, still", has_stop=True)

    await scene.use(deed)

    assert scene.errors == []
    assert scene.message.content == "-# Making, still"


async def test_answer_after_discords_patience_is_a_surface_error(
    scene: Scene,
) -> None:
    scene.discord.interactions.deadline = 0.2

    async def deed(surface: InteractionSurface) -> None:
        await asyncio.sleep(0.4)
        await surface.create(0, "-# Making", has_stop=True)

    await scene.use(deed)

    assert [type(error) for error in scene.errors] == [SurfaceForbidden]


@pytest.mark.parametrize(
    ("denied", "may"), [(Permission.ADD_REACTIONS, True), (Permission.ATTACH_FILES, False)]
)
async def test_surface_knows_whether_files_may_be_attached(
    scene: Scene, denied: Permission, may: bool
) -> None:
    scene.server.overwrite(scene.room, scene.discord.bot, deny=denied)
    known: list[bool] = []

    async def deed(surface: InteractionSurface) -> None:
        known.append(surface.can_show_pictures)
        await surface.create(0, "Noted.", has_stop=False)

    await scene.use(deed)

    assert known == [may]


async def test_reply_to_a_message_replaces_earlier_pictures(scene: Scene) -> None:
    asked: Any = await scene.alice.say(scene.room, "draw a cat")
    surface = DiscordSurface(scene.client.http, scene.room.id, asked.id)

    message_id = await surface.create(0, "-# Making", has_stop=True)
    await surface.show_pictures(message_id, "-# Making", [ONE, TWO], has_stop=True)
    await surface.show_pictures(message_id, "-# Done @everyone", [TWO], has_stop=False)

    shown = scene.room.messages[message_id]
    assert [one.description for one in shown.attachments] == ["and again"]
    assert shown.attachments[0].content == PNG
    assert shown.content == "-# Done @everyone"
    assert not shown.pinged
    assert labels(shown) == []
