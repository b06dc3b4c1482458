"""Commands are sent to Discord only when they have changed."""

import asyncio
import copy
from collections.abc import Callable
from typing import Any

import discord
import pytest

from bot.gateway.commands.sync import _essence, _where, pause_after, sync_until_done
from bot.standins.playground.rest.faults import Faults
from tests.gateway.commands.conftest import Scene

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


def add_command(scene: Scene) -> None:
    @scene.client.tree.command(name="do", description="Do")
    async def do(_interaction: discord.Interaction) -> None: ...


@pytest.mark.parametrize(
    "trouble",
    [
        lambda faults: faults.answer(503, path="commands"),
        lambda faults: faults.answer(503, path="commands", method="PUT"),
        lambda faults: faults.answer(403, path="commands"),
        lambda faults: faults.answer(200, path="commands"),
        lambda faults: faults.answer(200, path="commands", method="PUT"),
        lambda faults: faults.reset(path="commands", times=3),
        lambda faults: faults.hang(60, path="commands"),
    ],
    ids=["503", "503 later", "403", "malformed", "malformed later", "reset", "silent"],
)
async def test_sync_that_fails_in_any_way_is_tried_again(
    scene: Scene, trouble: Callable[[Faults], None], caplog: pytest.LogCaptureFixture
) -> None:
    add_command(scene)
    trouble(scene.discord.faults)

    attempted = asyncio.Event()

    ids = await sync_until_done(scene.client.tree, attempted, patience=2, pause=lambda _times: 0)

    assert list(ids) == ["do"]
    warned = [r for r in caplog.records if "could not be updated" in r.getMessage()]
    assert warned
    assert attempted.is_set()
    assert "Traceback" not in caplog.text


def test_pauses_between_attempts_double_up_to_an_hour() -> None:
    assert [pause_after(failures) for failures in (1, 2, 3, 7, 100)] == [60, 120, 240, 3600, 3600]


@pytest.mark.parametrize("permissions", [None, 0, 8])
def test_other_default_permissions_are_a_change(permissions: int | None) -> None:
    changed = [{**OURS[0], "default_member_permissions": permissions}]

    assert _essence(changed) != _essence(as_discord_sends(OURS))


def test_where_a_command_can_be_used_is_compared_where_we_say_it() -> None:
    """`/manage` stayed open to apps on people's own accounts where it had been sent before."""
    ours: list[dict[str, Any]] = [
        {"name": "manage", "contexts": [0], "integration_types": [0]},
        {"name": "quota"},
    ]
    both = {"contexts": [1, 0], "integration_types": [0, 1]}

    as_before = [{**each, **both} for each in ours]
    as_sent = [ours[0], {**ours[1], **both}]

    assert _where(as_before, ours) != _where(ours, ours)
    assert _where(as_sent, ours) == _where(ours, ours)
