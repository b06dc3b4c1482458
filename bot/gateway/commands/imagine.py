"""`/imagine`: have a picture made, in a size and quality that the operator offers."""

import time
from typing import Any

import discord
from discord import app_commands

from bot.chat.message_handler import MessageHandler
from bot.core import wording
from bot.core.messages.incoming_message import IncomingMessage, Origin
from bot.core.pictures.orders import LONGEST_PROMPT, Menu, PictureOrder
from bot.gateway.earlier_questions import describe_command
from bot.gateway.inbound import attachments_of, author_of, place_of
from bot.gateway.replies.interaction_reply import InteractionSurface


def make_imagine(handler: MessageHandler, menu: Menu) -> app_commands.Command[Any, ..., None]:
    """The command with its choices. What is typed is checked again where the picture is made."""
    prompts = app_commands.Range[str, 1, LONGEST_PROMPT]
    counts = app_commands.Range[int, 1, menu.max_count]

    @app_commands.command(name="imagine", description=wording.imagine_description())
    @app_commands.describe(
        prompt="What it should show",
        size="Width and height in pixels",
        quality="Higher takes longer, and more of your quota",
        count="How many different ones",
        picture="A picture to start from",
    )
    @app_commands.choices(size=_choices(menu.sizes), quality=_choices(menu.qualities))
    async def imagine(
        interaction: discord.Interaction,
        prompt: prompts,
        size: str = menu.sizes[0],
        quality: str = menu.qualities[0],
        count: counts = 1,
        picture: discord.Attachment | None = None,
    ) -> None:
        order = PictureOrder(prompt=str(prompt), size=size, quality=quality, count=int(count))
        surface = InteractionSurface(interaction, clock=time.monotonic)
        async with surface.kept_waiting():
            message = _as_message(interaction, order, picture)
            await handler.imagine(order, message, surface, command=describe_command())

    return imagine


def _choices(values: tuple[str, ...]) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=wording.imagine_choice(value), value=value) for value in values
    ]


def _as_message(
    interaction: discord.Interaction, order: PictureOrder, picture: discord.Attachment | None
) -> IncomingMessage:
    """The command, as if its caller had written it to the bot."""
    given = () if picture is None else (picture,)
    channel = interaction.channel or discord.Object(interaction.channel_id or 0)
    return IncomingMessage(
        id=interaction.id,
        place=place_of(channel, interaction.guild_id or 0),
        author=author_of(interaction.user),
        text=order.prompt,
        sent_at=interaction.created_at,
        attachments=tuple(attachments_of(given, Origin.OWN)),
        mentions_bot=True,
    )
