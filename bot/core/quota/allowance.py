"""Standings, what is left of them, and the allowance that a reservation grants.

A reservation grants an allowance: the context must fit into it and the rest becomes
`max_output_tokens`. So no limit can be overrun by more than the error of the input estimate,
however many answers run at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.answers.events import NOTHING_USED, Ending, Usage
from bot.core.calendar.windows import Window
from bot.core.models.tokens import Purse, RateCard
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Amounts, Limit, Unit
from bot.core.quota.standings import Standing

_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowanceRequest:
    """An answer's wish: all of it, or less, but nothing at all below the smallest.

    `prices` are the most that its tokens may cost, whichever model answers. None: not known, so no
    limit in dollars can be kept.
    """

    tokens: int
    smallest: int  # tokens
    prices: RateCard | None = None

    def cost(self, tokens: int) -> int:
        """The most that `tokens` may cost, in micro-dollars, rounded up."""
        return 0 if self.prices is None else -(-tokens * self._dearest // _MILLION)

    @property
    def _dearest(self) -> int:
        return 0 if self.prices is None else max(self.prices.input, self.prices.output)

    def affordable(self, microusd: int) -> int:
        """Output tokens for so much money: how they are split into input and output, nobody knows
        yet, and a useful answer is mostly counted by its output.
        """
        if self.prices is None:
            return 0
        return Purse(microusd=microusd, prices=self.prices).output_room(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """So much one answer may use, input and output together; so much is held back for it."""

    tokens: int
    microusd: int = 0  # held: what so many tokens may cost at most, or all that a limit leaves
    bound: Standing | None = None  # the limit that left least, as it stood before; None: none did
    purse: Purse | None = None  # what it may cost; None: as much as its tokens do

    @property
    def held(self) -> Amounts:
        return Amounts(tokens=self.tokens, microusd=self.microusd, answers=1)


def grant_allowance(
    standings: Iterable[Standing], wanted: AllowanceRequest, *, is_direct: bool = False
) -> Allowance:
    """Grant what is wanted, or what is left under the tightest limit.

    Raises QuotaExceeded, which names the limit and where it was (`is_direct`), where less than the
    smallest answer is left: it would be of no use, so it is refused and never silently capped. A
    ceiling is named before any other limit: while it is full, no moderator can help.
    """
    limited = [(each, each.remaining) for each in standings if each.remaining is not None]
    rooms = {each: _room(each, remaining, wanted) for each, remaining in limited}
    short = [each for each, room in rooms.items() if room < wanted.smallest]
    if short:
        standing = max(short, key=lambda each: each.limit.is_ceiling)
        raise QuotaExceeded(standing, has_price=wanted.prices is not None, is_direct=is_direct)
    least = min(rooms, key=lambda each: rooms[each], default=None)
    bound = least if least is not None and rooms[least] < wanted.tokens else None
    tokens = min([wanted.tokens, *_left(limited, Unit.TOKENS)])
    most = wanted.cost(tokens)
    money = min([most, *_left(limited, Unit.DOLLARS)])
    if wanted.prices is None or money == most:
        return Allowance(tokens=tokens, microusd=most, bound=bound)
    purse = Purse(microusd=money, prices=wanted.prices)
    return Allowance(tokens=tokens, microusd=money, bound=bound, purse=purse)


def _left(limited: Iterable[tuple[Standing, int]], unit: Unit) -> list[int]:
    return [remaining for each, remaining in limited if each.limit.measure.unit is unit]


def _room(standing: Standing, remaining: int, wanted: AllowanceRequest) -> int:
    """Tokens that the limit leaves to one answer, at the least."""
    match standing.limit.measure.unit:
        case Unit.TOKENS:
            return remaining
        case Unit.ANSWERS:
            return wanted.tokens if remaining else -1
        case Unit.DOLLARS:
            return wanted.affordable(remaining) if wanted.prices is not None else -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """The cost of an answer, as it goes into the ledger."""

    ending: Ending
    model: str
    usage: Usage = NOTHING_USED
    is_estimated: bool = False  # the API did not report (all of) it
    cost_microusd: int | None = None  # None: the model's prices are not known

    @property
    def amounts(self) -> Amounts:
        """Amounts that count. An answer that has used nothing is none: it failed before any text."""
        return Amounts(
            tokens=self.usage.total_tokens,
            microusd=self.cost_microusd or 0,
            answers=1 if self.usage.total_tokens else 0,
        )


def needed_from_grants(standings: Sequence[Standing], used: Amounts) -> Amounts:
    """The part of `used` that limits do not cover, in each unit: the most under any of them.

    It is taken from grants. `standings` are from before; `granted` is left out of account.
    """
    over = dict.fromkeys(Unit, 0)
    for standing in standings:
        if standing.amount is None:
            continue
        unit = standing.limit.measure.unit
        more = used.of(unit) - max(0, standing.amount - standing.spent)
        over[unit] = max(over[unit], min(more, used.of(unit)))
    return Amounts.by_unit(over)


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
