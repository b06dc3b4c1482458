"""The first response to a command or a button: Discord waits three seconds for it.

What has not answered by itself after half of that is deferred: the caller sees that the bot is at
work, and the answer follows by an edit. A modal can't follow: it has to be the first response.
https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

import discord

from bot.core.errors import SurfaceError
from bot.gateway.replies.interaction_reply import DEFER_AFTER
from bot.gateway.replies.reply import send

T = TypeVar("T")

_DUE_AT: Final = "first_response_due_at"  # in the interaction's extras, by the loop's clock


def note_arrival(interaction: discord.Interaction, *, within: float = DEFER_AFTER) -> None:
    """Start the clock; once, when the interaction arrives."""
    due_at = asyncio.get_running_loop().time() + within
    interaction.extras.setdefault(_DUE_AT, due_at)


async def deferring(
    interaction: discord.Interaction,
    work: Callable[[], Awaitable[T]],
    defer: Callable[[], Awaitable[object]],
) -> T:
    """Do `work`, and `defer` in time where it takes long; with its result, or what it raises.

    Where deferring fails, the work goes on: what it changes has been asked for.
    """
    note_arrival(interaction)
    loop = asyncio.get_running_loop()
    working = loop.create_task(_run(work))
    try:
        await asyncio.wait({working}, timeout=interaction.extras[_DUE_AT] - loop.time())
        if not working.done() and not interaction.response.is_done():
            with suppress(SurfaceError):
                await send(defer())
        return await working
    finally:
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
