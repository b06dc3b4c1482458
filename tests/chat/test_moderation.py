import pytest
from sqlalchemy import select

from bot.chat.account import Account
from bot.chat.moderation import Moderation, Moderator
from bot.core.errors import NotAllowed
from bot.store.tables import audit
from tests.chat.conftest import ALICE, MakeRoom, message

MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
MEMBER = Moderator(id=98, guild_id=7, may_manage=False)


async def test_limit_set_by_a_moderator_takes_effect_on_the_next_answer(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    moderation = Moderation(room.using)

    standing = await moderation.set_limit(MODERATOR, user_id=ALICE.id, amount=50)
    surface = await room.ask(message("hello"))

    assert standing.amount == 50
    assert standing.is_own
    assert "50" in surface.shown
    assert not room.model.requests


async def test_cleared_limit_gives_back_the_default(make_room: MakeRoom) -> None:
    room = make_room()
    moderation = Moderation(room.using)
    await moderation.set_limit(MODERATOR, user_id=ALICE.id, amount=None)

    standing = await moderation.clear_limit(MODERATOR, user_id=ALICE.id)

    assert (standing.amount, standing.is_own) == (10_000, False)


async def test_reset_gives_spent_tokens_back_and_accounts_still_agree(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    await room.ask(message("hello"))

    tokens, standing = await Moderation(room.using).reset(MODERATOR, user_id=ALICE.id)

    assert (tokens, standing.spent) == (120, 0)
    await room.assert_accounts_agree()


async def test_member_may_look_at_and_change_nobody(make_room: MakeRoom) -> None:
    moderation = Moderation(make_room().using)

    for deed in (
        moderation.show(MEMBER, user_id=ALICE.id),
        moderation.set_limit(MEMBER, user_id=ALICE.id, amount=None),
        moderation.clear_limit(MEMBER, user_id=ALICE.id),
        moderation.reset(MEMBER, user_id=ALICE.id),
    ):
        with pytest.raises(NotAllowed):
            await deed


async def test_member_sees_their_own_standing(make_room: MakeRoom) -> None:
    room = make_room()
    await room.ask(message("hello"))

    standing = await Account(room.using).standing(guild_id=7, user_id=ALICE.id)

    assert (standing.spent, standing.amount) == (120, 10_000)


async def test_every_change_is_written_down(make_room: MakeRoom) -> None:
    room = make_room()
    await room.ask(message("hello"))
    moderation = Moderation(room.using)

    await moderation.set_limit(MODERATOR, user_id=ALICE.id, amount=5, reason="too chatty")
    await moderation.reset(MODERATOR, user_id=ALICE.id)
    await moderation.clear_limit(MODERATOR, user_id=ALICE.id)

    async with room.using.database.reading() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.id))).all()
    assert [(row.action, row.actor_id, row.subject_id) for row in rows] == [
        ("set-limit", 99, ALICE.id),
        ("reset", 99, ALICE.id),
        ("clear-limit", 99, ALICE.id),
    ]
    assert rows[0].reason == "too chatty"
