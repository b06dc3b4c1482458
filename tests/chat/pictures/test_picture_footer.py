"""The words below made pictures."""

from dataclasses import replace

from bot.core.answers.events import Failed, Failure, Refused, TextDelta, Usage
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.pictures.orders import PictureOrder
from tests.chat.conftest import MakeRoom
from tests.chat.pictures.orders import CAT_ORDER, ended, opened
from tests.fakes import FakePainter


async def test_command_shows_its_prompt(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room)

    surface = await room.imagine(PictureOrder(prompt="a *cat* @everyone"))

    assert surface.shown.startswith("> a \\*cat\\* @\u200beveryone\n-# fake-painter")


async def test_policys_refusal_is_worded_and_free(make_room: MakeRoom) -> None:
    blocked = Failed(failure=Failure.CONTENT_BLOCKED, detail="moderation_blocked", status=400)
    room = await opened(make_room, (blocked,))

    surface = await room.imagine(CAT_ORDER)

    assert "The model's rules do not allow this picture" in surface.shown
    assert await ended(room) == [("refused", 0, 0, False)]


async def test_models_own_refusal_is_shown_and_charged_as_reported(
    make_room: MakeRoom,
) -> None:
    card = replace(
        FakePainter().card,
        caller=ModelCard(name="m", rate_card=RateCard(input=1_000_000, output=1_000_000)),
    )
    usage = Usage(input_tokens=90, output_tokens=10)
    script = (TextDelta(text="I can't draw *that*."), Refused(usage=usage))
    room = make_room(painter=FakePainter(script, card=card))
    await room.switch_pictures()

    surface = await room.imagine(CAT_ORDER)

    assert "I can't draw *that*.\nThe model did not make this picture." in surface.shown
    assert "100 tokens" in surface.shown
    assert await ended(room) == [("refused", 100, 100, False)]
