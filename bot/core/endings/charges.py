"""Charges of answers, by how they ended. The rule for each ending is in `core/endings/text_endings.py`.

docs/charging.md says it in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.answers.events import NOTHING_USED, Ending, Usage
from bot.core.endings.text_endings import Unreported, find_unreported
from bot.core.models.tokens import ModelCard, RateCard, estimate_text
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
    estimate = Usage(input_tokens=input_estimate, output_tokens=estimate_text(text))
    return charge_calls(ending, *earlier, count_call(ending, card, reported, estimate))


def count_call(
    ending: Ending, card: ModelCard, reported: Usage | None, estimate: Usage
) -> CallUsage:
    """Count the last call of an answer that ended so."""
    # 1. The API said it.
    if reported is not None:
        return CallUsage(card=card, usage=reported, is_estimated=False)
    # 2. Nothing was asked, or nothing came of it.
    if not estimate.input_tokens or find_unreported(ending) is Unreported.NOTHING:
        return CallUsage(card=card, usage=NOTHING_USED, is_estimated=False)
    # 3. Something was sent, and perhaps written, and nobody told us what it cost.
    return CallUsage(card=card, usage=estimate, is_estimated=True)


def charge_calls(ending: Ending, *calls: CallUsage) -> Charge:
    """Charge all calls of one answer; the last one's model is named as the one that gave it."""
    last = calls[-1]
    used = [call for call in calls if call.usage != NOTHING_USED]
    return Charge(
        ending=ending,
        model=last.card.name,
        usage=sum((call.usage for call in used), NOTHING_USED),
        is_estimated=any(call.is_estimated for call in used),
        cost_microusd=_cost(used or [last]),
    )


def limit_call(
    call: CallUsage, *, output: int | None = None, total: int | None = None
) -> CallUsage:
    """Leave of a call's usage so many tokens at most; what is cut is no longer what was reported."""
    usage = _limit(call.usage, output=output, total=total)
    is_cut = usage != call.usage
    return replace(call, usage=usage, is_estimated=call.is_estimated or is_cut)


def limit_calls(calls: Sequence[CallUsage], *, total: int) -> list[CallUsage]:
    """Leave of all calls together so many tokens; the latest give way first."""
    kept: list[CallUsage] = []
    for call in calls:
        kept.append(limit_call(call, total=total))
        total -= kept[-1].usage.total_tokens
    return kept


def limit_charge(charge: Charge, *, total: int, prices: RateCard | None) -> Charge:
    """Leave of a charge so many tokens at most, and the money that these may cost at most."""
    usage, cost = _limit(charge.usage, total=total), charge.cost_microusd
    if cost is not None and prices is not None:
        cost = min(cost, prices.cost(Usage(input_tokens=0, output_tokens=total)))
    is_cut = (usage, cost) != (charge.usage, charge.cost_microusd)
    is_estimated = charge.is_estimated or is_cut
    return replace(charge, usage=usage, cost_microusd=cost, is_estimated=is_estimated)


def _limit(usage: Usage, *, output: int | None = None, total: int | None = None) -> Usage:
    given = _at_most(usage.input_tokens, total)
    made = _at_most(usage.output_tokens, output)
    made = made if total is None else min(made, total - given)
    if (given, made) == (usage.input_tokens, usage.output_tokens):
        return usage
    return Usage(
        input_tokens=given,
        output_tokens=made,
        cached_tokens=min(usage.cached_tokens, given),
        reasoning_tokens=min(usage.reasoning_tokens, made),
    )


def _at_most(tokens: int, bound: int | None) -> int:
    return tokens if bound is None else min(tokens, bound)


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
