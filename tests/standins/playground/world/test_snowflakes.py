"""Ids that rise and tell the time."""

from bot.standins.playground.world.snowflakes import EPOCH, Snowflakes


def test_ids_rise_even_when_the_clock_stands_still() -> None:
    flakes = Snowflakes(lambda: 1_800_000_000.0)

    ids = [flakes.next() for _ in range(3)]

    assert ids == sorted(set(ids))
    assert (ids[0] >> 22) + EPOCH == 1_800_000_000_000
