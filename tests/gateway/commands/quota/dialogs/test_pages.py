"""Pages that buttons lead to: what a custom id says is read with care."""

from typing import Any

import pytest

from bot.core import wording
from bot.gateway.commands.command_responses import CommandRefused
from bot.gateway.commands.quota.dialogs.pages import turn_audit, turn_top

NOBODY: Any = None  # neither the desk nor Discord is asked


@pytest.mark.parametrize(
    "key",
    [
        "",
        "user",
        "user:day",
        "user:day:",
        "user:day:x",
        "user:year:0",
        "cat:day:0",
        ":::",
        "user:day:-1",
        "user:day:\u0663",  # a digit, but not one of ours
        "user:day:²",
        f"user:day:{2**63}",
        "user:day:" + "9" * 80,
    ],
)
async def test_custom_id_that_names_no_page_is_told_so(key: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        await turn_top(NOBODY, NOBODY, key)

    assert refused.value.sentence == wording.no_such_page()


@pytest.mark.parametrize("key", ["", "x", "-1", "²", "\u0663", f"{2**63}", "9" * 80])
async def test_custom_id_that_names_no_change_is_told_so(key: str) -> None:
    """An id beyond 64 bits reached the database, and the press failed without a word."""
    with pytest.raises(CommandRefused) as refused:
        await turn_audit(NOBODY, NOBODY, key)

    assert refused.value.sentence == wording.no_such_page()
