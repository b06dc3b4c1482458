"""What answers have cost of late, by server and model."""

from dataclasses import replace

from bot.store.database import Database
from bot.store.reports.recent_answers import mean_cost
from tests.store.samples import NOW, SHOP, ask, charge, ledger, reserve


async def answer(
    database: Database, message_id: int, cost: int | None, *, model: str = "gpt-test"
) -> None:
    await reserve(database, ask(message_id, wanted=500))
    async with database.transaction() as tx:
        settled = replace(charge(100, cost=cost), model=model)
        await ledger().settle(tx, message_id, settled, now=NOW)


async def mean(database: Database, *, guild_id: int = SHOP, model: str = "gpt-test") -> int | None:
    async with database.reading() as connection:
        return await mean_cost(connection, guild_id=guild_id, model=model)


async def test_cost_is_not_known_before_the_first_answer(database: Database) -> None:
    assert await mean(database) is None


async def test_cost_is_the_mean_of_answers_that_cost_something(database: Database) -> None:
    for message_id, cost in enumerate((300, 500, 0, None), start=1):
        await answer(database, message_id, cost)

    assert await mean(database) == 400


async def test_answers_of_other_models_and_servers_do_not_count(database: Database) -> None:
    await answer(database, 1, 300)
    await answer(database, 2, 900, model="dear")

    assert await mean(database) == 300
    assert await mean(database, model="dear") == 900
    assert await mean(database, guild_id=SHOP + 1) is None


async def test_only_the_newest_answers_count(database: Database) -> None:
    await answer(database, 1, 1_000_000)
    for message_id in range(2, 52):
        await answer(database, message_id, 200)

    assert await mean(database) == 200
