"""Models, as members meet them and moderators choose them."""

from typing import Final

from bot.core.models.offers import NotOffered, Offer
from bot.core.models.tokens import RateCard
from bot.core.moderation.preferences import Scope
from bot.core.wording.names import file_name as code
from bot.core.wording.names import one_line, shorten

DEFAULT: Final = "default"  # what is typed to go back
_LONGEST_LABEL: Final = 100  # characters of a suggestion, by Discord's rule
_SCOPES: Final = {Scope.CHANNEL: "for this channel", Scope.SERVER: "for the whole server"}


def model_here(offer: Offer, *, scope: Scope | None, missing: str, cost: int | None) -> str:
    """Say which model answers here and why; `cost` of an answer in micro-dollars, if known."""
    if missing:
        why = f"the default: {code(missing)} was chosen here, but is no longer offered"
    elif scope is None:
        why = "the default"
    else:
        why = f"chosen by a moderator {_SCOPES[scope]}"
    lines = [f"Here {code(offer.name)} answers, {why}."]
    if cost is not None:
        lines.append(f"An answer has cost about {_dollars(cost)} here lately.")
    return "\n".join(lines)


def model_chosen(offer: Offer, *, scope: Scope) -> str:
    return f"From the next answer on {code(offer.name)} answers, {_SCOPES[scope]}."


def model_overruled(offer: Offer, *, chosen: str) -> str:
    """The server's choice has changed, but this channel has one of its own."""
    return (
        f"{code(chosen)} is chosen for the whole server. In this channel {code(offer.name)} still "
        "answers, by a choice of its own; `default` for this channel takes that back."
    )


def model_default(offer: Offer, *, scope: Scope | None) -> str:
    """Confirm that a choice was taken back; `scope` has the one that applies then."""
    if scope is None:
        return f"From the next answer on {code(offer.name)} answers here, the default."
    return (
        f"From the next answer on {code(offer.name)} answers here, by the choice {_SCOPES[scope]}."
    )


def model_not_offered(error: NotOffered) -> str:
    return (
        f"{code(error.typed)} is not offered. Please choose one of the names that are suggested "
        "while you type, or `default`."
    )


def model_not_allowed() -> str:
    return "Only people who may manage this server can choose the model. `/model` shows it."


def model_missing(name: str) -> str:
    """Under an answer by the default, where another model was chosen; empty where none is missing."""
    if not name:
        return ""
    return f"{code(name)} is no longer offered; a moderator can choose another with `/model`."


def model_suggestion(offer: Offer) -> str:
    """A line of the list to choose from."""
    label = f"{shorten(one_line(offer.name))} · {shorten(one_line(offer.endpoint))}"
    return f"{label} · {_price(offer.card.rate_card)}"[:_LONGEST_LABEL]


def model_suggestion_of_default(offer: Offer) -> str:
    return f"{DEFAULT} · back to what applies without a choice ({shorten(one_line(offer.name))})"


def _price(prices: RateCard | None) -> str:
    if prices is None:
        return "price unknown"
    if not prices.input and not prices.output:
        return "free"
    return f"{_dollars(prices.input)} in, {_dollars(prices.output)} out per million tokens"


def _dollars(microusd: int) -> str:
    """An amount of money with the digits that tell something, cents in twos."""
    amount = microusd / 1_000_000
    digits = 2 if amount >= 1 else 4 if amount >= 0.001 else 6
    whole, _, part = f"{amount:,.{digits}f}".partition(".")
    cents = part.rstrip("0").ljust(2, "0")
    return f"${whole}" if cents == "00" else f"${whole}.{cents}"
