"""`/manage report` and `/manage export`, which ask Discord for more time first."""

import gc
import warnings
from typing import Any

import pytest

from bot.core.errors import SurfaceError
from bot.gateway.commands.quota.records import record_commands

NOTHING: Any = None  # no use case is called
CALLBACKS: dict[str, Any] = {command.name: command.callback for command in record_commands(NOTHING)}


class LostInteraction:
    """Discord can't be reached to respond to it. Any other use of it is an AttributeError."""

    def __init__(self) -> None:
        self.extras: dict[str, object] = {}

    @property
    def response(self) -> "LostInteraction":
        return self

    def is_done(self) -> bool:
        return False

    async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
        assert ephemeral
        assert thinking
        raise ConnectionResetError


@pytest.mark.parametrize("name", ["report", "export"])
async def test_command_that_cannot_be_deferred_begins_nothing_and_warns_of_nothing(
    name: str,
) -> None:
    """It warned that its coroutine "was never awaited"."""
    with warnings.catch_warnings(record=True, action="always") as warned:
        with pytest.raises(SurfaceError):
            await CALLBACKS[name](LostInteraction())
        gc.collect()

    assert [str(each.message) for each in warned] == []
