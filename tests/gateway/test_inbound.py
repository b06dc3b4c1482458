"""Payloads as Discord sends them, and what the rules get to see of them."""

from typing import Any

import pytest

from bot.core.messages.incoming_message import Origin
from bot.gateway.inbound import translate_message
from tests.gateway.conftest import (
    ALICE,
    BOB,
    BOT,
    BOTS_ROLE,
    CHANNEL,
    GUILD,
    PICTURE,
    ROBOT,
    THREAD,
    MakeMessage,
)


def reply_to(author: dict[str, Any], **changes: Any) -> dict[str, Any]:
    original = {
        "id": "77",
        "channel_id": str(CHANNEL),
        "type": 0,
        "content": "the original",
        "author": author,
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "timestamp": "2026-01-01T00:00:00.000000+00:00",
        "edited_timestamp": None,
        **changes,
    }
    reference = {"message_id": "77", "channel_id": str(CHANNEL), "guild_id": str(GUILD)}
    return {"type": 19, "message_reference": reference, "referenced_message": original}


@pytest.mark.parametrize("mention", [f"<@{BOT}>", f"<@!{BOT}>"])
def test_mention_of_the_bot_is_seen_and_taken_out(make_message: MakeMessage, mention: str) -> None:
    message = translate_message(
        make_message(content=f"{mention} what is this?", mentions=[ROBOT]), bot_id=BOT
    )

    assert message.text == "what is this?"
    assert message.mentions_bot
    assert not message.mentions_others


def test_mention_of_the_bots_role_mentions_the_bot(make_message: MakeMessage) -> None:
    message = translate_message(
        make_message(content=f"<@&{BOTS_ROLE}> hello", mention_roles=[str(BOTS_ROLE)]), bot_id=BOT
    )

    assert message.text == "hello"
    assert message.mentions_bot
    assert not message.mentions_others


def test_mention_of_somebody_else_becomes_their_name(make_message: MakeMessage) -> None:
    message = translate_message(
        make_message(content=f"ask <@{BOB['id']}>", mentions=[BOB]), bot_id=BOT
    )

    assert message.text == "ask @Bob"
    assert message.mentions_others
    assert not message.mentions_bot


def test_ping_of_a_reply_is_not_a_mention(make_message: MakeMessage) -> None:
    message = translate_message(
        make_message(content="more", mentions=[ROBOT], **reply_to(ROBOT)), bot_id=BOT
    )

    assert not message.mentions_bot
    assert message.replied_to is not None
    assert message.replied_to.author_id == BOT


def test_replied_to_message_comes_with_its_words_and_pictures(make_message: MakeMessage) -> None:
    message = translate_message(make_message(**reply_to(BOB, attachments=[PICTURE])), bot_id=BOT)

    assert message.replied_to is not None
    assert message.replied_to.message_id == 77
    assert message.replied_to.author_name == "Bob"
    assert message.replied_to.text == "the original"
    assert message.replied_to.attachments[0].name == "cat.png"
    assert message.replied_to.attachments[0].origin is Origin.REPLIED_TO


def test_deleted_message_replied_to_keeps_its_id(make_message: MakeMessage) -> None:
    payload = {**reply_to(BOB), "referenced_message": None}

    message = translate_message(make_message(**payload), bot_id=BOT)

    assert message.replied_to is not None
    assert (message.replied_to.message_id, message.replied_to.text) == (77, "")


def test_attachment_keeps_the_size_that_discord_announces(make_message: MakeMessage) -> None:
    announced = {**PICTURE, "width": 640, "height": 480}

    (attachment,) = translate_message(make_message(attachments=[announced]), bot_id=BOT).attachments

    assert (attachment.width, attachment.height) == (640, 480)


def test_attachment_keeps_its_alt_text_and_spoiler(make_message: MakeMessage) -> None:
    hidden = {**PICTURE, "filename": "SPOILER_cat.png"}

    (attachment,) = translate_message(make_message(attachments=[hidden]), bot_id=BOT).attachments

    assert attachment.description == "my cat"
    assert attachment.is_spoiler
    assert attachment.url.endswith("?ex=1")


def test_forwarded_words_and_pictures_are_part_of_the_question(make_message: MakeMessage) -> None:
    snapshot = {
        "message": {
            "type": 0,
            "content": "look at this",
            "embeds": [],
            "attachments": [PICTURE],
            "timestamp": "2026-01-01T00:00:00.000000+00:00",
            "edited_timestamp": None,
        }
    }
    reference = {"message_id": "77", "channel_id": str(CHANNEL), "type": 1}

    message = translate_message(
        make_message(message_snapshots=[snapshot], message_reference=reference, flags=1 << 14),
        bot_id=BOT,
    )

    assert message.text == "[forwarded: look at this]"
    assert message.attachments[0].origin is Origin.FORWARDED
    assert message.replied_to is None


def test_picture_of_a_link_comes_by_discords_proxy(make_message: MakeMessage) -> None:
    embed = {
        "type": "image",
        "url": "https://example.com/a.png",
        "thumbnail": {
            "url": "https://example.com/a.png",
            "proxy_url": "https://images-ext-1.discordapp.net/external/x/https/example.com/a.png",
        },
    }

    (attachment,) = translate_message(make_message(embeds=[embed]), bot_id=BOT).attachments

    assert attachment.url.startswith("https://images-ext-1.discordapp.net/")
    assert attachment.name == "a.png"
    assert attachment.claims_to_be_picture


def test_thread_knows_the_channel_it_hangs_under(make_message: MakeMessage) -> None:
    place = translate_message(make_message(channel_id=THREAD), bot_id=BOT).place

    assert (place.guild_id, place.channel_id, place.parent_id) == (GUILD, THREAD, CHANNEL)
    assert place.is_thread


def test_author_has_display_name_and_roles(make_message: MakeMessage) -> None:
    author = translate_message(make_message(), bot_id=BOT).author

    assert (author.id, author.name, author.is_bot) == (int(ALICE["id"]), "Alice", False)
    assert author.role_ids == (GUILD, BOTS_ROLE)


@pytest.mark.parametrize(
    ("changes", "is_bot", "is_system"),
    [
        ({"author": {**BOB, "bot": True}}, True, False),
        ({"webhook_id": "8"}, True, False),
        ({"type": 7}, False, True),  # somebody joined
        ({"type": 21}, False, True),  # a thread's first message shows what it was opened on
        ({"type": 46}, False, True),  # a poll's result
    ],
)
def test_bots_webhooks_and_system_messages_are_told_apart(
    make_message: MakeMessage, changes: dict[str, Any], is_bot: bool, is_system: bool
) -> None:
    message = translate_message(make_message(**changes), bot_id=BOT)

    assert (message.author.is_bot, message.is_system) == (is_bot, is_system)


def test_name_that_looks_like_a_mention_stays_a_name(make_message: MakeMessage) -> None:
    """Each name was looked through for the mentions that came after it."""
    alice = {**ALICE, "global_name": f"<@{BOB['id']}>"}
    content = f"ask <@{ALICE['id']}> or <@!{BOB['id']}>, not <@7>"

    message = make_message(content=content, mentions=[alice, BOB])

    text = translate_message(message, bot_id=BOT).text
    assert text == f"ask @<@{BOB['id']}> or @Bob, not <@7>"
