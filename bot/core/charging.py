"""What an answer is charged, by how it ended. The rules are stated in docs/charging.md."""

from dataclasses import replace

from bot.core.events import NOTHING_USED, Ending, Usage
from bot.core.quota import Charge
from bot.core.tokens import ModelCard, estimate_text


def charge_for(
    *,
    ending: Ending,
    card: ModelCard,
    reported: Usage | None,
    abandoned: Usage,
    input_estimate: int,
    text: str,
) -> Charge:
    """Charge what the API reported, or an estimate of what was sent and written.

    `abandoned` is what earlier attempts of the same answer are thought to have used: calls that
    were ended because the question grew. `input_estimate` is 0 where no request was sent.
    """
    usage, is_estimated = _usage(ending, reported, input_estimate, text)
    if abandoned != NOTHING_USED:
        usage, is_estimated = usage + abandoned, True
    cost = card.rate_card.cost(usage) if card.rate_card is not None else None
    return Charge(
        ending=ending, model=card.name, usage=usage, is_estimated=is_estimated, cost_microusd=cost
    )


def add_to(charge: Charge, card: ModelCard, *, earlier: Usage, extra_microusd: int) -> Charge:
    """Add what was reported of rounds before the last one, and what is billed besides tokens.

    In those rounds the model asked for functions; searches of the web have a price of their own.
    """
    usage = charge.usage + earlier
    cost = card.rate_card.cost(usage) + extra_microusd if card.rate_card is not None else None
    return replace(charge, usage=usage, cost_microusd=cost)


def _usage(
    ending: Ending, reported: Usage | None, input_estimate: int, text: str
) -> tuple[Usage, bool]:
    # 1. The API said it.
    if reported is not None:
        return reported, False
    # 2. Nothing was asked, or the endpoint failed before it wrote anything.
    if not input_estimate or (ending is Ending.FAILED and not text):
        return NOTHING_USED, False
    # 3. Something was sent, and perhaps written, and nobody told us what it cost.
    return Usage(input_tokens=input_estimate, output_tokens=estimate_text(text)), True
