"""A second message at any moment of an answer: it is part of it, or answered by itself."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.core.messages.incoming_message import IncomingMessage
from tests.chat.conftest import MakeRoom, Room, message
from tests.chat.interleaving import Steps
from tests.fakes import FakeModel, FakeSurface, Script, answer

FIRST, SECOND = "What is the tallest tower?", "And in which city does it stand?"
FOOTER = "\n-# fake-1"
MOST_STEPS = 400  # of one answer; far more than there are


def slowly(text: str) -> Script:
    """Show the text before it is all there: other tasks take steps between the pieces."""
    beginning, *rest = answer(text, " That is all.")
    return (beginning, *[0.0] * 6, *rest)


@dataclass(kw_only=True)
class Scene:
    """Alice asks, and writes on at the step `at`."""

    room: Room
    late: IncomingMessage
    first: FakeSurface = field(default_factory=FakeSurface)
    second: FakeSurface = field(default_factory=FakeSurface)
    is_read: bool = False  # the first answer stood there before she wrote on

    async def play(self, at: int) -> bool:
        """Return whether the step came before the end."""
        writing: list[asyncio.Task[None]] = []
        steps = Steps(at, lambda: writing.append(asyncio.create_task(self._write_on())))
        with steps.counted():
            await asyncio.create_task(self.room.ask(message(FIRST), self.first))
            for task in writing:
                await task
        return bool(writing)

    async def _write_on(self) -> None:
        self.is_read = bool(self.first.messages)
        await self.room.ask(self.late, self.second)

    @property
    def asked(self) -> list[str]:
        """What the model was asked by the requests whose answers were shown."""
        shown = self.first.shown + self.second.shown
        texts = [request.turns[-1].text for request in self.room.model.requests]
        return [text for number, text in enumerate(texts) if f"Answer {number}." in shown]


@pytest.mark.parametrize("mentions_bot", [True, False], ids=["addressed", "just written on"])
async def test_second_message_is_answered_once_at_every_step(
    make_room: MakeRoom, *, mentions_bot: bool
) -> None:
    """7 of 300 were swallowed, and 5 cut the first answer with "the answer's time limit"."""
    for at in range(1, MOST_STEPS):
        model = FakeModel(*(slowly(f"Answer {number}.") for number in range(9)))
        late = message(SECOND, mentions_bot=mentions_bot)
        scene = Scene(room=make_room(model, tokens_per_day=10**9), late=late)

        if not await scene.play(at) or (scene.is_read and not mentions_bot):
            break

        assert scene.first.shown.count(FOOTER) == 1, (at, scene.first.shown)
        assert "too long" not in scene.first.shown
        assert sum(text.count(SECOND) for text in scene.asked) == 1, (at, scene.asked)
        assert sum(text.count(FIRST) for text in scene.asked) == 1, (at, scene.asked)
    assert at > 20


async def test_step_after_the_last_one_is_never_reached(make_room: MakeRoom) -> None:
    scene = Scene(room=make_room(), late=message(SECOND))

    assert not await scene.play(MOST_STEPS)
    assert not scene.second.messages
