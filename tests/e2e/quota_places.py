"""A server of a test's own with a moderator, a member and a room; and its dialogs."""

from dataclasses import dataclass

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.messages import components
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message, ServerRole
from tests.e2e.conftest import Town


@dataclass(frozen=True, kw_only=True)
class Place:
    server: Server
    room: Channel
    moderator: Person
    powers: ServerRole  # of the moderator
    member: Person

    async def order(self, *path: str, **options: object) -> Interaction:
        """The moderator's `/manage …`, in the room."""
        return await self.moderator.use_command(("manage", *path), self.room, options)

    async def confirmed(self, *path: str, **options: object) -> Interaction:
        """The same, with the question that follows answered by Confirm."""
        asked = await self.order(*path, **options)
        return await self.moderator.press(shown(asked), button(shown(asked), "Confirm"))

    async def undo(self, done: Interaction) -> Interaction:
        return await self.moderator.press(shown(done), button(shown(done), "Undo"))

    async def rules(self) -> str:
        return (await self.order("show")).content


def open_place(town: Town, name: str = "Village") -> Place:
    server = town.discord.add_server(name)
    powers = server.add_role("moderators", Permission.MANAGE_GUILD)
    return Place(
        server=server,
        room=server.add_channel("room"),
        powers=powers,
        moderator=server.add_member("moderator", roles=(powers,)),
        member=server.add_member("member"),
    )


def shown(interaction: Interaction) -> Message:
    assert interaction.original is not None, "nothing was shown"
    assert interaction.original.is_ephemeral
    return interaction.original


def labels(message: Message) -> list[str]:
    """Of the buttons that can be pressed."""
    walked = components.walk(message.components)
    return [one["label"] for one in walked if one["type"] == 2 and not one.get("disabled")]


def button(message: Message, label: str) -> str:
    """The custom id of the button of that label."""
    walked = components.walk(message.components)
    (found,) = [one["custom_id"] for one in walked if one.get("label") == label]
    return str(found)
