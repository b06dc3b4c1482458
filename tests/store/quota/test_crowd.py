"""Two hundred answers at once, under limits, roles, caps and grants: sums exact, nobody stuck."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.core.quota.limits import Requester
from bot.store.database import Connection, Database
from bot.store.schema.tables import counters, draws, grants, ledger, reservations
from tests.store.quota import crowd
from tests.store.quota.crowd import Seen
from tests.store.samples import ADA, NOW, SHOP

pytestmark = pytest.mark.proof

_ROOT = Path(__file__).parents[3]
_PATIENCE = 300  # seconds


async def test_two_hundred_answers_of_four_processes_on_one_postgresql(
    postgresql_url: str,
) -> None:
    async with Database.open(postgresql_url) as database:
        await crowd.decide(database)
        seen = await _in_processes(postgresql_url)

        assert sum(each.answered for each in seen) >= crowd.SHARED * (crowd.SHARES - 1)
        await _check(database, seen)


async def test_two_hundred_answers_of_one_process_on_sqlite(sqlite_url: str) -> None:
    messages = [each for share in range(crowd.SHARES) for each in crowd.messages_of(share)]
    async with Database.open(sqlite_url) as database:
        await crowd.decide(database)
        async with asyncio.timeout(_PATIENCE):
            seen = await crowd.answer_all(database, messages, seed=1)

        await _check(database, [seen])


async def _check(database: Database, seen: list[Seen]) -> None:
    async with database.reading() as conn:
        await _check_sums(conn, seen)
        await _check_limits(conn)
        assert await crowd.make_ledger().verify(conn) == []
    told = Counter(each for one in seen for each in one.crossings)
    assert set(told.values()) == {1}
    assert {f"server {SHOP} 50", "everything 0 50"} <= set(told)


async def _check_sums(conn: Connection, seen: list[Seen]) -> None:
    """Each answer is booked once, with what it has used; a refused one leaves nothing."""
    rows = await conn.execute(select(ledger.c.message_id, ledger.c.tokens))
    booked = {row.message_id: row.tokens for row in rows}
    used = [item for each in seen for item in each.used.items()]
    assert dict(used) == booked
    assert len(used) == len(booked)
    assert sum(each.refused + each.answered for each in seen) + len(used) == crowd.ANSWERS
    assert all(each.used for each in seen)
    assert sum(each.refused for each in seen) > 0
    assert (await conn.execute(select(reservations))).all() == []
    everything = select(counters.c.spent_tokens).where(
        counters.c.subject_kind == "everything", counters.c.period == "month"
    )
    assert (await conn.execute(everything)).scalar_one() == sum(booked.values())


async def _check_limits(conn: Connection) -> None:
    """As no answer has used more than was held for it, none of them is overrun at all."""
    by = crowd.make_ledger()
    for guild in (SHOP, crowd.NEXT_DOOR):
        for user_id in range(ADA, ADA + crowd.USERS):
            who = Requester(
                guild_id=guild,
                user_id=user_id,
                role_ids=(crowd.ARTIST,) if user_id % 2 else (),
                channel_id=500,
            )
            explained = await by.explain(conn, who, now=NOW)
            for each in explained.standings:
                assert each.reserved == 0
                assert each.spent <= (each.amount or 0)
    drawn = await conn.execute(
        select(func.sum(draws.c.amount), grants.c.amount)
        .join(grants, grants.c.id == draws.c.grant_id)
        .group_by(draws.c.grant_id, draws.c.user_id, grants.c.amount)
    )
    found = drawn.all()
    assert found
    assert all(much <= granted for much, granted in found)


async def _in_processes(url: str) -> list[Seen]:
    processes = [await _start(url, share) for share in range(crowd.SHARES)]
    try:
        async with asyncio.timeout(_PATIENCE):
            for each in processes:
                assert (await _line(each)) == "ready"
            for each in processes:
                assert each.stdin is not None
                each.stdin.write(b"\n")
            told = await asyncio.gather(*(_line(each) for each in processes))
            assert [await each.wait() for each in processes] == [0] * crowd.SHARES
    finally:
        for each in processes:
            if each.returncode is None:
                each.kill()
                await each.wait()
    return [
        Seen(**{**found, "used": {int(key): much for key, much in found["used"].items()}})
        for found in map(json.loads, told)
    ]


async def _start(url: str, share: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.quota.crowd", url, str(share)),
        cwd=_ROOT,
        env=dict(os.environ),
        stdin=PIPE,
        stdout=PIPE,
    )


async def _line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()
