"""The end of a written answer, as it is read."""

from dataclasses import replace

from bot.core.answers.events import Incomplete, IncompleteReason, Refused, TextDelta, Usage
from bot.core.quota.limits import Subject, SubjectKind, Unit
from tests.chat.conftest import CHANNEL, MakeRoom, message
from tests.chat.questions import PHOTO
from tests.chat.rules import limit
from tests.fakes import FakeImages, FakeModel, answer, picture


async def test_endings_have_their_own_words(make_room: MakeRoom) -> None:
    usage = Usage(input_tokens=10, output_tokens=5)
    limit = Incomplete(usage=usage, reason=IncompleteReason.LIMIT)
    scripts = {
        "reached its length limit": (TextDelta(text="Half"), limit),
        "still thinking": (limit,),
        "declined to answer": (TextDelta(text="No."), Refused(usage=usage)),
        "without writing anything": answer(usage=usage),
    }
    for words, script in scripts.items():
        surface = await make_room(FakeModel(script)).ask(message("hello"))

        assert words in surface.shown


async def test_footer_speaks_of_the_cap_that_is_used_up_first(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("Yes.")))
    await limit(room, Subject(kind=SubjectKind.CHANNEL, id=CHANNEL.channel_id), Unit.ANSWERS, 4)

    surface = await room.ask(message("really?"))

    assert "75\u202f% of the channel's cap left today" in surface.shown


async def test_footer_says_which_picture_was_looked_at_smaller(make_room: MakeRoom) -> None:
    small = replace(picture("cat"), reduced=("cat.png",))
    room = make_room(images=FakeImages(cat=small))

    surface = await room.ask(message("look", attachments=(PHOTO,)))

    assert "\n-# Looked at smaller to save quota: `cat.png`\n-# fake-1" in surface.shown
