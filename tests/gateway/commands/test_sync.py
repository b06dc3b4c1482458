"""Commands are sent to Discord only when they have changed."""

import copy
from typing import Any

import pytest

from bot.gateway.commands.sync import _essence

OURS: list[dict[str, Any]] = [
    {
        "name": "quota",
        "type": 1,
        "description": "Limits",
        "nsfw": False,
        "default_member_permissions": 32,
        "options": [
            {
                "name": "set",
                "type": 1,
                "description": "Set",
                "options": [
                    {"name": "amount", "type": 3, "description": "How much", "required": True}
                ],
            }
        ],
    }
]


def as_discord_sends(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sent = copy.deepcopy(commands)
    sent[0]["default_member_permissions"] = str(sent[0]["default_member_permissions"])
    sent[0] |= {"id": "1", "version": "2", "application_id": "3", "default_permission": True}
    sent[0]["options"][0]["options"][0]["autocomplete"] = False
    return sent


def test_what_discord_adds_by_itself_is_no_change() -> None:
    assert _essence(OURS) == _essence(as_discord_sends(OURS))


def test_another_description_deep_inside_is_a_change() -> None:
    changed = copy.deepcopy(OURS)
    changed[0]["options"][0]["options"][0]["description"] = "How many"

    assert _essence(changed) != _essence(as_discord_sends(OURS))


@pytest.mark.parametrize("permissions", [None, 0, 8])
def test_other_default_permissions_are_a_change(permissions: int | None) -> None:
    changed = [{**OURS[0], "default_member_permissions": permissions}]

    assert _essence(changed) != _essence(as_discord_sends(OURS))
