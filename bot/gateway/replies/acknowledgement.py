"""The acknowledgement of an interaction: Discord waits three seconds for it.

It can be the answer itself, or a deferral, which the answer then takes the place of. A deferral
settles who will see the answer. What waits before discord.py gets to see an interaction, and was
deferred meanwhile, is noted as its `Arrival`.
https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

import discord

from bot.core.errors import SurfaceError
from bot.gateway.replies.deferral_record import HANDLER, DeferralRecord
from bot.gateway.replies.reply import send

T = TypeVar("T")

DEFER_AFTER: Final = 1.5  # seconds without a word, of the three that Discord allows
PATIENCE: Final = 5.0  # seconds for Discord to take a response; it accepts none after three
LAST_WORD: Final = 0.8  # seconds for it where the process ends

_DUE_AT: Final = "acknowledgement_due_at"  # in the interaction's extras, by the loop's clock
_RECORD: Final = "deferral_record"  # likewise
_ALREADY_ANSWERED: Final = (
    40060  # https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
)


class Deferral(Enum):
    """The forms that the answer can have after it."""

    PRIVATE = discord.InteractionResponseType.deferred_channel_message, True
    PUBLIC = discord.InteractionResponseType.deferred_channel_message, False
    EDIT = discord.InteractionResponseType.deferred_message_update, False  # of a button's message


_KEYWORDS: Final[Mapping[Deferral, Mapping[str, bool]]] = MappingProxyType(
    {
        Deferral.PRIVATE: {"ephemeral": True, "thinking": True},
        Deferral.PUBLIC: {"thinking": True},
        Deferral.EDIT: {},
    }
)


@dataclass(slots=True)
class Arrival:
    """`due_at`: by the loop's clock; `deferred`: whether it was acknowledged, and how; `record`:
    where that is kept, should the process die.
    """

    interaction_id: int
    due_at: float
    record: DeferralRecord
    deferred: Deferral | None = None


# Of the interaction that the present task is about.
arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


def note_arrival(interaction: discord.Interaction, *, within: float = DEFER_AFTER) -> None:
    """Start the clock; once, when the interaction arrives. What was deferred before is known then."""
    noted = arrival.get()
    if noted is None or noted.interaction_id != interaction.id:
        interaction.extras.setdefault(_DUE_AT, asyncio.get_running_loop().time() + within)
        return
    interaction.extras.setdefault(_DUE_AT, noted.due_at)
    interaction.extras.setdefault(_RECORD, noted.record)
    if noted.deferred is not None and not interaction.response.is_done():
        _note_deferral(interaction, noted.deferred)


def seconds_left(interaction: discord.Interaction) -> float:
    """Until it has to be acknowledged; may be negative."""
    note_arrival(interaction)
    due_at: float = interaction.extras[_DUE_AT]
    return due_at - asyncio.get_running_loop().time()


async def unless_late(
    interaction: discord.Interaction, work: Coroutine[Any, Any, T], *, otherwise: T
) -> T:
    """The result of `work`, or `otherwise` where it is not there when the response is due.

    It is not cancelled then: that can wait for the database as well. Raises what it raises in time.
    """
    left = seconds_left(interaction)
    working = asyncio.get_running_loop().create_task(work, name=HANDLER)
    working.add_done_callback(_note_failure)
    await asyncio.wait({working}, timeout=left)
    return working.result() if working.done() else otherwise


def _note_failure(working: asyncio.Task[Any]) -> None:
    """One that comes late is nobody's any more."""
    if not working.cancelled():
        working.exception()


async def defer(interaction: discord.Interaction, how: Deferral) -> None:
    """Defer, unless there is a response. Raises SurfaceError.

    It is kept before, so that whoever waits is told should the process die in the next moment.
    """
    if interaction.response.is_done():
        return
    record = _record_of(interaction)
    if record is not None:
        await record.keep(is_edit=how is Deferral.EDIT)
    try:
        await send(interaction.response.defer(**_KEYWORDS[how]), patience=PATIENCE)
    except SurfaceError as error:
        if not is_answered(error.__cause__):
            raise
        _note_deferral(interaction, how)


async def acknowledge(interaction: discord.Interaction) -> None:
    """Acknowledge a press that gets no word of its own. Raises SurfaceError."""
    await defer(interaction, Deferral.EDIT)
    note_answer(interaction)


def note_answer(interaction: discord.Interaction) -> None:
    """It has its answer: nobody waits for it any more."""
    record = _record_of(interaction)
    if record is not None:
        record.forget()


def _record_of(interaction: discord.Interaction) -> DeferralRecord | None:
    """None: it reached discord.py without a claim."""
    found: DeferralRecord | None = interaction.extras.get(_RECORD)
    return found


async def respond_first(
    interaction: discord.Interaction,
    first: Callable[[], Awaitable[object]],
    later: Callable[[], Awaitable[object]],
) -> None:
    """Respond by `first`; by `later` where there is a response, be it another process's."""
    if not interaction.response.is_done():
        try:
            await first()
        except discord.HTTPException as error:
            if not is_answered(error):
                raise
        else:
            note_answer(interaction)
            return
    await later()
    note_answer(interaction)


async def edit_message(interaction: discord.Interaction, **changes: Any) -> None:
    """Answer a button by changing the message that it is under."""
    await respond_first(
        interaction,
        lambda: interaction.response.edit_message(**changes),
        lambda: interaction.edit_original_response(**changes),
    )


async def say_privately(interaction: discord.Interaction, sentence: str) -> None:
    """A sentence of its own; in the place of a deferred answer, it is seen by whoever sees that."""
    response = interaction.response
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(content=sentence, view=None, attachments=[])
        note_answer(interaction)
        return
    await respond_first(
        interaction,
        lambda: response.send_message(sentence, ephemeral=True),
        lambda: interaction.followup.send(sentence, ephemeral=True),
    )


def is_answered(error: BaseException | None) -> bool:
    """Whether Discord refused this because the interaction has a response."""
    return isinstance(error, discord.HTTPException) and error.code == _ALREADY_ANSWERED


def _note_deferral(interaction: discord.Interaction, how: Deferral) -> None:
    """discord.py knows only of what it was used for itself."""
    interaction.response._response_type = how.value[0]
