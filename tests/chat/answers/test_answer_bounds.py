"""The bounds of one answer."""

from dataclasses import replace

from tests.chat.conftest import MakeRoom, message
from tests.fakes import FakeModel


async def test_longest_output_of_the_model_bounds_the_answer(make_room: MakeRoom) -> None:
    model = FakeModel()
    model.card = replace(FakeModel.card, max_output_tokens=300)
    room = make_room(model)

    await room.ask(message("hello"))

    assert model.requests[0].max_output_tokens == 300
