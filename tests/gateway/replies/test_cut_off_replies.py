"""Words to people whose command was cut off, by an unmodified discord.py against the stand-in."""

import discord
import pytest

from bot.core.errors import SurfaceGone
from bot.core.secrets import Secret
from bot.gateway.replies.acknowledgement import Deferral, defer, say_privately
from bot.gateway.replies.cut_off_replies import CutOffReplies
from bot.standins.playground.interactions.lifecycle import Interaction
from tests.gateway.commands.conftest import Scene
from tests.gateway.commands.conftest import scene as scene

SENTENCE = "I was restarted."


async def think(interaction: discord.Interaction) -> None:
    await defer(interaction, Deferral.PRIVATE)


async def answer(interaction: discord.Interaction) -> None:
    await think(interaction)
    await say_privately(interaction, "Done.")


async def tell(scene: Scene, cut_off: Interaction, *, is_edit: bool = False) -> None:
    await CutOffReplies(scene.client).tell(Secret(cut_off.token), SENTENCE, is_edit=is_edit)


async def test_sentence_takes_the_place_of_thinking(scene: Scene) -> None:
    cut_off = await scene.begin(think)

    await tell(scene, cut_off)
    await tell(scene, cut_off)

    assert [one.content for one in cut_off.responses] == [SENTENCE]
    assert cut_off.is_settled


async def test_answer_that_is_there_stays(scene: Scene) -> None:
    answered = await scene.use(answer)

    await tell(scene, answered)

    assert [one.content for one in answered.responses] == ["Done."]


async def test_sentence_stands_beside_a_message_that_was_to_change(scene: Scene) -> None:
    answered = await scene.use(answer)

    await tell(scene, answered, is_edit=True)

    shown = [(one.content, one.is_ephemeral) for one in answered.responses]
    assert shown == [("Done.", True), (SENTENCE, True)]


async def test_sentence_whose_arrival_is_unknown_is_not_said_again(scene: Scene) -> None:
    answered = await scene.use(answer)
    scene.discord.faults.reset(method="POST", path="/webhooks/", is_applied=True)

    with pytest.raises(SurfaceGone):
        await tell(scene, answered, is_edit=True)

    assert [one.content for one in answered.followups] == [SENTENCE]


@pytest.mark.parametrize("is_edit", [False, True])
async def test_token_that_discord_no_longer_knows_is_gone(scene: Scene, is_edit: bool) -> None:
    cut_off = await scene.begin(think)
    scene.discord.skip(16 * 60)

    with pytest.raises(SurfaceGone):
        await tell(scene, cut_off, is_edit=is_edit)


async def test_message_that_was_deleted_is_gone(scene: Scene) -> None:
    async def delete(interaction: discord.Interaction) -> None:
        await answer(interaction)
        await interaction.delete_original_response()

    cut_off = await scene.begin(delete)
    await scene.discord.wait_for(lambda: not cut_off.responses, 20)

    with pytest.raises(SurfaceGone):
        await tell(scene, cut_off)
