"""Kinds of caps: on everything, and the ceiling of each server."""

from pathlib import Path

import pytest

from tests.config.configurations import problem_of, read


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\ncaps = '25 USD a day'", "caps is \"25 USD a day\", but must be a list such as"),
        ("[quota]\ncaps = ['25 EUR a day']", 'caps holds "25 EUR a day", but each entry must be'),
        ("[quota]\ncaps = [5]", "caps holds 5, but each entry must be"),
        ("[quota]\ncaps = ['$5 a day', '6 USD/day']", "caps has two caps in dollars a day"),
        ("[quota]\nserver_ceiling = 'automatic'", 'is "automatic", but must be a whole number from 0'),
        ("[quota]\nserver_ceiling = 1e6", 'or "unlimited", or "auto"'),
        ("[quota]\nserver_ceiling = -1", "server_ceiling is -1, but must be a whole number from 0"),
    ],
)  # fmt: skip
def test_wrong_cap_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)


@pytest.mark.parametrize(
    ("toml", "ceiling"),
    [
        pytest.param("", 2_000_000, id="twenty-members-by-default"),
        pytest.param("tokens_per_day = 5_000", 100_000, id="twenty-members"),
        pytest.param("tokens_per_day = 0", 2_000_000, id="those-whom-moderators-gave-a-limit"),
        pytest.param('tokens_per_day = "unlimited"', None, id="nothing-to-multiply"),
        pytest.param('tokens_per_day = "unlimited"\nserver_ceiling = 9_000', 9_000, id="set"),
        pytest.param("server_ceiling = 0", 0, id="direct-messages-alone"),
        pytest.param('server_ceiling = "unlimited"', None, id="lifted"),
        pytest.param('server_ceiling = "auto"', 2_000_000, id="auto"),
    ],
)
def test_server_ceiling_is_set_or_twenty_times_a_member(
    file: Path, toml: str, ceiling: int | None
) -> None:
    assert read(file, f"[quota]\n{toml}\n").operator_rules.server_ceiling == ceiling
