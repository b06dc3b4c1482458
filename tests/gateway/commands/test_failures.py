"""Commands that fail in whatever way: a private sentence, and one line in the log."""

import logging
import time
from typing import Any

import discord
import pytest

from bot.chat.display.pacer import Pacer
from bot.core.errors import DatabaseUnavailable
from bot.core.secrets import Secret
from bot.gateway.client import Client as OurClient
from bot.gateway.commands.command_responses import (
    Button,
    CommandResponse,
    respond,
    respond_deferred,
)
from bot.gateway.commands.failures import tell_failure
from bot.gateway.settings import DiscordSettings
from bot.standins.playground.interactions.callbacks import CallbackType
from tests.gateway.commands.conftest import Scene

SECRET = "what somebody wrote"
UNEXPECTED = "Something went wrong on my side. I've noted it for the operator. ("


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    return [
        (record.levelname, record.getMessage(), vars(record)["reason"])
        for record in caplog.records
        if record.levelno >= logging.WARNING
    ]


async def test_failed_command_was_not_answered_and_logged_a_traceback(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    async def deed(_interaction: discord.Interaction) -> None:
        raise KeyError(SECRET)

    shown = await scene.use(deed)

    assert shown.is_ephemeral
    assert shown.content.startswith(UNEXPECTED)
    assert lines(caplog) == [("ERROR", "a command failed", "KeyError")]
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text


async def test_failure_of_the_database_has_its_own_sentence(scene: Scene) -> None:
    async def deed(_interaction: discord.Interaction) -> None:
        raise DatabaseUnavailable("disk full")

    shown = await scene.use(deed)

    assert shown.content.startswith("My database fails at the moment")


async def test_failure_after_a_deferral_takes_its_place(scene: Scene) -> None:
    async def work() -> str:
        raise KeyError(SECRET)

    shown = await scene.use(lambda interaction: respond_deferred(interaction, work))

    assert shown.callback is CallbackType.DEFERRED_MESSAGE
    assert shown.is_ephemeral
    assert shown.content.startswith(UNEXPECTED)


async def test_failure_after_a_response_is_told_beside_it(scene: Scene) -> None:
    async def deed(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Here you are.")
        raise KeyError(SECRET)

    shown = await scene.use(deed)
    await scene.discord.wait_for(lambda: shown.followups, 20)

    assert shown.content == "Here you are."
    assert [(one.content[:20], one.is_ephemeral) for one in shown.followups] == [
        (UNEXPECTED[:20], True)
    ]


async def test_discords_own_failure_is_a_warning(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.discord.faults.answer(403, path="callback")

    async def deed(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Here you are.")

    shown = await scene.use(deed)

    assert shown.content.startswith(UNEXPECTED)
    assert lines(caplog) == [("WARNING", "Discord failed during a command", "Forbidden")]


async def test_failure_that_can_not_be_told_raises_nothing(scene: Scene) -> None:
    told: list[str] = []

    async def deed(interaction: discord.Interaction) -> None:
        scene.discord.faults.answer(403, path="callback")
        await tell_failure(interaction, KeyError(SECRET))
        told.append("nobody")
        await interaction.response.send_message("Still here.")

    shown = await scene.use(deed)

    assert told == ["nobody"]
    assert shown.content == "Still here."


# Buttons


async def test_failed_button_was_left_without_a_word(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_interaction: discord.Interaction, _rest: str) -> None:
        raise KeyError(SECRET)

    anything: Any = None
    ours = OurClient(
        DiscordSettings(token=Secret("t")),
        Pacer(time.monotonic),
        answering=anything,
        commands=[],
        stopping=anything,
        delegation=anything,
        sessions=anything,
        button_handlers={"press": fail},
    )

    @scene.client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        await ours.on_interaction(interaction)

    async def work() -> CommandResponse:
        button = Button(label="Press", custom_id=f"press:{SECRET}")
        return CommandResponse(text="Press it.", buttons=(button,))

    shown = await scene.use(lambda interaction: respond(interaction, work))
    assert shown.original is not None
    pressed = await scene.alice.press(shown.original, f"press:{SECRET}")

    assert pressed.is_ephemeral
    assert pressed.content.startswith(UNEXPECTED)
    assert lines(caplog) == [("ERROR", "a command failed", "KeyError")]
    assert vars(caplog.records[-1])["command"] == "press"
    assert SECRET not in caplog.text
