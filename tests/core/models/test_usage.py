"""Usage is added up kind by kind."""

from bot.core.models.usage import NOTHING_USED, Usage


def test_usage_of_two_calls_is_added_kind_by_kind() -> None:
    one = Usage(input_tokens=100, output_tokens=20, cached_tokens=80, reasoning_tokens=5)
    other = Usage(input_tokens=10, output_tokens=2, cached_tokens=1)

    both = one + other

    assert both == Usage(input_tokens=110, output_tokens=22, cached_tokens=81, reasoning_tokens=5)
    assert both.total_tokens == 132
    assert one + NOTHING_USED == one
