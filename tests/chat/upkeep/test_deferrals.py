"""Deferrals: whoever waits for a process that died is told, by one of those that live."""

import asyncio
from datetime import datetime, timedelta

from bot.chat.upkeep.deferrals import TOKEN_LASTS, Deferrals
from bot.core import wording
from bot.core.errors import SurfaceGone, SurfaceUnavailable
from bot.core.leases import new_lease
from bot.core.messages.incoming_message import Place
from bot.core.secrets import Secret
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion
from bot.store.database import Database
from bot.store.processes import claims, deferrals, leases
from tests.chat.conftest import NOON

CUT_OFF, NOT_BEGUN = wording.command_cut_off(), wording.command_not_begun()
COMMAND, BUTTON = 1, 2


class Replies:
    """`fails`: what is raised by the first attempts, in this order."""

    def __init__(self, *fails: Exception) -> None:
        self.told: list[tuple[str, str]] = []
        self._fails = list(fails)

    async def tell(self, token: Secret, sentence: str, *, is_edit: bool) -> None:
        if self._fails:
            raise self._fails.pop(0)
        self.told.append((token.reveal(), sentence))


def of(database: Database, holder: str, *, now: datetime = NOON) -> Deferrals:
    return Deferrals(database, lambda: now, holder=holder)


async def keep(database: Database, holder: str = "dead") -> None:
    """A command and a button, both begun."""
    async with database.transaction() as tx:
        for each in (COMMAND, BUTTON):
            await claims.claim(tx, each, now=NOON)
    await of(database, holder).keep(COMMAND, Secret("command"), is_edit=False)
    await of(database, holder).keep(BUTTON, Secret("button"), is_edit=True)


async def live(database: Database, holder: str) -> None:
    async with database.transaction() as tx:
        await leases.take(tx, new_lease("other", holder, NOON), instead_of=None)


async def count_kept(database: Database) -> int:
    async with database.reading() as connection:
        return len(await deferrals.find(connection))


async def test_callers_of_a_dead_process_are_told_once(database: Database) -> None:
    await keep(database)
    replies = Replies()

    await of(database, "living").tell_cut_off(replies)
    await of(database, "living").tell_cut_off(replies)

    assert replies.told == [("command", CUT_OFF), ("button", CUT_OFF)]
    assert await count_kept(database) == 0


async def test_two_processes_tell_of_a_button_once(database: Database) -> None:
    await keep(database)
    replies = Replies()

    await asyncio.gather(*(of(database, name).tell_cut_off(replies) for name in ("one", "other")))

    assert replies.told.count(("button", CUT_OFF)) == 1


async def test_callers_of_a_living_process_are_not_told(database: Database) -> None:
    await keep(database, "other")
    await live(database, "other")
    replies = Replies()

    await of(database, "living").tell_cut_off(replies)
    await of(database, "other").tell_cut_off(replies)

    assert replies.told == []
    assert await count_kept(database) == 2


async def test_what_a_living_process_has_as_well_is_left_to_it(database: Database) -> None:
    await keep(database)
    await keep(database, "other")
    await live(database, "other")
    replies = Replies()

    await of(database, "living").tell_cut_off(replies)

    assert replies.told == []
    assert await count_kept(database) == 2


async def test_command_that_nobody_claimed_is_never_begun(database: Database) -> None:
    await of(database, "dead").keep(COMMAND, Secret("command"), is_edit=False)
    replies = Replies()

    await of(database, "living").tell_cut_off(replies)

    assert replies.told == [("command", NOT_BEGUN)]
    async with database.reading() as connection:
        assert await claims.is_claimed(connection, COMMAND)


async def test_what_discord_does_not_take_is_told_later(database: Database) -> None:
    await keep(database)
    replies = Replies(SurfaceUnavailable(), SurfaceUnavailable())

    await of(database, "living").tell_cut_off(replies)
    await of(database, "living").tell_cut_off(replies)

    assert replies.told == [("command", CUT_OFF), ("button", CUT_OFF)]


async def test_message_that_is_gone_is_nobodys_any_more(database: Database) -> None:
    await keep(database)

    await of(database, "living").tell_cut_off(Replies(SurfaceGone(), SurfaceGone()))

    assert await count_kept(database) == 0


async def test_expired_token_is_dropped_whoever_holds_it(database: Database) -> None:
    await keep(database)
    await keep(database, "living")
    replies, later = Replies(), NOON + TOKEN_LASTS + timedelta(seconds=1)

    await of(database, "living", now=later).tell_cut_off(replies)

    assert replies.told == []
    assert await count_kept(database) == 0


async def test_command_that_became_a_question_is_taken_up_as_one(database: Database) -> None:
    await keep(database)
    question = KeptQuestion(
        message_id=COMMAND,
        place=Place(guild_id=7, channel_id=70),
        user_id=10,
        owner="main",
        taken_at=NOON,
    )
    async with database.transaction() as tx:
        await questions.take(tx, question)
    replies = Replies()

    await of(database, "living").tell_cut_off(replies)

    assert replies.told == [("button", CUT_OFF)]
    assert await count_kept(database) == 0
