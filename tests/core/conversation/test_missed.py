"""Missed messages: a table of what becomes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.conversation.missed import Division, MissedQuestion, divide, join_messages
from bot.core.messages.incoming_message import Attachment, Author, IncomingMessage, Place
from bot.core.messages.triggers import Trigger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, BOB = Author(id=10, name="Alice"), Author(id=11, name="Bob")
PICTURE = Attachment(id=1, name="cat.png", url="https://cdn/cat.png", size=10)
MENTION, THREAD, PICTURED = Trigger.MENTION, Trigger.THREAD, Trigger.AUTOMATIC_IMAGE


def posted(
    number: int, at: float, *, by: Author = ALICE, channel: int = 70, mentions: bool = True
) -> IncomingMessage:
    """`at` are seconds after noon."""
    return IncomingMessage(
        id=number,
        place=Place(guild_id=7, channel_id=channel),
        author=by,
        text="hm?",
        sent_at=NOON + timedelta(seconds=at),
        mentions_bot=mentions,
    )


def ids(questions: tuple[MissedQuestion, ...]) -> list[tuple[int, ...]]:
    return [tuple(message.id for message in each.messages) for each in questions]


@pytest.mark.parametrize(
    ("found", "joined"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(posted(1, 0, mentions=False), None)], [], id="talk among people"),
        pytest.param([(posted(1, 0), MENTION), (posted(2, 9), MENTION)], [(1, 2)], id="a burst"),
        pytest.param(
            [(posted(1, 0), MENTION), (posted(2, 11), MENTION)], [(1,), (2,)], id="two questions"
        ),
        pytest.param(
            [(posted(1, 0), MENTION), (posted(2, 1, mentions=False), None)],
            [(1, 2)],
            id="a second half that mentions nobody",
        ),
        pytest.param(
            [(posted(1, 0), MENTION), (posted(2, 1, by=BOB), MENTION)],
            [(1,), (2,)],
            id="two people at once",
        ),
        pytest.param(
            [(posted(1, 0), MENTION), (posted(2, 1, channel=71), MENTION)],
            [(1,), (2,)],
            id="two channels at once",
        ),
    ],
)
def test_messages_join_as_they_would_live(
    found: list[tuple[IncomingMessage, Trigger | None]], joined: list[tuple[int, ...]]
) -> None:
    assert ids(join_messages(found)) == joined


def test_picture_just_before_a_mention_belongs_to_it() -> None:
    picture = IncomingMessage(
        id=1,
        place=Place(guild_id=7, channel_id=70),
        author=ALICE,
        text="",
        sent_at=NOON,
        attachments=(PICTURE,),
    )

    assert ids(join_messages([(picture, None), (posted(2, 50), MENTION)])) == [(2, 1)]


def question(
    number: int,
    minutes: float,
    trigger: Trigger = MENTION,
    *,
    by: Author = ALICE,
    channel: int = 70,
) -> MissedQuestion:
    """`minutes` are those since it was asked."""
    asked = posted(number, -60 * minutes, by=by, channel=channel)
    return MissedQuestion(messages=(asked,), trigger=trigger)


@pytest.mark.parametrize(
    ("missed", "answered", "told", "passed"),
    [
        pytest.param([question(1, 10)], [1], [], [], id="young enough"),
        pytest.param([question(1, 11)], [], [1], [], id="too old"),
        pytest.param([question(1, 11, PICTURED)], [], [], [1], id="an automatic picture"),
        pytest.param([question(1, 11, THREAD)], [], [1], [], id="too old in a thread"),
        pytest.param([question(1, 5, THREAD)], [1], [], [], id="a young one in a thread"),
        pytest.param([question(1, 30), question(2, 20)], [], [2], [1], id="one word a person"),
        pytest.param(
            [question(1, 30), question(2, 20, channel=71)], [], [1, 2], [], id="in each channel"
        ),
        pytest.param([question(1, 30), question(2, 20, by=BOB)], [], [1, 2], [], id="each person"),
        pytest.param([question(1, 30), question(2, 1)], [2], [1], [], id="an old and a young one"),
        pytest.param(
            [question(1, 30), question(2, 20, PICTURED)], [], [1], [2], id="not at a picture"
        ),
    ],
)
def test_age_and_address_decide(
    missed: list[MissedQuestion], answered: list[int], told: list[int], passed: list[int]
) -> None:
    division = divide(missed, now=NOON, answer_within=timedelta(minutes=10))

    assert division == Division(
        answered=tuple(each for each in missed if each.messages[0].id in answered),
        told=tuple(each for each in missed if each.messages[0].id in told),
        passed=tuple(each for each in missed if each.messages[0].id in passed),
    )
