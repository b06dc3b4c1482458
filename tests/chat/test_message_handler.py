"""What people write, and what they get to see."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core.answers.events import (
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
    TextDelta,
    Usage,
)
from bot.core.conversation.turns import LeftOut, LeftOutReason, PreparedImages, Role
from bot.core.errors import DatabaseUnavailable
from bot.core.messages.incoming_message import Attachment, Author, Place, RepliedTo
from bot.store.conversations.history import Found, History
from tests.chat.conftest import ALICE, BOT, MakeRoom, message
from tests.fakes import FakeImages, FakeModel, FakeSurface, answer, picture, text_file

CAT = Attachment(id=1, name="cat", url="https://cdn/cat.png", size=9, content_type="image/png")
BAD = Attachment(id=2, name="bad", url="https://cdn/bad.heic", size=9, content_type="image/heic")
DAMAGED = PreparedImages(left_out=(LeftOut(name="bad.heic", reason=LeftOutReason.DAMAGED),))
LOG = Attachment(id=3, name="log", url="https://cdn/a.log", size=9, content_type="text/plain")
BOB = Author(id=11, name="Bob")
THREAD = Place(guild_id=7, channel_id=71, parent_id=70)
DIRECT = Place(guild_id=0, channel_id=72)


async def test_question_is_answered_with_text_and_footer(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat ", "on a mat.")))

    surface = await room.ask(message("what is it?"))

    assert (
        surface.shown == "A cat on a mat.\n-# fake-1 · 120 tokens · 98\u202f% of today's quota left"
    )
    assert not surface.messages[1000].has_stop
    await room.assert_accounts_agree()


async def test_message_that_is_no_question_is_left_alone(make_room: MakeRoom) -> None:
    room = make_room()

    surface = await room.ask(message("people talking", mentions_bot=False))

    assert not surface.messages
    assert not surface.typed
    assert not room.model.requests


async def test_pictures_are_sent_and_left_out_ones_are_named(make_room: MakeRoom) -> None:
    room = make_room(images=FakeImages(cat=picture("cat"), bad=DAMAGED))

    surface = await room.ask(message("look", attachments=(CAT, BAD)))

    request = room.model.requests[0]
    assert [image.name for image in request.turns[-1].images] == ["cat"]
    assert request.image_bytes == {"hash-of-cat": b"cat"}
    assert "`bad.heic` is damaged" in surface.shown


async def test_file_is_read_cut_to_its_room_and_kept_for_the_next_question(
    make_room: MakeRoom,
) -> None:
    text = "".join(f"event number {number}\n" for number in range(900))
    room = make_room(images=FakeImages(log=text_file("a.log", text)))

    surface = await room.ask(message("why?", place=DIRECT, attachments=(LOG,)))
    await room.ask(message("and then?", place=DIRECT))

    first, second = room.model.requests
    (file,) = first.turns[-1].files
    assert file.text.startswith("event number 0\n")
    assert file.tail.endswith("event number 899\n")
    assert second.turns[0] == first.turns[-1]
    head, tail = file.text.count("\n"), file.tail.count("\n")
    assert f"-# `a.log` was read in part: the first {head} and last {tail} of 900 lines\n" in (
        surface.shown
    )


async def test_file_without_a_word_asks_what_is_in_it(make_room: MakeRoom) -> None:
    room = make_room(images=FakeImages(log=text_file("a.log", "up\n"), cat=picture("cat")))

    await room.ask(message(attachments=(LOG,)))
    await room.ask(message(attachments=(LOG, CAT)))

    asked = [request.turns[-1].text for request in room.model.requests]
    assert asked == ["What is in this file?", "What is in these files and pictures?"]


async def test_text_that_discord_made_a_file_of_is_answered_as_the_message_it_is(
    make_room: MakeRoom,
) -> None:
    pasted = Attachment(id=4, name="message.txt", url="https://cdn/message.txt", size=9)
    room = make_room(images=FakeImages(**{"message.txt": text_file("message.txt", "long\n")}))
    replied_to = RepliedTo(message_id=5, attachments=(pasted,))

    await room.ask(message(attachments=(pasted,)))
    await room.ask(message(replied_to=replied_to))

    asked = [request.turns[-1].text for request in room.model.requests]
    assert asked == [
        "This file is my message, which was too long for Discord: please answer it.",
        "What is in this file?",
    ]


async def test_question_of_nothing_but_unreadable_files_costs_nothing_and_says_why(
    make_room: MakeRoom,
) -> None:
    room = make_room(images=FakeImages(bad=DAMAGED))

    surface = await room.ask(message(attachments=(BAD,)))

    assert surface.shown == "Not looked at: `bad.heic` is damaged."
    assert room.model.requests == []
    assert (await room.standing()).spent == 0
    await room.assert_accounts_agree()


async def test_picture_of_the_replied_to_message_is_part_of_the_question(
    make_room: MakeRoom,
) -> None:
    room = make_room(images=FakeImages(cat=picture("cat")))
    replied_to = RepliedTo(
        message_id=5, author_id=BOB.id, author_name="Bob", text="my cat", attachments=(CAT,)
    )

    await room.ask(message("what breed?", replied_to=replied_to))

    turn = room.model.requests[0].turns[-1]
    assert turn.images[0].name == "cat"
    assert "[in reply to Bob: my cat]" in turn.text


async def test_reply_to_any_page_of_the_answer_continues_the_conversation(
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


class OtherSurface(FakeSurface):
    """Messages of another answer have other ids."""

    def __init__(self, base: int) -> None:
        super().__init__()
        self._base = base

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        await super().create(page, text, has_stop=has_stop)
        self.messages[self._base + page] = self.messages.pop(1_000 + page)
        return self._base + page


async def test_thread_in_which_the_bot_has_answered_needs_no_mention(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("One."), answer("Two.")))
    await room.ask(message("first", place=THREAD))

    surface = await room.ask(message("second", place=THREAD, author=BOB, mentions_bot=False))

    assert surface.shown.startswith("Two.")
    assert [t.author_name for t in room.model.requests[1].turns] == ["Alice", "", "Bob"]


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
    await room.ask(message("first", place=DIRECT, mentions_bot=False))

    await room.ask(message("second", place=DIRECT, mentions_bot=False))

    turns = room.model.requests[1].turns
    assert [turn.text for turn in turns] == ["first", "One.", "second"]
    assert not any(turn.author_name for turn in turns)


async def test_earlier_picture_is_sent_again_from_its_hash(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat."), answer("Grey.")), FakeImages(cat=picture("cat")))
    await room.ask(message("what?", place=DIRECT, attachments=(CAT,)))

    await room.ask(message("which colour?", place=DIRECT))

    assert room.model.requests[1].turns[0].images[0].name == "cat"
    assert room.model.requests[1].image_bytes == {"hash-of-cat": b"cat"}


async def test_earlier_picture_that_is_no_longer_kept_is_asked_about_without_it(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat."), answer("Grey.")), FakeImages(cat=picture("cat")))
    await room.ask(message("what?", place=DIRECT, attachments=(CAT,)))
    room.images.kept.clear()

    surface = await room.ask(message("which colour?", place=DIRECT))

    assert surface.shown.startswith("Grey.")
    assert not room.model.requests[1].image_bytes


async def test_replayed_message_is_answered_once(make_room: MakeRoom) -> None:
    room = make_room()
    asked = message("hello")
    await room.ask(asked)

    surface = await room.ask(asked)

    assert not surface.messages
    assert len(room.model.requests) == 1


async def test_message_answered_by_another_process_is_not_answered_again(
    make_room: MakeRoom,
) -> None:
    asked = message("hello")
    await make_room().ask(asked)
    second = make_room()

    surface = await second.ask(asked)

    assert not surface.messages
    assert not second.model.requests


async def test_one_conversation_answers_in_the_order_of_its_questions(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="One."), hold, *answer(" End.")), answer("Two.")))
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD), first))
        await until(lambda: bool(first.messages))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB), second))
        await asyncio.sleep(0.05)
        waiting = not second.messages and len(room.model.requests) == 1
        hold.set()

    assert waiting
    texts = [turn.text for turn in room.model.requests[1].turns]
    assert texts == ["a", "One. End.", "b"]


async def test_question_is_not_overtaken_while_the_database_is_slow(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, delays = History.find, [0.1]

    async def find_slowly(self: History, *args: Any, **wanted: Any) -> Found | None:
        await asyncio.sleep(delays.pop() if delays else 0.0)
        return await find(self, *args, **wanted)

    monkeypatch.setattr(History, "find", find_slowly)
    room = make_room()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD)))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB)))

    assert [request.turns[-1].text for request in room.model.requests] == ["a", "b"]


async def test_question_beyond_the_models_window_is_not_blamed_on_the_quota(
    make_room: MakeRoom,
) -> None:
    small = FakeModel(card=replace(FakeModel.card, context_tokens=500))
    room = make_room(small)

    surface = await room.ask(message("many words " * 200))

    assert "too long for one answer" in surface.shown
    assert not room.model.requests


async def test_question_that_had_to_wait_has_all_of_its_time(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((asyncio.Event(),), (0.2, *answer("Two."))), time_limit=0.3)
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD), first))
        await until(lambda: bool(room.model.requests))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB), second))

    assert "too long" in first.shown
    assert second.shown.startswith("Two.")


async def until(condition: object) -> None:
    """Wait until `condition()` holds; five seconds at the most."""
    async with asyncio.timeout(5):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_follow_up_before_the_first_text_is_taken_into_the_question(
    make_room: MakeRoom,
) -> None:
    never = asyncio.Event()
    room = make_room(FakeModel((never,), answer("A cat.")), FakeImages(cat=picture("cat")))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("what is this?"), surface))
        await until(lambda: bool(room.model.requests))
        await room.ask(message(attachments=(CAT,), mentions_bot=False), FakeSurface())

    assert surface.shown.startswith("A cat.")
    assert len(surface.messages) == 1
    assert room.model.requests[1].turns[-1].text == "what is this?"
    assert room.model.requests[1].turns[-1].images[0].name == "cat"
    standing = await room.standing()
    assert standing.spent > 120  # the request that was given up had its input
    assert standing.reserved == 0


async def test_message_after_the_first_text_is_a_question_of_its_own(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="One."), hold, *answer(" End.")), answer("Two.")))
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a"), first))
        await until(lambda: bool(first.messages))
        tasks.create_task(room.ask(message("b"), second))
        await until(lambda: bool(second.messages))
        hold.set()

    assert second.shown.startswith("Two.")


async def test_bare_mention_waits_for_its_other_half(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat.")), FakeImages(cat=picture("cat")))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message(), surface))
        await asyncio.sleep(0.05)
        await room.ask(message(attachments=(CAT,), mentions_bot=False))

    assert surface.shown.startswith("A cat.")
    assert len(room.model.requests) == 1


async def test_bare_mention_right_after_a_picture_is_about_that_picture(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat.")), FakeImages(cat=picture("cat")))
    await room.ask(message("my pet", attachments=(CAT,), mentions_bot=False))

    surface = await room.ask(message())

    assert surface.shown.startswith("A cat.")
    assert room.model.requests[0].turns[-1].text == "my pet"


async def test_bare_mention_alone_is_greeted_and_costs_nothing(make_room: MakeRoom) -> None:
    room = make_room()

    surface = await room.ask(message())

    assert surface.shown.startswith("Hello!")
    assert not room.model.requests
    assert (await room.standing()).spent == 0


async def test_user_without_quota_is_refused_with_what_is_left_and_when_it_resets(
    make_room: MakeRoom,
) -> None:
    room = make_room(
        FakeModel(answer("x", usage=Usage(input_tokens=9_950, output_tokens=20))),
        tokens_per_day=10_000,
    )
    await room.ask(message("a lot"))

    surface = await room.ask(message("more"))

    assert "30" in surface.shown
    assert "<t:1772409600:R>" in surface.shown
    assert len(room.model.requests) == 1


async def test_question_that_only_the_rest_of_the_quota_is_too_small_for_is_told_so(
    make_room: MakeRoom,
) -> None:
    spends = Usage(input_tokens=9_700, output_tokens=20)
    room = make_room(FakeModel(answer("x", usage=spends)))
    await room.ask(message("a lot"))

    within_an_answer = await room.ask(message("word " * 400))
    beyond_any = await room.ask(message("word " * 8_000))

    assert "Only 280 of your 10,000 tokens for today are left" in within_an_answer.shown
    assert "too long for one answer" in beyond_any.shown
    assert len(room.model.requests) == 1
    assert (await room.standing()).reserved == 0


async def test_stop_keeps_what_was_shown_and_charges_by_estimate(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Once upon a time"), asyncio.Event())))
    surface, asked = FakeSurface(), message("tell")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked, surface))
        await until(lambda: bool(surface.messages))
        had_stop = surface.messages[1000].has_stop
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)

    assert had_stop
    assert surface.shown.startswith("Once upon a time\n-# Stopped.")
    assert "≈" in surface.shown
    assert (await room.standing()).spent > 0
    assert (await room.standing()).reserved == 0


async def test_each_failure_before_text_is_one_sentence_with_an_incident_and_free(
    make_room: MakeRoom,
) -> None:
    for failure in Failure:
        room = make_room(FakeModel((Failed(failure=failure, detail="secret words"),)))

        surface = await room.ask(message("hello"))

        assert surface.shown
        assert "secret words" not in surface.shown
        assert surface.shown.rstrip().endswith(")")
        assert (await room.standing()).spent == 0


async def test_answer_that_breaks_off_keeps_its_text_and_says_so(make_room: MakeRoom) -> None:
    script = (TextDelta(text="The start"), Failed(failure=Failure.BROKEN_STREAM))
    room = make_room(FakeModel(script))

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("The start\n-# The connection to the model broke off here")
    assert (await room.standing()).spent > 0


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


async def test_answer_over_its_time_limit_is_ended(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Slow"), asyncio.Event())), time_limit=0.2)

    surface = await room.ask(message("hello"))

    assert "fell silent here" in surface.shown


async def test_bug_in_an_answer_is_admitted_with_an_incident(make_room: MakeRoom) -> None:
    class Broken(FakeImages):
        async def prepare(self, attachments: object, looks: object = ()) -> PreparedImages:
            raise ZeroDivisionError

    room = make_room(images=Broken())

    surface = await room.ask(message("hello"))

    assert "Something went wrong on my side" in surface.shown
    assert (await room.standing()).reserved == 0


async def test_answer_that_the_history_does_not_take_stays_as_it_was_shown(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("disk full")

    room = make_room(FakeModel(answer("A cat.")))
    monkeypatch.setattr(room.using.history, "append", fail)

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("A cat.\n-# fake-1")
    assert (await room.standing()).spent == 120


async def test_closing_bot_says_so_instead_of_answering(make_room: MakeRoom) -> None:
    room = make_room()
    await room.in_flight.drain(grace=0.01, after=0.01)

    surface = await room.ask(message("hello"))

    assert "restarted" in surface.shown
    assert not room.model.requests


async def test_running_answer_is_marked_as_interrupted_at_the_end_of_the_grace(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel((TextDelta(text="Half"), asyncio.Event())))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("hello"), surface))
        await until(lambda: bool(surface.messages))
        await room.in_flight.drain(grace=0.01, after=2)

    assert "I was restarted in the middle of this answer" in surface.shown
    assert not surface.messages[1000].has_stop
    assert (await room.standing()).reserved == 0


async def test_asker_is_charged_where_the_question_was_asked(make_room: MakeRoom) -> None:
    room = make_room()

    await room.ask(message("hello"))

    assert (await room.standing(user_id=ALICE.id)).spent == 120
    assert (await room.standing(user_id=ALICE.id, guild_id=8)).spent == 0


async def test_answer_of_nothing_visible_is_called_empty(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer(" \n", "\u200b")))

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("The model finished without writing anything.")
