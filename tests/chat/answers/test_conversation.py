"""Conversations: threads, chains of replies, direct messages."""

from bot.core.conversation.turns import Role
from bot.core.messages.incoming_message import Place, RepliedTo
from tests.chat.conftest import BOT, MakeRoom, message
from tests.chat.questions import BOB, DIRECT_MESSAGES, OtherSurface
from tests.fakes import FakeModel, answer


async def test_reply_to_any_page_continues_the_conversation(
    make_room: MakeRoom,
) -> None:
    pages = ["word " * 300 + "\n", "more " * 300]
    room = make_room(FakeModel(answer(*pages), answer("Second.")))
    first = await room.ask(message("tell me"))
    last_page = max(first.messages)

    follow_up = RepliedTo(message_id=last_page, author_id=BOT, text="more more")
    await room.ask(message("go on", author=BOB, mentions_bot=False, replied_to=follow_up))

    assert len(first.messages) == 2
    roles = [turn.role for turn in room.model.requests[1].turns]
    texts = [turn.text for turn in room.model.requests[1].turns]
    assert roles == [Role.USER, Role.ASSISTANT, Role.USER]
    assert texts == ["tell me", "".join(pages), "go on"]


async def test_branches_of_a_reply_chain_do_not_see_each_other(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("One."), answer("Two."), answer("Three.")))
    asked = message("first")
    surface = await room.ask(asked)
    to_first = RepliedTo(message_id=min(surface.messages), author_id=BOT)

    await room.ask(message("left", replied_to=to_first), OtherSurface(2_000))
    await room.ask(message("right", replied_to=to_first), OtherSurface(3_000))

    assert [turn.text for turn in room.model.requests[2].turns] == ["first", "One.", "right"]


async def test_thread_opened_on_an_answer_goes_on_from_there(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("One."), answer("Two."), answer("Three.")))
    first = await room.ask(message("first"))
    opened_on = Place(guild_id=7, channel_id=min(first.messages), parent_id=70)

    await room.ask(message("second", place=opened_on, mentions_bot=False), OtherSurface(2_000))
    await room.ask(message("third", place=opened_on, mentions_bot=False), OtherSurface(3_000))

    texts = [turn.text for turn in room.model.requests[2].turns]
    assert texts == ["first", "One.", "second", "Two.", "third"]


async def test_direct_messages_are_one_conversation_without_names(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("One."), answer("Two.")))
    await room.ask(message("first", place=DIRECT_MESSAGES, mentions_bot=False))

    await room.ask(message("second", place=DIRECT_MESSAGES, mentions_bot=False))

    turns = room.model.requests[1].turns
    assert [turn.text for turn in turns] == ["first", "One.", "second"]
    assert not any(turn.author_name for turn in turns)
