"""Charges of answers, by how they ended. The rule for each ending is in `core/endings/text_endings.py`.

docs/charging.md says it in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.answers.events import NOTHING_USED, Ending, Usage
from bot.core.endings.text_endings import Unreported, find_unreported
from bot.core.models.tokens import ModelCard, estimate_text
from bot.core.quota.allowance import Charge


@dataclass(frozen=True, kw_only=True, slots=True)
class CallUsage:
    """The usage of one call for an answer, and the model that was called."""

    card: ModelCard
    usage: Usage
    is_estimated: bool  # False: the endpoint reported it

    @property
    def cost(self) -> int:
        """In micro-dollars; nothing where the price is not known."""
        return 0 if self.card.rate_card is None else self.card.rate_card.cost(self.usage)


def charge_for(
    *,
    ending: Ending,
    card: ModelCard,
    reported: Usage | None,
    earlier: Sequence[CallUsage],
    input_estimate: int,
    text: str,
) -> Charge:
    """Charge what the API reported, or an estimate of what was sent and written.

    `card` is that of the model which answered, or was asked last. `earlier` are the calls before it:
    rounds in which functions were asked for, attempts that were given up or failed.
    `input_estimate` is 0 where no request was sent.
    """
    usage, is_estimated = _usage(ending, reported, input_estimate, text)
    parts = [CallUsage(card=card, usage=usage, is_estimated=is_estimated), *earlier]
    used = [part for part in parts if part.usage != NOTHING_USED]
    return Charge(
        ending=ending,
        model=card.name,
        usage=sum((part.usage for part in used), NOTHING_USED),
        is_estimated=any(part.is_estimated for part in used),
        cost_microusd=_cost(used or parts[:1]),
    )


def add_extra(charge: Charge, microusd: int) -> Charge:
    """Add what is billed besides tokens: searches of the web have a price of their own."""
    if charge.cost_microusd is None:
        return charge
    return replace(charge, cost_microusd=charge.cost_microusd + microusd)


def _cost(parts: Sequence[CallUsage]) -> int | None:
    """All parts at the prices of their own models; None where one of these is not known."""
    cost = 0
    for part in parts:
        if part.card.rate_card is None:
            return None
        cost += part.card.rate_card.cost(part.usage)
    return cost


def _usage(
    ending: Ending, reported: Usage | None, input_estimate: int, text: str
) -> tuple[Usage, bool]:
    # 1. The API said it.
    if reported is not None:
        return reported, False
    # 2. Nothing was asked, or nothing came of it.
    if not input_estimate or find_unreported(ending) is Unreported.NOTHING:
        return NOTHING_USED, False
    # 3. Something was sent, and perhaps written, and nobody told us what it cost.
    return Usage(input_tokens=input_estimate, output_tokens=estimate_text(text)), True
