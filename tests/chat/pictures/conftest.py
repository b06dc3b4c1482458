"""Pictures without the pauses between their changes."""

import pytest

from bot.chat.pictures import picture_reply


@pytest.fixture(autouse=True)
def no_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are shown as soon as they come."""
    monkeypatch.setattr(picture_reply, "CALM", 0.0)
