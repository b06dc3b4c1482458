"""Messages that Discord would not take."""

import pytest

from bot.standins.playground.errors import DiscordError, Json
from bot.standins.playground.messages import forms


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"embeds": [{"title": "x" * 257}]}, "embeds"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"embeds": [{}] * 11}, "embeds"),
        ({"components": [{"type": 1, "components": []}]}, "components"),
        ({"components": [{"type": 2, "custom_id": "a", "label": "a"}]}, "components"),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "label": "a", "custom_id": "x" * 101}]}
                ]
            },
            "components",
        ),
        ({"nonce": "x" * 26}, "nonce"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
    ],
)
def test_forms_that_discord_would_not_take_are_named(body: Json, path: str) -> None:
    with pytest.raises(DiscordError) as refusal:
        forms.check_message(body, {}, is_layout=False)

    assert refusal.value.code == 50035
    assert set(refusal.value.errors or {}) == {path}


def test_a_layout_takes_no_content_beside_it() -> None:
    body = {"content": "x", "components": [{"type": 10, "content": "y"}]}

    with pytest.raises(DiscordError) as refusal:
        forms.check_message(body, {}, is_layout=True)

    assert set(refusal.value.errors or {}) == {"content"}
