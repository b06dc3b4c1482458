"""Work that takes long is deferred in time, and answered by an edit."""

import asyncio
from contextlib import suppress

import discord

from bot.gateway.commands.command_responses import (
    Button,
    CommandResponse,
    CommandWork,
    respond,
    respond_by_edit,
)
from bot.gateway.commands.first_response import deferring
from bot.gateway.replies.acknowledgement import Deferral, note_arrival, unless_late
from bot.standins.playground.interactions.callbacks import CallbackType
from tests.gateway.commands.conftest import Scene


def slow(gate: asyncio.Event, text: str = "Done.") -> CommandWork:
    async def work() -> str:
        await gate.wait()
        return text

    return work


async def test_work_in_time_is_the_first_response(scene: Scene, gate: asyncio.Event) -> None:
    gate.set()

    shown = await scene.use(lambda interaction: respond(interaction, slow(gate)))

    assert shown.callback is CallbackType.MESSAGE
    assert shown.is_ephemeral
    assert shown.content == "Done."


async def test_slow_work_is_deferred_privately_and_answered_later(
    scene: Scene, gate: asyncio.Event
) -> None:
    async def deed(interaction: discord.Interaction) -> None:
        note_arrival(interaction, within=0)
        await respond(interaction, slow(gate))

    shown = await scene.begin(deed)
    first = shown.callback, shown.is_ephemeral, shown.is_settled
    gate.set()
    await scene.alice.settled(shown, timeout=20)

    assert first == (CallbackType.DEFERRED_MESSAGE, True, False)
    assert shown.content == "Done."


async def test_slow_button_changes_its_message_later(scene: Scene, gate: asyncio.Event) -> None:
    async def press(interaction: discord.Interaction) -> None:
        note_arrival(interaction, within=0)
        await respond_by_edit(interaction, slow(gate, "Pressed."))

    async def deed(interaction: discord.Interaction) -> None:
        button = Button(label="Press", custom_id="press:1")

        async def work() -> CommandResponse:
            return CommandResponse(text="Press it.", buttons=(button,))

        await respond(interaction, work)

    @scene.client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await press(interaction)

    shown = await scene.use(deed)
    assert shown.original is not None
    pressed = await scene.alice.press(shown.original, "press:1")
    deferred, before = pressed.callback, shown.content
    gate.set()
    await scene.discord.wait_for(lambda: shown.content == "Pressed.", 20)

    assert deferred is CallbackType.DEFERRED_UPDATE
    assert before == "Press it."


async def test_work_goes_on_where_deferring_fails(scene: Scene) -> None:
    done: list[str] = []

    async def work() -> None:
        await scene.discord.wait_for(lambda: scene.discord.faults.met, 20)
        done.append("worked")

    async def deed(interaction: discord.Interaction) -> None:
        scene.discord.faults.answer(403, path="callback")
        note_arrival(interaction, within=0)
        await deferring(interaction, work, Deferral.PRIVATE)
        await interaction.response.send_message("Done.", ephemeral=True)

    shown = await scene.use(deed)

    assert done == ["worked"]
    assert shown.content == "Done."


async def test_cancelled_command_waits_for_the_end_of_its_work(
    scene: Scene, gate: asyncio.Event
) -> None:
    begun, ended, seen = asyncio.Event(), asyncio.Event(), list[tuple[bool, bool]]()

    async def work() -> None:
        begun.set()
        try:
            await gate.wait()
        finally:
            await asyncio.sleep(0)
            ended.set()

    async def deed(interaction: discord.Interaction) -> None:
        waiting = asyncio.get_running_loop().create_task(
            deferring(interaction, work, Deferral.PRIVATE)
        )
        await begun.wait()
        waiting.cancel()
        await asyncio.wait({waiting})
        seen.append((waiting.cancelled(), ended.is_set()))

    shown = await scene.use(deed)
    await scene.discord.wait_for(lambda: seen, 20)

    assert seen == [(True, True)]
    assert shown.content.startswith("I was restarted in the middle of this.")


async def test_what_comes_late_is_replaced_and_not_waited_for(
    scene: Scene, gate: asyncio.Event
) -> None:
    """Suggestions and Stop waited for a stalled server, also for the end of what they cancelled."""

    async def stubborn() -> str:
        while not gate.is_set():
            with suppress(asyncio.CancelledError):
                await gate.wait()
        return "from the database"

    async def deed(interaction: discord.Interaction) -> None:
        note_arrival(interaction, within=0)
        found = await unless_late(interaction, stubborn(), otherwise="from memory")
        await interaction.response.send_message(found, ephemeral=True)

    shown = await scene.use(deed)
    gate.set()

    assert shown.content == "from memory"


async def test_what_is_there_in_time_is_used(scene: Scene) -> None:
    async def find() -> str:
        return "from the database"

    async def deed(interaction: discord.Interaction) -> None:
        found = await unless_late(interaction, find(), otherwise="from memory")
        await interaction.response.send_message(found, ephemeral=True)

    assert (await scene.use(deed)).content == "from the database"
