"""Interactions are claimed before anything is done for them: each is carried out once."""

import asyncio
import logging
from contextlib import suppress
from enum import Enum, auto
from typing import Any, Final

import discord

from bot.chat.upkeep.claims import Claims
from bot.chat.upkeep.deferrals import Deferrals
from bot.core import wording
from bot.core.errors import DatabaseBusy, StoreError, SurfaceError
from bot.core.secrets import Secret
from bot.gateway.commands.deferrals import asker_of, deferral_of, only_reads
from bot.gateway.events import unread
from bot.gateway.events.dispatch import guarded
from bot.gateway.replies.acknowledgement import (
    DEFER_AFTER,
    LAST_WORD,
    PATIENCE,
    Arrival,
    arrival,
    defer,
    note_arrival,
    say_privately,
)
from bot.gateway.replies.deferral_record import HANDLER, DeferralRecord
from bot.gateway.replies.reply import STOP, ask

log = logging.getLogger(__name__)

LONGEST_WAIT: Final = 90.0  # seconds for the database; Discord allows fifteen minutes
_AGAIN_AFTER: Final = 0.2  # seconds
_EVENT: Final = "INTERACTION_CREATE"
_PING: Final = discord.InteractionType.ping.value
_SUGGESTIONS: Final = discord.InteractionType.autocomplete.value


class _Claim(Enum):
    OURS = auto()
    ANOTHERS = auto()
    UNKNOWN = auto()  # the database failed, or may take too long for what only reads


def claim_interactions(client: discord.Client, claims: Claims, deferrals: Deferrals) -> None:
    """Have commands, buttons and dialogs reach discord.py only once they are claimed.

    What the database keeps waiting is deferred in time. Two kinds need no claim: suggestions, which
    can't be deferred and change nothing, and Stop, which is for the process that writes the answer.
    """
    parsers, handlers = client._connection.parsers, set[asyncio.Task[None]]()
    parse = parsers[_EVENT]

    def parse_once_claimed(data: Any) -> None:
        if data["type"] in {_PING, _SUGGESTIONS} or _is_stop(data):
            parse(data)
            return
        interaction_id, token = int(data["id"]), Secret(str(data.get("token", "")))
        record = DeferralRecord(deferrals, interaction_id, token)
        noted = Arrival(interaction_id, client.loop.time() + DEFER_AFTER, record)
        handling = client.loop.create_task(handle(data, noted), name=HANDLER)
        handlers.add(handling)
        handling.add_done_callback(handlers.discard)

    async def handle(data: Any, noted: Arrival) -> None:
        arrival.set(noted)
        verdict = await _claim_in_time(client, claims, data, noted)
        if verdict is _Claim.OURS or (verdict is _Claim.UNKNOWN and only_reads(data)):
            parse(data)
        elif verdict is _Claim.ANOTHERS:
            noted.record.forget()
        elif verdict is _Claim.UNKNOWN:
            sentence = wording.can_not_save(incident=_incident(data))
            await _say(client, data, sentence)
        elif verdict is None:
            log.warning("an interaction could not be claimed in time, and was refused")
            await _say(client, data, wording.too_busy())

    parsers[_EVENT] = guarded(_EVENT, parse_once_claimed, tell=client.dispatch)


def _is_stop(data: Any) -> bool:
    return str((data.get("data") or {}).get("custom_id", "")).startswith(STOP)


async def _claim_in_time(
    client: discord.Client, claims: Claims, data: Any, noted: Arrival
) -> _Claim | None:
    """None: the database kept it waiting for too long.

    The claim is not cancelled then: that would wait for the database as well.
    """
    loop = asyncio.get_running_loop()
    gives_up_at = loop.time() + LONGEST_WAIT
    claiming = loop.create_task(_claim(claims, data, gives_up_at), name=HANDLER)
    try:
        await asyncio.wait({claiming}, timeout=noted.due_at - loop.time())
        if not claiming.done() and only_reads(data):
            return _Claim.UNKNOWN  # reading does not wait for what somebody else writes
        if not claiming.done():
            await _defer(client, data, noted)
            await asyncio.wait({claiming}, timeout=gives_up_at - loop.time())
    except asyncio.CancelledError:  # the process ends
        await _say(client, data, wording.command_not_begun(), patience=LAST_WORD)
        raise
    return claiming.result() if claiming.done() else None


async def _claim(claims: Claims, data: Any, gives_up_at: float) -> _Claim | None:
    while asyncio.get_running_loop().time() < gives_up_at:
        try:
            is_ours = await claims.claim(int(data["id"]), only_by=asker_of(data))
        except DatabaseBusy:
            is_ours = None
        except StoreError as error:
            fields = {"reason": str(error), "incident": _incident(data)}
            log.warning("an interaction could not be claimed", extra=fields)
            return _Claim.UNKNOWN
        if is_ours is not None:
            return _Claim.OURS if is_ours else _Claim.ANOTHERS
        await asyncio.sleep(_AGAIN_AFTER)
    return None


def _incident(data: Any) -> str:
    return f"{int(data['id']) % 0xFFFFFF:06x}"


async def _defer(client: discord.Client, data: Any, noted: Arrival) -> None:
    """Where deferring fails, whatever was asked for is still to be done."""
    interaction, how = _read(client, data), deferral_of(data)
    if interaction is not None:
        note_arrival(interaction)
        with suppress(SurfaceError):
            await defer(interaction, how)
            noted.deferred = how


async def _say(
    client: discord.Client, data: Any, sentence: str, *, patience: float = PATIENCE
) -> None:
    interaction = _read(client, data)
    if interaction is None:
        await unread.respond(client.http, data, sentence)
        return
    note_arrival(interaction)
    with suppress(SurfaceError):
        await ask(say_privately(interaction, sentence), patience=patience)


def _read(client: discord.Client, data: Any) -> discord.Interaction | None:
    try:
        return discord.Interaction(data=data, state=client._connection)
    except Exception:  # noqa: BLE001 - the seam to discord.py; it is logged where it is parsed
        return None
