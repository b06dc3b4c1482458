"""Questions that were asked while nobody could be told of them."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.catch_up import CatchUp
from bot.chat.ports import MissedPage
from bot.chat.recovery import find_left
from bot.chat.settings import CatchUpSettings
from bot.chat.upkeep.sessions import Gap, Sessions
from bot.core.errors import SurfaceError, SurfaceForbidden, SurfaceUnavailable
from bot.core.messages.incoming_message import Author, IncomingMessage, Place
from bot.core.messages.snowflakes import snowflake_at
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, until
from tests.chat.earlier_town import EarlierTown, recovery
from tests.chat.questions import BOB, THREAD
from tests.fakes import FakeModel, answer

SETTINGS = CatchUpSettings(
    owner="main",
    answer_within=600.0,
    max_age=86_400.0,
    max_messages=150,
    max_channels=10,
    requests_per_second=10_000.0,
)
_numbers = iter(range(10**6))


def missed(
    text: str = "hm?",
    *,
    age: timedelta = timedelta(minutes=1),
    place: Place = CHANNEL,
    by: Author = ALICE,
    mentions: bool = True,
) -> IncomingMessage:
    sent_at = NOON - age
    return IncomingMessage(
        id=snowflake_at(sent_at) + next(_numbers),
        place=place,
        author=by,
        text=text,
        sent_at=sent_at,
        mentions_bot=mentions,
    )


class MissedTown(EarlierTown):
    """What was posted, in pages of a hundred messages; `refusals` are raised, one for each read."""

    def __init__(self, *posted: IncomingMessage, answered: Iterable[int] = ()) -> None:
        super().__init__(*posted)
        self.posted = sorted(posted, key=lambda message: message.id, reverse=True)
        self.answered = frozenset(answered)
        self.reads: list[int] = []
        self.refusals: deque[Exception] = deque()

    def find_moved(self, _server_ids: Iterable[int], *, after: int) -> Sequence[int]:
        return list({each.place.channel_id: None for each in self.posted if each.id > after})

    async def read(self, channel_id: int, *, after: int, before: int | None) -> MissedPage:
        self.reads.append(channel_id)
        if self.refusals:
            raise self.refusals.popleft()
        found = [
            each
            for each in self.posted
            if each.place.channel_id == channel_id and after < each.id < (before or each.id + 1)
        ][:100]
        earlier = found[-1].id if len(found) == 100 else None
        return MissedPage(messages=tuple(found), answered=self.answered, earlier=earlier)


async def look_back(
    room: Room,
    town: MissedTown,
    *,
    settings: CatchUpSettings = SETTINGS,
    since: timedelta = timedelta(hours=30),
    live: Iterable[IncomingMessage] = (),
    is_killed: bool = False,
) -> None:
    """A session begins whose gap began `since` ago; everything found gets its word, unless the
    process dies first.
    """
    sessions = Sessions(room.using.database, lambda: NOON - since)
    await sessions.note_start()
    for each in live:
        sessions.note_message(0, each.id)
    recovering = recovery(room, town)
    catch_up = CatchUp(
        room.using,
        room.answering,
        recovering,
        settings=settings,
        sessions=sessions,
        channels=town,
    )
    gap = Gap(shard_id=0, session=0, server_ids=frozenset({7}), has_direct_messages=True)
    for left in await catch_up.look_back(gap):
        if is_killed:
            break
        await recovering.take_up(left)


async def test_question_nobody_was_told_of_is_answered_once(make_room: MakeRoom) -> None:
    """480 of 480 questions were silent that were asked while no session could be resumed."""
    room, town = make_room(FakeModel(answer("A cat."))), MissedTown(missed("what is it?"))

    await look_back(room, town)
    await look_back(room, town)

    assert town.surface.shown.startswith("A cat.")
    assert len(room.model.requests) == 1
    assert not await room.unfinished()


async def test_talk_among_people_is_left_alone(make_room: MakeRoom) -> None:
    room, town = make_room(), MissedTown(missed("people talking", mentions=False))

    await look_back(room, town)

    assert not town.surface.messages


async def test_late_questions_of_one_person_get_one_sentence(make_room: MakeRoom) -> None:
    """None of them again at the next look, where the newest is known."""
    asked = [missed(age=timedelta(minutes=minutes)) for minutes in (50, 40, 30)]
    room, town = make_room(), MissedTown(*asked)

    await look_back(room, town)
    await look_back(room, town)

    assert [each.content for each in town.surface.messages.values()] == [
        "I was away when you asked this, and too long to answer it now. Please ask again."
    ]
    assert not room.model.requests


async def test_question_older_than_a_day_gets_no_word(make_room: MakeRoom) -> None:
    room, town = make_room(), MissedTown(missed(age=timedelta(hours=25)))

    await look_back(room, town)

    assert not town.reads


async def test_switched_off_nobody_looks_back(make_room: MakeRoom) -> None:
    room, town = make_room(), MissedTown(missed())

    await look_back(room, town, settings=replace(SETTINGS, max_age=0.0))

    assert not town.reads


async def test_channel_that_has_not_moved_is_not_read(make_room: MakeRoom) -> None:
    room, town = make_room(), MissedTown(missed(age=timedelta(minutes=9)))

    await look_back(room, town, since=timedelta(minutes=8))

    assert not town.reads


async def test_messages_after_the_first_in_a_thread_need_no_mention(make_room: MakeRoom) -> None:
    """The thread was new, so that the history knew of no answer in it."""
    second = missed("and then?", place=THREAD, age=timedelta(minutes=1), mentions=False)
    first = missed("begin", place=THREAD, age=timedelta(minutes=2))
    room, town = make_room(FakeModel(answer("One."), answer("Two."))), MissedTown(first, second)

    await look_back(room, town)

    assert len(room.model.requests) == 2


async def test_direct_message_is_found_where_one_is_known(make_room: MakeRoom) -> None:
    direct = Place(guild_id=0, channel_id=90)
    room = make_room(FakeModel(answer("Hello."), answer("Yes.")))
    await room.ask(missed("hello", place=direct, age=timedelta()))
    town = MissedTown(missed("still there?", place=direct))

    await look_back(room, town)

    assert town.surface.shown.startswith("Yes.")


async def test_late_event_of_a_missed_question_leaves_its_answer_alone(
    make_room: MakeRoom,
) -> None:
    """Its Stop button was dead, and a stop of the bot cut it without waiting."""
    hold, asked = asyncio.Event(), missed("what is it?")
    room, town = make_room(FakeModel((hold, *answer("A cat.")))), MissedTown(asked)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(look_back(room, town))
        await until(lambda: bool(room.model.requests))
        late = await room.ask(asked)
        is_in_flight = room.in_flight.find(asked.id) is not None
        hold.set()

    assert is_in_flight
    assert not late.messages
    assert town.surface.shown.startswith("A cat.")


async def test_half_that_came_live_belongs_to_the_missed_one(make_room: MakeRoom) -> None:
    """The answer was about the first half alone: nobody looked at the second."""
    second = missed("what is it?", mentions=False, age=timedelta(seconds=58))
    first = missed("one thing:", age=timedelta(seconds=60))
    room, town = make_room(), MissedTown(first, second)

    await look_back(room, town, live=[second])

    assert [each.turns[-1].text for each in room.model.requests] == ["one thing:\nwhat is it?"]


async def test_half_of_a_live_question_belongs_to_no_missed_one(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room = make_room(FakeModel((hold, *answer("One.")), answer("Two."), answer("Three.")))
    third = missed("please", mentions=False, age=timedelta(seconds=56))
    second = missed("and live?", age=timedelta(seconds=58))
    town = MissedTown(missed("what is it?", age=timedelta(seconds=60)), second, third)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(second))
        await until(lambda: bool(room.model.requests))
        await room.ask(third)
        await look_back(room, town, live=[second, third])
        hold.set()

    texts = [each.turns[-1].text for each in room.model.requests]
    assert sorted(texts) == ["and live?", "and live?\nplease", "what is it?"]


async def test_message_that_came_live_is_not_missed(make_room: MakeRoom) -> None:
    asked = missed()
    room, town = make_room(), MissedTown(asked)

    await look_back(room, town, live=[asked])

    assert not room.model.requests


async def test_reply_of_the_bot_counts_where_no_row_does(make_room: MakeRoom) -> None:
    """A restored backup knew nothing of the questions since, and they would be answered again."""
    asked = missed()
    room, town = make_room(), MissedTown(asked, answered=[asked.id])

    await look_back(room, town)

    assert not room.model.requests


async def test_two_processes_take_a_question_once(make_room: MakeRoom) -> None:
    room, town = make_room(FakeModel(answer("A cat."))), MissedTown(missed("what is it?"))

    await asyncio.gather(look_back(room, town), look_back(room, town))

    assert len(room.model.requests) == 1


async def test_question_deleted_before_its_turn_gets_no_answer(make_room: MakeRoom) -> None:
    room, town = make_room(), MissedTown(missed())
    town.asked.clear()

    await look_back(room, town)

    assert not room.model.requests
    assert not await room.unfinished()


async def test_newest_messages_of_a_busy_channel_are_read(make_room: MakeRoom) -> None:
    talk = [
        missed("talk", age=timedelta(minutes=8, milliseconds=-n), mentions=False)
        for n in range(250)
    ]
    old = missed("first?", age=timedelta(minutes=9), by=BOB)
    room = make_room(FakeModel(answer("A cat.")))
    town = MissedTown(old, *talk, missed("what is it?"))

    await look_back(room, town)

    assert len(town.reads) == 2
    assert [turn.text for turn in room.model.requests[0].turns] == ["what is it?"]


@pytest.mark.parametrize("refusal", [SurfaceForbidden(), SurfaceUnavailable()])
async def test_channel_that_can_not_be_read_now_holds_up_no_other(
    make_room: MakeRoom, refusal: SurfaceError
) -> None:
    """One that is forbidden is left out; one that is unavailable is read again."""
    elsewhere = Place(guild_id=7, channel_id=71)
    room = make_room(FakeModel(answer("One."), answer("Two.")))
    town = MissedTown(missed(place=elsewhere, age=timedelta(minutes=1)), missed())
    town.refusals.append(refusal)

    await look_back(room, town)

    assert len(room.model.requests) == (2 if isinstance(refusal, SurfaceUnavailable) else 1)


async def test_killed_process_leaves_its_finds_to_the_next(make_room: MakeRoom) -> None:
    """They are judged by when they were asked, and not by when they were found."""
    old, young = missed(age=timedelta(minutes=30), by=BOB), missed("what is it?")
    room, town = make_room(FakeModel(answer("A cat."))), MissedTown(old, young)
    await look_back(room, town, is_killed=True)

    await recovery(room, town).recover(await find_left(room.using, owner="main", at_start=True))

    assert len(room.model.requests) == 1
    assert not await room.unfinished()


async def test_channel_that_fails_holds_up_no_other(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room, town = make_room(FakeModel(answer("A cat."))), MissedTown(missed(), missed(place=THREAD))
    town.refusals.append(KeyError("what somebody wrote"))

    await look_back(room, town)

    assert len(room.model.requests) == 1
    assert "what somebody wrote" not in caplog.text


async def test_busy_channel_lets_the_others_have_their_turn(make_room: MakeRoom) -> None:
    """Discord takes five messages in five seconds in one channel: all others waited for it."""
    elsewhere = Place(guild_id=7, channel_id=71)
    busy = [missed(f"busy {n}", by=Author(id=50 + n, name="Carol")) for n in range(3)]
    room = make_room(FakeModel(*(answer("Yes.") for _ in range(4))))
    town = MissedTown(missed("elsewhere", place=elsewhere, age=timedelta(minutes=2)), *busy)

    await look_back(room, town)

    asked = [request.turns[-1].text for request in room.model.requests]
    assert asked == ["elsewhere", "busy 0", "busy 1", "busy 2"]


async def test_log_tells_what_the_limits_left_out(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    """People beyond the limits got no word, and nobody could know."""
    room = make_room()
    others = [missed(place=Place(guild_id=7, channel_id=number)) for number in (81, 82)]
    many = [missed(mentions=False) for _ in range(151)]
    town = MissedTown(*others, *many)

    with caplog.at_level("INFO", "bot.chat.catch_up"):
        await look_back(room, town, settings=replace(SETTINGS, max_channels=2))

    (record,) = [each for each in caplog.records if each.message.startswith("looked back")]
    assert (vars(record)["channels_left_out"], vars(record)["channels_cut"]) == (1, 1)
