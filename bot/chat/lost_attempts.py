"""What an attempt has used whose process died: settled by an estimate of what was sent and written."""

from dataclasses import replace

from bot.chat.bursts import LeftQuestion
from bot.chat.collaborators import Collaborators
from bot.core.answers.events import Ending
from bot.core.conversation.recovery import Step
from bot.core.endings.charges import charge_for
from bot.core.models.tokens import ModelCard, estimate_text
from bot.core.quota.allowance import Charge, Crossing
from bot.store.quota.reservations import OpenReservation


async def settle_lost(
    left: LeftQuestion, reservation: OpenReservation | None, using: Collaborators
) -> None:
    """Charge a whole answer to who asked, and have the operator bear anything less.

    Nothing is done without a reservation: it is settled already. Raises StoreError.
    """
    if reservation is None:
        return
    is_whole = left.step is Step.FINISH
    ending = Ending.COMPLETED if is_whole else Ending.INTERRUPTED
    charge, now = _estimate(left, reservation, ending, using), using.clock()
    crossings: tuple[Crossing, ...] = ()
    async with using.database.transaction() as tx:
        if is_whole:
            settled = await using.ledger.settle(tx, reservation.message_id, charge, now=now)
            crossings = () if settled is None else settled.crossings
        else:
            await using.ledger.settle_as_borne(tx, reservation.message_id, charge, now=now)
    for crossing in crossings:
        using.log_channel.add_warning(crossing, reservation.place.guild_id)


def _estimate(
    left: LeftQuestion, reservation: OpenReservation, ending: Ending, using: Collaborators
) -> Charge:
    text = left.replies[-1].text if left.replies else ""
    charge = charge_for(
        ending=ending,
        card=_card(reservation.model, using),
        reported=None,
        earlier=(),
        input_estimate=_estimate_input(reservation, text, ending),
        text=text,
    )
    if _is_order(reservation, using) and charge.usage.total_tokens and reservation.microusd:
        return replace(charge, cost_microusd=reservation.microusd)
    return charge


def _estimate_input(reservation: OpenReservation, text: str, ending: Ending) -> int:
    """The tokens that were sent. Where text is visible and the database could not take a note of
    them, the operator bears all that was reserved; a member pays for nothing that is not known.
    """
    if reservation.input_estimate is not None:
        return reservation.input_estimate
    if not text.strip():
        return 0
    return 1 if ending is Ending.COMPLETED else max(1, reservation.tokens - estimate_text(text))


def _is_order(reservation: OpenReservation, using: Collaborators) -> bool:
    """Of pictures, all that was reserved is charged, and that in dollars as well."""
    painter = using.painter
    return painter is not None and painter.card.name == reservation.model


def _card(model: str, using: Collaborators) -> ModelCard:
    """The card of the model that was asked, with its price where it is still offered."""
    found = (offer.card for offer in using.models.offered if offer.name == model)
    return next(found, ModelCard(name=model))
