"""Pictures without the pauses between their changes."""

import pytest

from bot.chat.pictures import picture_reply
from bot.core.display import rate_limits


@pytest.fixture(autouse=True)
def no_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are shown as soon as they come."""
    monkeypatch.setattr(picture_reply, "CALM", 0.0)
    monkeypatch.setattr(rate_limits, "UNKNOWN_GAP", 0.0)
    monkeypatch.setattr(rate_limits, "SOONEST_EDIT", 0.0)
