"""Interactions are claimed before anything is done for them: each is carried out once."""

import asyncio
import logging
from enum import Enum, auto
from typing import Any

import discord

from bot.chat.upkeep.claims import Claims
from bot.core import wording
from bot.gateway.events import unread
from bot.gateway.events.dispatch import guarded
from bot.gateway.replies.reply import STOP

log = logging.getLogger(__name__)

CLAIM_WITHIN = 1.0  # seconds, of the three that Discord allows
HANDLER = "discord.py: on_interaction"  # as handlers are named that are cancelled at the end
_EVENT = "INTERACTION_CREATE"
_PING = discord.InteractionType.ping.value


class _Claim(Enum):
    OURS = auto()
    ANOTHERS = auto()
    REFUSED = auto()  # nobody's


def claim_interactions(client: discord.Client, claims: Claims) -> None:
    """Have commands, buttons, dialogs and suggestions reach discord.py only once they are claimed.

    Stop needs no claim: it is for the process that writes the answer, whichever is the faster.
    """
    parsers, handlers = client._connection.parsers, set[asyncio.Task[None]]()
    parse = parsers[_EVENT]

    def parse_once_claimed(data: Any) -> None:
        if data["type"] == _PING or _is_stop(data):
            parse(data)
            return
        interaction_id = int(data["id"])
        handling = client.loop.create_task(handle(interaction_id, data), name=HANDLER)
        handlers.add(handling)
        handling.add_done_callback(handlers.discard)

    async def handle(interaction_id: int, data: Any) -> None:
        verdict = await _claim(claims, interaction_id)
        if verdict is _Claim.REFUSED:
            await unread.respond(client.http, data, wording.too_busy())
        elif verdict is _Claim.OURS:
            parse(data)

    parsers[_EVENT] = guarded(_EVENT, parse_once_claimed, tell=client.dispatch)


def _is_stop(data: Any) -> bool:
    return str((data.get("data") or {}).get("custom_id", "")).startswith(STOP)


async def _claim(claims: Claims, interaction_id: int) -> _Claim:
    """A claim that takes too long is not cancelled: that would wait for the database as well."""
    loop = asyncio.get_running_loop()
    claiming = loop.create_task(claims.claim(interaction_id), name=HANDLER)
    claiming.add_done_callback(_log_failure)
    await asyncio.wait({claiming}, timeout=CLAIM_WITHIN)
    if not claiming.done():
        log.warning("an interaction could not be claimed in time, and was refused")
        return _Claim.REFUSED
    if claiming.exception() is not None:
        return _Claim.OURS  # nobody can change anything; what only reads may still be able to
    return _Claim.OURS if claiming.result() else _Claim.ANOTHERS


def _log_failure(claiming: asyncio.Task[bool]) -> None:
    if not claiming.cancelled() and (error := claiming.exception()) is not None:
        log.warning("an interaction could not be claimed", extra={"reason": str(error)})
