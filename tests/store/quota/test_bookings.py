from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.calendar.windows import windows
from bot.core.quota.limits import NOTHING, Amounts
from bot.store.quota.bookings import split
from tests.store.samples import BERLIN, NOW

KEYS = {period: each.key for period, each in windows(NOW, BERLIN).items()}
SHORTEST = UP_TO_A_DAY[0]


def test_what_counts_today_is_forgiven_in_each_window_once() -> None:
    counts = {Period.HOUR: Amounts(tokens=30, answers=1), Period.DAY: Amounts(tokens=100)}

    parts = split(counts, KEYS)

    assert sum((amounts for _, amounts in parts), start=NOTHING) == counts[Period.DAY]
    in_the_hour = [amounts for keys, amounts in parts if Period.HOUR in keys]
    assert sum(in_the_hour, start=NOTHING) == Amounts(tokens=30)
    assert all({Period.DAY, Period.WEEK, Period.MONTH} <= keys.keys() for keys, _ in parts)


def test_no_window_forgives_more_than_the_one_around_it() -> None:
    moved = {SHORTEST: Amounts(tokens=70), Period.DAY: Amounts(tokens=40)}

    assert all(amounts in (NOTHING, Amounts(tokens=40)) for _, amounts in split(moved, KEYS))
