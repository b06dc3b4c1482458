"""Many answers at once, as one process gives them. `python -m tests.store.quota.crowd URL SHARE`.

The program says `ready`, waits for a line, answers, and prints what it has seen as JSON.
"""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass, field
from random import Random

from bot.core.calendar.periods import Period
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.messages.incoming_message import Place
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit, Measure, Unit
from bot.store.database import Database
from bot.store.quota.counters import EVERYTHING
from bot.store.quota.ledger import Ledger
from tests.store.rulings import DOLLARS_A_DAY, channel, grant, role, server, set_limit, user
from tests.store.samples import ADA, NOW, SHOP, ask, charge, ledger

ANSWERS, SHARES, SHARED = 200, 4, 10  # of each share so many are for the same messages
USERS, CHANNELS, ARTIST = 6, 3, 71
NEXT_DOOR = SHOP + 1
PRICE = 2_000_000  # micro-dollars a million tokens
USER_TOKENS = 7_000  # a day; one member has an own limit of half of it
ARTIST_ANSWERS = 10  # an hour, where half of them are artists
GRANTED = 4_000
CHANNEL_TOKENS, SERVER_TOKENS, ALL_MICROUSD = 12_000, 30_000, 110_000
_MEASURE = Measure(unit=Unit.TOKENS, period=Period.DAY)
_HOURLY = Measure(unit=Unit.ANSWERS, period=Period.HOUR)


@dataclass
class Seen:
    """What one process has seen."""

    used: dict[int, int] = field(default_factory=dict)  # tokens, by message
    crossings: list[str] = field(default_factory=list)
    refused: int = 0
    answered: int = 0  # by somebody else


def make_ledger() -> Ledger:
    caps = (Limit(subject=EVERYTHING, measure=DOLLARS_A_DAY, amount=ALL_MICROUSD),)
    return ledger(USER_TOKENS, caps=caps)


async def decide(database: Database) -> None:
    """What the moderators of both servers have decided."""
    async with database.transaction() as tx:
        await set_limit(tx, user(ADA), USER_TOKENS // 2, _MEASURE)
        await set_limit(tx, role(ARTIST), ARTIST_ANSWERS, _HOURLY)
        await set_limit(tx, role(ARTIST), USER_TOKENS, _MEASURE)
        await set_limit(tx, channel(500), CHANNEL_TOKENS, _MEASURE)
        await set_limit(tx, server(), SERVER_TOKENS, _MEASURE)
        await set_limit(tx, server(NEXT_DOOR), SERVER_TOKENS, _MEASURE, guild_id=NEXT_DOOR)
        await grant(tx, user(ADA), GRANTED)
        await grant(tx, role(ARTIST), GRANTED)
        await grant(tx, role(ARTIST), 3, Unit.ANSWERS)


def messages_of(share: int) -> list[int]:
    each = ANSWERS // SHARES - SHARED
    own = range(1_000 + share * each, 1_000 + (share + 1) * each)
    return [*range(1, SHARED + 1), *own]


async def answer_all(database: Database, messages: list[int], seed: int) -> Seen:
    seen, chance = Seen(), Random(seed)
    patience = [chance.uniform(0, 0.05) for _ in messages]
    async with asyncio.TaskGroup() as tasks:
        for message_id, seconds in zip(messages, patience, strict=True):
            tasks.create_task(_answer(database, message_id, seconds, seen))
    return seen


async def _answer(database: Database, message_id: int, seconds: float, seen: Seen) -> None:
    chance, by = Random(message_id), make_ledger()
    user_id = ADA + chance.randrange(USERS)
    guild = chance.choice([SHOP, NEXT_DOOR])
    place = Place(
        guild_id=guild,
        channel_id=700 + chance.randrange(9),
        parent_id=500 + chance.randrange(CHANNELS),
    )
    roles = (ARTIST,) if user_id % 2 else ()
    request = ask(
        message_id,
        user_id=user_id,
        wanted=chance.randrange(500, 3_000),
        smallest=400,
        place=place,
        price=PRICE,
        role_ids=roles,
        owner=str(seconds),
    )
    try:
        async with database.transaction() as tx:
            reserved = await by.reserve(tx, request, now=NOW)
    except QuotaExceeded:
        seen.refused += 1
        return
    except AlreadyAnswered:
        seen.answered += 1
        return
    await asyncio.sleep(seconds)
    held = reserved.allowance.held
    used = held.tokens * chance.choice([5, 10, 10]) // 10
    cost = min(held.microusd, used * PRICE // 1_000_000)
    async with database.transaction() as tx:
        settled = await by.settle(tx, message_id, charge(used, cost=cost), now=NOW)
    assert settled is not None
    seen.used[message_id] = used
    seen.crossings += [
        f"{each.limit.subject.kind} {each.limit.subject.id} {each.percent}"
        for each in settled.crossings
    ]


async def _main(url: str, share: int) -> None:
    async with Database.open(url) as database:
        _say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        seen = await answer_all(database, messages_of(share), seed=share)
        _say(json.dumps(asdict(seen)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
