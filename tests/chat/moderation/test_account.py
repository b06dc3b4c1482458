"""A member's own quota: blocks, standings and last answers."""

from datetime import timedelta

import pytest

from bot.chat.moderation.account import Account
from bot.chat.moderation.limits import Moderator, QuotaModeration
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Requester, Subject, SubjectKind
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, message

MODERATOR = Moderator(id=1, guild_id=CHANNEL.guild_id, may_manage=True)
ASKER = Requester(guild_id=CHANNEL.guild_id, user_id=ALICE.id)


async def test_account_shows_what_an_answer_has_used(make_room: MakeRoom) -> None:
    room = make_room()
    account = Account(room.using)

    await room.ask(message("hello"))

    (standing,) = (await account.explain(ASKER)).standings
    (answer,) = await account.recent(ASKER)
    assert standing.spent == answer.tokens > 0
    assert answer.channel_id == CHANNEL.channel_id


async def test_account_of_a_blocked_member_refuses(make_room: MakeRoom) -> None:
    room = make_room()
    user = Subject(kind=SubjectKind.USER, id=ALICE.id)
    await Account(room.using).check(message("hello"))

    await QuotaModeration(room.using).block(MODERATOR, user, NOON + timedelta(days=1))

    with pytest.raises(Blocked):
        await Account(room.using).check(message("hello"))
