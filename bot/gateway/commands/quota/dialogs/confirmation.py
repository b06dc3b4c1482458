"""Questions before a change that touches many people."""

import asyncio
import logging
from collections import deque
from datetime import timedelta

import discord

from bot.core import wording
from bot.gateway.commands.command_responses import (
    NO_MENTIONS,
    Button,
    CommandResponse,
    build_view,
    send_response,
)
from bot.gateway.replies.acknowledgement import acknowledge, edit_message

log = logging.getLogger(__name__)

CONFIRM, CANCEL = "quota-yes", "quota-no"
LASTS = 120.0  # seconds
_MOST_OPEN = 500  # in all servers; the oldest expires
_REMEMBERED = 100  # questions that were answered of late

Press = tuple[bool, discord.Interaction]  # whether Confirm was pressed


class Questions:
    """Those that are open in this process. Of a question from before a restart, nothing is known
    but that it is over.
    """

    def __init__(self, *, lasts: float = LASTS, tag: str = "") -> None:
        """`tag` is of this process: the others leave the answers to it while it lives."""
        self._lasts = lasts
        self._tag = tag
        self._open: dict[str, asyncio.Future[Press]] = {}
        self._answered: deque[str] = deque(maxlen=_REMEMBERED)

    async def ask(
        self, interaction: discord.Interaction, question: str
    ) -> discord.Interaction | None:
        """Wait for an answer; returns the press of Confirm, which wants to be answered.

        None where it was cancelled or has expired, and the caller has read that nothing changed.
        """
        key = f"{interaction.id}:{self._tag}"
        pressed: asyncio.Future[Press] = asyncio.get_running_loop().create_future()
        self._open[key] = pressed
        if len(self._open) > _MOST_OPEN:
            self._expire_oldest()
        ends_at = discord.utils.utcnow() + timedelta(seconds=self._lasts)
        try:
            text = f"{question}\n{wording.question_open(ends_at)}"
            await send_response(interaction, CommandResponse(text=text, buttons=_buttons(key)))
            async with asyncio.timeout(self._lasts):
                is_confirmed, press = await pressed
        except TimeoutError:
            await self._expire(interaction, question, key)
            return None
        finally:
            self._open.pop(key, None)
        if is_confirmed:
            return press
        await edit_message(press, content=wording.question_cancelled(), view=None)
        return None

    def _expire_oldest(self) -> None:
        oldest = self._open.pop(next(iter(self._open)))
        if not oldest.done():
            oldest.set_exception(TimeoutError())

    async def confirm(self, interaction: discord.Interaction, key: str) -> None:
        await self._press(interaction, key, is_confirmed=True)

    async def cancel(self, interaction: discord.Interaction, key: str) -> None:
        await self._press(interaction, key, is_confirmed=False)

    async def _press(
        self, interaction: discord.Interaction, key: str, *, is_confirmed: bool
    ) -> None:
        pressed = self._open.pop(key, None)
        if pressed is not None and not pressed.done():
            pressed.set_result((is_confirmed, interaction))
            self._answered.append(key)
            return
        if key in self._answered:  # pressed twice: what the first press did is being told
            await acknowledge(interaction)
            return
        await edit_message(
            interaction,
            content=wording.question_over(),
            view=build_view(_buttons(key, is_off=True)),
        )

    async def _expire(self, interaction: discord.Interaction, question: str, key: str) -> None:
        try:
            await interaction.edit_original_response(
                content=f"{question}\n{wording.question_over()}",
                view=build_view(_buttons(key, is_off=True)),
                allowed_mentions=NO_MENTIONS,
            )
        except discord.HTTPException as error:
            log.info("an expired question could not be closed", extra={"status": error.status})


def _buttons(key: str, *, is_off: bool = False) -> tuple[Button, Button]:
    confirm = Button(
        label=wording.CONFIRM_LABEL,
        custom_id=f"{CONFIRM}:{key}",
        style=discord.ButtonStyle.danger,
        is_off=is_off,
    )
    return confirm, Button(label=wording.CANCEL_LABEL, custom_id=f"{CANCEL}:{key}", is_off=is_off)
