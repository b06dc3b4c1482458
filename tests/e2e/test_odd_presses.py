"""Presses of buttons whose custom ids were tampered with, through the whole bot."""

import pytest

from bot.core import wording
from bot.standins.playground.interactions.callbacks import InteractionType
from tests.e2e.conftest import FOOTER, PATIENCE, Town, shared_town

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]
town = shared_town

LARGE = "9" * 40
ODD = {
    f"stop:{LARGE}": wording.stop_too_late(),
    "stop:²": wording.stop_too_late(),
    "stop:": wording.stop_too_late(),
    f"quota-top:user:day:{LARGE}": wording.no_such_page(),
    f"quota-audit:{LARGE}": wording.no_such_page(),
    "of-another-time:1": wording.unknown_button(),
}


@pytest.mark.parametrize("custom_id", ODD, ids=ascii)
async def test_odd_custom_id_is_answered_by_a_sentence(town: Town, custom_id: str) -> None:
    """Numbers beyond 64 bits raised, and the person read that the interaction failed."""
    asked = await town.ask(town.open_channel(), "what is it?")
    reply = await town.reply_saying(asked, FOOTER)
    button = {"id": 2, "type": 2, "style": 2, "label": "Press me", "custom_id": custom_id}
    reply.components = [{"id": 1, "type": 1, "components": [button]}]

    pressed = await town.alice.press(reply, custom_id)

    def said() -> list[str]:
        return [each.content for each in (*pressed.responses, reply)]

    await town.wait(lambda: ODD[custom_id] in said(), "a sentence says it")


@pytest.mark.parametrize("custom_id", ["of-another-time:1", "quota-yes:1:2", "stop:1"])
async def test_form_of_another_version_is_answered_by_a_sentence(
    town: Town, custom_id: str
) -> None:
    """Whoever had sent it in read that the interaction failed."""
    data = {"custom_id": custom_id, "components": []}
    kind = InteractionType.MODAL_SUBMIT

    sent = town.discord.interactions.open(kind, town.alice.user, town.open_channel(), data)
    await town.alice.settled(sent, timeout=PATIENCE)

    assert sent.content == "I no longer know this form; please give the command again."
    assert sent.is_ephemeral
