"""The rules of layouts."""

import pytest

from bot.standins.playground.errors import DiscordError
from bot.standins.playground.messages import forms


def test_a_layout_has_at_most_forty_components_nested_ones_included() -> None:
    texts = [{"type": 10, "content": "y"} for _ in range(40)]

    forms.check_message({"components": texts}, {}, is_layout=True)
    with pytest.raises(DiscordError):
        forms.check_message({"components": [{"type": 17, "components": texts}]}, {}, is_layout=True)
