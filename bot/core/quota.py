"""Standings, what is left of them, and the allowance that a reservation grants.

A reservation grants an allowance: the context must fit into it and the rest becomes
`max_output_tokens`. So no limit can be overrun by more than the error of the input estimate,
however many answers run at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.errors import QuotaExceeded
from bot.core.events import NOTHING_USED, Ending, Usage
from bot.core.limits import Amounts, Limit, Unit
from bot.core.windows import Window

_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One limit and how much of it is used in its present window, in its own unit."""

    limit: Limit
    window: Window
    spent: int  # what counts: less what was drawn from grants, or forgiven
    reserved: int = 0  # held by answers that are being written
    granted: int = 0  # left of grants, on top of the limit

    @property
    def amount(self) -> int | None:
        return self.limit.amount

    @property
    def remaining(self) -> int | None:
        """What is neither spent nor reserved, grants included; None: unlimited."""
        if self.amount is None:
            return None
        return max(0, self.amount + self.granted - self.spent - self.reserved)

    @property
    def percent_left(self) -> int | None:
        """Of the whole limit, grants included, not counting reservations; rounded down.

        None: unlimited.
        """
        if self.amount is None:
            return None
        whole = self.amount + self.granted
        return min(100, max(0, whole - self.spent) * 100 // whole) if whole else 0


def tightest(standings: Iterable[Standing]) -> Standing | None:
    """The one with the smallest share left; None where nothing is limited."""
    limited = [standing for standing in standings if standing.percent_left is not None]
    return min(limited, key=lambda standing: standing.percent_left or 0, default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What an answer asks for: all of it, or less, but nothing at all below the smallest.

    `price` is the most that one token may cost, in micro-dollars a million: the dearest kind of
    token of the dearest model that may be asked. None: not known, so no limit in dollars can be
    kept.
    """

    tokens: int
    smallest: int  # tokens
    price: int | None = None

    def cost(self, tokens: int) -> int:
        """The most that `tokens` may cost, in micro-dollars, rounded up."""
        return -(-tokens * (self.price or 0) // _MILLION)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What one answer may use, input and output together, and what is held back for it."""

    tokens: int
    microusd: int = 0  # that so many tokens may cost at most
    bound: Standing | None = None  # the limit that left less than was wanted, as it stood before

    @property
    def held(self) -> Amounts:
        return Amounts(tokens=self.tokens, microusd=self.microusd, answers=1)


def grant_allowance(standings: Iterable[Standing], wanted: Wanted) -> Allowance:
    """Grant what is wanted, or what is left under the tightest limit.

    Raises QuotaExceeded, which names the limit, where less than the smallest answer is left: it
    would be of no use, so it is refused and never silently capped.
    """
    tokens, bound = wanted.tokens, None
    for standing in standings:
        affordable = _affordable(standing, wanted)
        if affordable is None:
            continue
        if affordable < wanted.smallest:
            raise QuotaExceeded(standing, has_price=wanted.price is not None)
        if affordable < tokens:
            tokens, bound = affordable, standing
    return Allowance(tokens=tokens, microusd=wanted.cost(tokens), bound=bound)


def _affordable(standing: Standing, wanted: Wanted) -> int | None:
    """Tokens that the limit leaves to one answer; None: as many as it likes."""
    remaining = standing.remaining
    if remaining is None:
        return None
    match standing.limit.measure.unit:
        case Unit.TOKENS:
            return remaining
        case Unit.ANSWERS:
            return None if remaining else 0
        case Unit.DOLLARS if wanted.price is None:
            return 0
        case Unit.DOLLARS:
            return None if not wanted.price else remaining * _MILLION // wanted.price


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What an answer cost, as it goes into the ledger."""

    ending: Ending
    model: str
    usage: Usage = NOTHING_USED
    is_estimated: bool = False  # the API did not report (all of) it
    cost_microusd: int | None = None  # None: the model's prices are not known

    @property
    def amounts(self) -> Amounts:
        """What counts. An answer that has used nothing is none: it failed before any text."""
        return Amounts(
            tokens=self.usage.total_tokens,
            microusd=self.cost_microusd or 0,
            answers=1 if self.usage.total_tokens else 0,
        )


def draw(standings: Sequence[Standing], used: Amounts) -> Amounts:
    """What of `used` the limits do not cover, in each unit: the most under any of them.

    It is drawn from grants. `standings` are from before; `granted` is left out of account.
    """
    over = dict.fromkeys(Unit, 0)
    for standing in standings:
        if standing.amount is None:
            continue
        unit = standing.limit.measure.unit
        more = used.of(unit) - max(0, standing.amount - standing.spent)
        over[unit] = max(over[unit], min(more, used.of(unit)))
    return Amounts(
        tokens=over[Unit.TOKENS], microusd=over[Unit.DOLLARS], answers=over[Unit.ANSWERS]
    )


def with_reserved(standings: Iterable[Standing], held: Amounts) -> tuple[Standing, ...]:
    """The same standings, with one more reservation counted in."""
    return tuple(
        replace(each, reserved=each.reserved + held.of(each.limit.measure.unit))
        for each in standings
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossing:
    """A cap of which more than one of the `WARNED` shares has now been spent."""

    limit: Limit
    window: Window
    percent: int  # the highest share that was passed
    spent: int


WARNED = (50, 80, 100)  # percent of a cap


def crossing(limit: Limit, of: Window, *, before: int, after: int) -> Crossing | None:
    """Whether spending has passed one of the `WARNED` shares just now."""
    if not limit.amount:
        return None
    passed = [each for each in WARNED if before * 100 < limit.amount * each <= after * 100]
    if not passed:
        return None
    return Crossing(limit=limit, window=of, percent=passed[-1], spent=after)
