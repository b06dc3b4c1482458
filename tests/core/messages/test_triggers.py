from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.messages.incoming_message import Attachment, Author, IncomingMessage, Place, RepliedTo
from bot.core.messages.triggers import (
    Trigger,
    find_trigger,
    is_bare,
    is_earlier_half,
    is_follow_up,
    merge_messages,
    pictures_of,
)

BOT = 1
CHANNEL = Place(guild_id=7, channel_id=70)
THREAD = Place(guild_id=7, channel_id=71, parent_id=70)
DIRECT = Place(guild_id=0, channel_id=72)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE = Author(id=10, name="Alice")
CAT = Attachment(id=1, name="cat.png", url="https://cdn/cat.png", size=9, content_type="image/png")
DOG = Attachment(id=2, name="dog.png", url="https://cdn/dog.png", size=9, content_type="image/png")


def message(text: str = "", **changes: object) -> IncomingMessage:
    plain = IncomingMessage(id=100, place=CHANNEL, author=ALICE, text=text, sent_at=NOON)
    return replace(plain, **changes)  # type: ignore[arg-type]


def trigger_of(
    asked: IncomingMessage, *, automatic: frozenset[int] = frozenset(), takes_part: bool = False
) -> Trigger | None:
    return find_trigger(asked, bot_id=BOT, automatic_channels=automatic, takes_part=takes_part)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (message("hello"), None),  # people talking to each other
        (message("hello", mentions_bot=True), Trigger.MENTION),
        (message("more", replied_to=RepliedTo(message_id=5, author_id=BOT)), Trigger.REPLY),
        (message("more", replied_to=RepliedTo(message_id=5, author_id=11)), None),
        (message("hello", place=DIRECT), Trigger.DIRECT_MESSAGE),
        (message(attachments=(CAT,)), None),  # the channel is not automatic
        # A mention in a reply to somebody else's message is about that message.
        (
            message("what?", mentions_bot=True, replied_to=RepliedTo(message_id=5, author_id=11)),
            Trigger.MENTION,
        ),
    ],
)
def test_message_triggers_by_how_it_addresses_the_bot(
    asked: IncomingMessage, expected: Trigger | None
) -> None:
    assert trigger_of(asked) is expected


@pytest.mark.parametrize("place", [CHANNEL, THREAD])
def test_image_in_an_automatic_channel_or_its_thread_triggers(place: Place) -> None:
    asked = message(attachments=(CAT,), place=place)

    assert trigger_of(asked, automatic=frozenset({70})) is Trigger.AUTOMATIC_IMAGE


def test_text_in_an_automatic_channel_does_not_trigger() -> None:
    assert trigger_of(message("nice"), automatic=frozenset({70})) is None


def test_any_message_in_the_bots_thread_triggers() -> None:
    assert trigger_of(message("and now?", place=THREAD), takes_part=True) is Trigger.THREAD


@pytest.mark.parametrize(
    "asked",
    [
        message("hi", mentions_bot=True, author=Author(id=11, name="Robot", is_bot=True)),
        message("hi", mentions_bot=True, is_system=True),
        message("hi", place=DIRECT, author=Author(id=11, name="Hook", is_bot=True)),
    ],
    ids=["bot", "system message", "bot in a direct channel"],
)
def test_bots_and_system_messages_never_trigger(asked: IncomingMessage) -> None:
    assert trigger_of(asked, automatic=frozenset({70}), takes_part=True) is None


def test_bare_is_only_what_says_and_shows_nothing() -> None:
    assert is_bare(message())
    assert not is_bare(message("what?"))
    assert not is_bare(message(attachments=(CAT,)))
    assert not is_bare(message(replied_to=RepliedTo(message_id=5)))


FIRST = message("what is this?", mentions_bot=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"attachments": (CAT,)}, True),  # text, then the picture
        ({"text": "I mean the left one"}, True),
        ({"text": "hm", "author": Author(id=11, name="Bob")}, False),
        ({"text": "hm", "place": THREAD}, False),
        ({"text": "hm", "mentions_others": True}, False),  # speaks to somebody else
        ({"text": "hm", "sent_at": NOON + timedelta(seconds=11)}, False),
        # Speaks to the bot: belongs to the question, however late.
        ({"text": "hm", "sent_at": NOON + timedelta(minutes=2), "mentions_bot": True}, True),
        ({"text": "hm", "replied_to": RepliedTo(message_id=100)}, True),
        ({"text": "hm", "replied_to": RepliedTo(message_id=55)}, False),
    ],
)
def test_follow_up_belongs_to_the_same_person_and_place(
    changes: dict[str, object], expected: bool
) -> None:
    later = message(**{"id": 101, "sent_at": NOON + timedelta(seconds=3), **changes})  # type: ignore[arg-type]

    assert is_follow_up(FIRST, FIRST, later) is expected


def test_picture_posted_before_a_mention_belongs_to_it() -> None:
    picture = message(id=99, attachments=(CAT,), sent_at=NOON - timedelta(seconds=20))

    assert is_earlier_half(picture, FIRST)
    assert not is_earlier_half(picture, message(attachments=(DOG,)))
    assert not is_earlier_half(picture, message("hm", sent_at=NOON + timedelta(seconds=50)))


def test_merged_burst_keeps_words_pictures_and_the_first_id() -> None:
    later = message("the left one", id=101, attachments=(CAT, DOG))
    earlier = message(id=99, attachments=(CAT,))

    merged = merge_messages((FIRST, later, earlier))

    assert merged.id == 100
    assert merged.text == "what is this?\nthe left one"
    assert merged.attachments == (CAT, DOG)


def test_pictures_are_the_questions_own_then_those_replied_to() -> None:
    asked = message(attachments=(DOG,), replied_to=RepliedTo(message_id=5, attachments=(CAT, DOG)))

    assert pictures_of(asked) == (DOG, CAT)


def test_other_files_in_an_automatic_channel_do_not_trigger() -> None:
    log = Attachment(id=3, name="crash.log", url="https://cdn/crash.log", size=9)

    assert trigger_of(message(attachments=(log,)), automatic=frozenset({70})) is None
