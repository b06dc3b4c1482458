"""Answers that have been paid for, for the tests that read what was used."""

from datetime import datetime
from itertools import count

from bot.core.messages.incoming_message import Place
from bot.store.database import Database
from tests.store.samples import ADA, NOW, PLACE, ask, charge, ledger

_ids = count(1)


async def use(
    database: Database,
    tokens: int,
    *,
    user_id: int = ADA,
    at: datetime = NOW,
    cost: int | None = None,
    place: Place = PLACE,
    role_ids: tuple[int, ...] = (),
) -> None:
    """An answer that cost so much, settled as any other."""
    by = ledger(None)
    request = ask(next(_ids), user_id=user_id, now=at, place=place, role_ids=role_ids)
    async with database.transaction() as tx:
        await by.reserve(tx, request, now=at)
    async with database.transaction() as tx:
        await by.settle(tx, request.message_id, charge(tokens, cost=cost), now=at)
