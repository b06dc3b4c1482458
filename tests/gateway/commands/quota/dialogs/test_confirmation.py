"""Questions before a change, by an unmodified discord.py against the stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.core import wording
from bot.gateway.commands.quota import Questions
from bot.gateway.commands.quota.dialogs.confirmation import CANCEL, CONFIRM
from bot.standins.playground.actors.people import Person
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.messages import components
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Message
from tests.standins.playground.clients import Client, connect


class Asking(Client):
    """Hands presses to the questions, as our own client does."""

    questions: Questions

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data or {}
        kind, _, key = str(data.get("custom_id", "")).partition(":")
        if kind == CONFIRM:
            await self.questions.confirm(interaction, key)
        elif kind == CANCEL:
            await self.questions.cancel(interaction, key)


@dataclass(kw_only=True)
class Scene:
    discord: Discord
    alice: Person
    client: Asking
    answers: list[bool] = field(default_factory=list)  # whether a question was confirmed
    over: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def ask(self, *, lasts: float = 20.0) -> Message:
        """Use a command that asks; returns the question."""
        self.client.questions = Questions(lasts=lasts)

        async def do(interaction: discord.Interaction) -> None:
            press = await self.client.questions.ask(interaction, "**Really?**")
            if press is not None:
                await press.response.edit_message(content="Done.", view=None)
            self.answers.append(press is not None)
            self.over.release()

        self.client.tree.add_command(app_commands.Command(name="do", description="Do", callback=do))
        await self.client.tree.sync()
        opened = await self.alice.slash("do")
        assert opened.original is not None
        return opened.original

    async def press(self, question: Message, label: str) -> Interaction:
        return await self.alice.press(question, custom_ids(question)[label])

    async def ended(self) -> None:
        async with asyncio.timeout(10):
            await self.over.acquire()


def custom_ids(message: Message) -> dict[str, str]:
    """Of the buttons that can be pressed, by their label."""
    walked = components.walk(message.components)
    return {
        one["label"]: one["custom_id"]
        for one in walked
        if one.get("label") and not one.get("disabled")
    }


@pytest.fixture
async def scene(stand_in: Discord) -> AsyncIterator[Scene]:
    server = stand_in.add_server("Town")
    server.add_channel("general")
    alice = server.add_member("alice")
    async with connect(stand_in, Asking()) as client:
        assert isinstance(client, Asking)
        yield Scene(discord=stand_in, alice=alice, client=client)


async def test_question_is_for_the_caller_alone(
    scene: Scene,
) -> None:
    question = await scene.ask()

    assert question.is_ephemeral
    assert question.content.startswith("**Really?**\n-# Nothing has changed yet.")
    assert list(custom_ids(question)) == ["Confirm", "Cancel"]
    assert not scene.client._connection._view_store._views  # discord.py keeps none of it


async def test_confirm_hands_over_the_press_to_be_answered(scene: Scene) -> None:
    question = await scene.ask()

    await scene.press(question, "Confirm")

    await scene.ended()
    assert scene.answers == [True]
    assert question.content == "Done."
    assert custom_ids(question) == {}


async def test_cancel_says_that_nothing_has_changed(scene: Scene) -> None:
    question = await scene.ask()

    await scene.press(question, "Cancel")

    await scene.ended()
    assert scene.answers == [False]
    assert question.content == wording.question_cancelled()
    assert custom_ids(question) == {}


async def test_expired_question_says_so_and_its_buttons_are_off(scene: Scene) -> None:
    question = await scene.ask(lasts=0.1)

    await scene.ended()

    assert scene.answers == [False]
    assert question.content == f"**Really?**\n{wording.question_over()}"
    assert custom_ids(question) == {}


async def test_press_that_arrives_after_the_time_changes_nothing(
    scene: Scene,
) -> None:
    question = await scene.ask()
    scene.client.questions = Questions()  # as after a restart: it knows of no question

    late = await scene.press(question, "Confirm")

    assert scene.answers == []
    assert late.content == wording.question_over()
    assert custom_ids(question) == {}


async def test_second_press_of_confirm_changes_nothing(
    scene: Scene,
) -> None:
    question = await scene.ask()
    components_before = question.components
    confirm = custom_ids(question)["Confirm"]

    await scene.alice.press(question, confirm)
    await scene.ended()
    question.components = components_before
    await scene.alice.press(question, confirm)

    assert scene.answers == [True]
    assert question.content == "Done."


async def test_question_whose_end_can_not_be_shown_still_ends(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.discord.interactions.lifetime = -1.0  # the token is no longer taken

    with caplog.at_level("INFO"):
        await scene.ask(lasts=0.1)
        await scene.ended()

    assert scene.answers == [False]
    assert "an expired question could not be closed" in caplog.text


async def test_two_questions_at_once_are_answered_each_for_itself(scene: Scene) -> None:
    first = await scene.ask()
    opened = await scene.alice.slash("do")
    assert opened.original is not None

    await scene.press(opened.original, "Cancel")
    await scene.press(first, "Confirm")

    await scene.ended()
    await scene.ended()
    assert scene.answers == [False, True]
