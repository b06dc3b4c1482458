"""What stands in Discord of the reply of a dead process."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.messages.incoming_message import Place
from bot.gateway.replies.earlier_replies import EarlierReplies
from bot.gateway.replies.reply import DiscordSurface
from bot.store.conversations.questions import KeptQuestion
from tests.gateway.discord_http import Line, open_line


def kept(line: Line, message_id: int) -> KeptQuestion:
    place = Place(guild_id=line.channel.guild_id or 0, channel_id=line.channel.id)
    return KeptQuestion(
        message_id=message_id,
        place=place,
        user_id=line.alice.id,
        owner="main",
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def test_same_answer_to_another_question_is_not_its_reply(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two people were owed the same words: the second got none, as the first one's stood there."""
    async with open_line(monkeypatch) as line:
        other = await line.alice.say(line.channel, "hello again?")
        surface = DiscordSurface(line.http, line.channel.id, other.id)
        await surface.create(0, "Yes.", has_stop=False)
        replies = EarlierReplies(line.http, line.discord.bot.id)

        found = await replies.find(replace(kept(line, line.question_id), owed=("Yes.",)))

    assert found == ()


async def test_mark_below_a_full_page_is_found_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page was marked again where the process that had marked it died at once."""
    async with open_line(monkeypatch) as line:
        surface = DiscordSurface(line.http, line.channel.id, line.question_id)
        page = await surface.create(0, "word " * 399, has_stop=True)
        replies = EarlierReplies(line.http, line.discord.bot.id)
        question = kept(line, line.question_id)
        (half,) = await replies.find(question)
        await replies.mark(question, half, "-# I was restarted.")

        found = await replies.find(question)

    assert found[0].message_id == page
    assert [each.text for each in found][1:] == ["-# I was restarted."]
