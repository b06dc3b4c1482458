"""Repair after a run that died: its reservations are settled, its half-written replies marked."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.chat.collaborators import Collaborators
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.display.status import without_status
from bot.core.endings.charges import charge_for
from bot.core.models.tokens import ModelCard
from bot.store.quota.reservations import OpenReservation

log = logging.getLogger(__name__)


class Replies(Protocol):
    """Replies of an earlier run, as Discord has them."""

    async def read(self, channel_id: int, message_id: int) -> str | None:
        """The text of one of our messages; None where it can't be read any more."""
        ...

    async def mark(self, channel_id: int, message_id: int, text: str, mark: str) -> None:
        """Show `text` with `mark` below it, without buttons. Failures are logged, not raised."""
        ...


async def left_open(using: Collaborators, *, owner: str) -> list[OpenReservation]:
    """The reservations that the process named `owner` left open, and expired ones of dead processes.

    To be asked before the first answer of this run: its reservations carry the same name.
    """
    async with using.database.reading() as connection:
        return await using.ledger.open_reservations(connection, owner=owner, now=using.clock())


async def find_expired(using: Collaborators, *, owner: str) -> list[OpenReservation]:
    """The reservations that nobody settled in time, except those of other living processes."""
    async with using.database.reading() as connection:
        return await using.ledger.expired_reservations(connection, owner=owner, now=using.clock())


async def repair(using: Collaborators, replies: Replies, left: Sequence[OpenReservation]) -> None:
    """Settle by an estimate of what was sent and of the text that stands in Discord; mark it."""
    for reservation in left:
        await _settle(reservation, using, replies)
    if left:
        log.warning("interrupted answers were settled", extra={"answers": len(left)})


async def _settle(reservation: OpenReservation, using: Collaborators, replies: Replies) -> None:
    channel_id, message_id = reservation.reply_channel_id, reservation.reply_message_id
    text = None
    if channel_id is not None and message_id is not None:
        text = await replies.read(channel_id, message_id)
    written = without_status(text or "")
    charge = charge_for(
        ending=Ending.INTERRUPTED,
        card=_card(reservation.model, using),
        reported=None,
        earlier=(),
        input_estimate=reservation.input_estimate or 0,
        text=written,
    )
    if _is_order(reservation, using) and charge.usage.total_tokens and reservation.microusd:
        charge = replace(charge, cost_microusd=reservation.microusd)
    async with using.database.transaction() as tx:
        settled = await using.ledger.settle(tx, reservation.message_id, charge, now=using.clock())
    for crossing in settled.crossings if settled is not None else ():
        using.log_channel.add_warning(crossing, reservation.place.guild_id)
    if text and channel_id is not None and message_id is not None:
        mark = wording.interrupted_mark(has_text=bool(written))
        await replies.mark(channel_id, message_id, written, mark)


def _is_order(reservation: OpenReservation, using: Collaborators) -> bool:
    """Of pictures, all that was reserved is charged, and that in dollars as well."""
    return using.painter is not None and using.painter.card.name == reservation.model


def _card(model: str, using: Collaborators) -> ModelCard:
    """The card of the model that was asked, with its price where it is still offered."""
    found = (offer.card for offer in using.models.offered if offer.name == model)
    return next(found, ModelCard(name=model))
