"""The first response to a command or a button: Discord waits three seconds for it.

What has not answered by itself after half of that is deferred: the caller sees that the bot is at
work, and the answer follows by an edit. A modal can't follow: it has to be the first response.
https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import discord

from bot.core import wording
from bot.core.errors import SurfaceError
from bot.gateway.replies.acknowledgement import (
    LAST_WORD,
    Deferral,
    defer,
    say_privately,
    seconds_left,
)
from bot.gateway.replies.reply import send

T = TypeVar("T")


async def deferring(
    interaction: discord.Interaction,
    work: Callable[[], Awaitable[T]],
    how: Deferral,
) -> T:
    """Do `work`, deferring in time where it takes long; with its result, or what it raises.

    Where deferring fails, the work goes on: what it changes has been asked for.
    """
    left = seconds_left(interaction)
    working = asyncio.get_running_loop().create_task(_run(work))
    try:
        await asyncio.wait({working}, timeout=left)
        if not working.done():
            with suppress(SurfaceError):
                await defer(interaction, how)
        return await working
    except asyncio.CancelledError:  # the process ends; what the work waits for may take longer
        with suppress(SurfaceError):
            saying = say_privately(interaction, wording.command_cut_off())
            await send(saying, patience=LAST_WORD)
        raise
    finally:
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
