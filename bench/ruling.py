"""The cost of an answer's two transactions under many rules, with a short and a long ledger.

SQLite only: there the work of the database is done in this process, and its CPU counts.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bench.figures import Row, median
from bench.loops import find_loops, run
from bot.core.answers.events import Ending, Usage
from bot.core.calendar.periods import Period
from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import RateCard
from bot.core.quota.allowance import AllowanceRequest, Charge
from bot.core.quota.limits import Limit, Measure, Requester, Subject, SubjectKind, Unit
from bot.core.quota.rules import OperatorRules, default_limits
from bot.store.database import Connection, Database
from bot.store.moderation import limits
from bot.store.moderation.audit import ModerationOrder
from bot.store.quota.counters import EVERYTHING
from bot.store.quota.ledger import Ledger
from bot.store.quota.reservations import KEY_COLUMNS, ReservationRequest
from bot.store.schema.migrations import upgrade

_ROWS = 1_000_000
_RULES = (1, 5, 20)
_ANSWERS = 200  # a round
_ROUNDS = 5
_NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
_PLACE = Place(guild_id=1, channel_id=2)
_USER = 7
_PLENTY = 10**12
_PRICES = RateCard(input=1_000, output=1_000)
_CHARGE = Charge(
    ending=Ending.COMPLETED,
    model="scripted",
    usage=Usage(input_tokens=900, output_tokens=300),
    cost_microusd=450,
)

# An answer every 26 seconds, for ten months until now; by 5,000 members under 20 roles, in 50
# channels. Whoever asks does so forty times in a row.
_FILL = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)
    INSERT INTO ledger (kind, message_id, guild_id, channel_id, user_id, role_id, model,
                        input_tokens, cached_tokens, output_tokens, reasoning_tokens, tokens,
                        cost_microusd, answers, is_estimated, ending, hour_starts_at,
                        window_starts_at, week_starts_at, month_starts_at, admitted_at, settled_at)
    SELECT 'usage', 1000000000 + n, 1, 2 + n / 20000, 1 + n / 40 * 7919 % 5000, 100 + n / 40 % 20, 'scripted',
           900, 0, 300, 0, 1200, 450, 1, 0, 'completed',
           strftime('%Y-%m-%d %H:00:00.000000', at), strftime('%Y-%m-%d 00:00:00.000000', at),
           strftime('%Y-%m-%d 00:00:00.000000', at, '-6 days', 'weekday 1'),
           strftime('%Y-%m-01 00:00:00.000000', at), at, at
    FROM (SELECT n, strftime('%Y-%m-%d %H:%M:%S.000000', :now, -((:rows - n) * 26) || ' seconds')
                    AS at FROM numbers)
"""
_COUNT = """
    INSERT INTO counters (guild_id, subject_kind, subject_id, period, window_starts_at,
                          spent_tokens, spent_microusd, answers,
                          exempt_tokens, exempt_microusd, exempt_answers)
    SELECT {guild}, '{kind}', {subject}, '{period}', {column},
           SUM(tokens), SUM(cost_microusd), SUM(answers), 0, 0, 0
    FROM ledger WHERE {column} IS NOT NULL GROUP BY 1, 3, 5
"""
_COLUMNS = {
    SubjectKind.USER: ("guild_id", "user_id"),
    SubjectKind.ROLE: ("guild_id", "role_id"),
    SubjectKind.CHANNEL: ("guild_id", "channel_id"),
    SubjectKind.SERVER: ("guild_id", "guild_id"),
    SubjectKind.EVERYTHING: ("0", "0"),
}


def measure() -> list[Row]:
    """On the loop that the bot would use."""
    factory = next(iter(find_loops().values()))
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as folder:
        return run(_measure(f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/full.db"), factory)


async def fill(tx: Connection, rows: int) -> None:
    """Write so many answers into an empty ledger, and the counters that agree with them."""
    await tx.execute(text(_FILL), {"rows": rows, "now": f"{_NOW:%Y-%m-%d %H:%M:%S}"})
    for (kind, (guild, subject)), (period, column) in itertools.product(
        _COLUMNS.items(), KEY_COLUMNS.items()
    ):
        count = _COUNT.format(
            guild=guild, kind=kind.value, subject=subject, period=period.value, column=column
        )
        await tx.execute(text(count))


async def _measure(empty_url: str, full_url: str) -> list[Row]:
    rows = []
    for url in (empty_url, full_url):
        await upgrade(url, now=_NOW)
    async with Database.open(empty_url) as empty, Database.open(full_url) as full:
        async with full.transaction() as tx:
            await fill(tx, _ROWS)
        ids = itertools.count(1)
        for rules in _RULES:
            for database in (empty, full):
                await _decide(database, rules)
                await _answer(database, ids, _ledger(rules), answers=20)
            # In turns, so that what else the machine does falls on both.
            costs = [
                [await _answer(database, ids, _ledger(rules)) for database in (empty, full)]
                for _ in range(_ROUNDS)
            ]
            of_empty, of_full = (median(each) for each in zip(*costs, strict=True))
            value = f"{of_empty * 1e6:,.0f} / {of_full * 1e6:,.0f} µs"
            rows.append(
                Row(
                    name=f"{rules} rules apply: CPU an answer, empty ledger / {_ROWS:,} rows",
                    value=value,
                    aim=f"{of_full / of_empty:.2f} (aim: about 1)",
                )
            )
        rows.append(await _verify(full))
    return rows


async def _verify(database: Database) -> Row:
    began = time.process_time()
    async with database.reading() as conn:
        assert await _ledger(1).verify(conn) == []
    took = time.process_time() - began
    return Row(name=f"the proof that {_ROWS:,} rows and the counters agree", value=f"{took:.1f} s")


def _rules(count: int) -> Iterator[tuple[Subject, Measure]]:
    """One is the configured default; twelve are the member's own, the others caps."""
    measures = [Measure(unit=unit, period=period) for period in Period for unit in Unit]
    user = Subject(kind=SubjectKind.USER, id=_USER)
    channel = Subject(kind=SubjectKind.CHANNEL, id=_PLACE.channel_id)
    server = Subject(kind=SubjectKind.SERVER, id=_PLACE.guild_id)
    own, shared = (3, 1) if count < 20 else (12, 4)
    if count > 1:
        yield from ((user, each) for each in measures[:own])
        yield from ((channel, each) for each in measures[:shared])
        yield from ((server, each) for each in measures[: count - own - shared - (count == 20)])


def _ledger(rules: int) -> Ledger:
    cap = Limit(
        subject=EVERYTHING,
        measure=Measure(unit=Unit.DOLLARS, period=Period.MONTH),
        amount=_PLENTY,
    )
    rules_of_operator = OperatorRules(
        default=default_limits(_PLENTY), caps=(cap,) if rules == 20 else ()
    )
    return Ledger(ZoneInfo("UTC"), rules_of_operator)


async def _decide(database: Database, rules: int) -> None:
    async with database.transaction() as tx:
        for subject, measured in _rules(rules):
            by = ModerationOrder(
                guild_id=1, subject_id=subject.id, subject_kind=subject.kind, by=1, at=_NOW
            )
            await limits.put(tx, by, measured, _PLENTY)
    async with database.reading() as conn:
        requester = Requester.at(_PLACE, _USER)
        explained = await _ledger(rules).explain(conn, requester, now=_NOW)
    assert len(explained.standings) == rules


async def _answer(
    database: Database, ids: "itertools.count[int]", ledger: Ledger, *, answers: int = _ANSWERS
) -> float:
    """CPU seconds of one."""
    began = time.process_time()
    for _ in range(answers):
        message_id = next(ids)
        request = ReservationRequest(
            message_id=message_id,
            place=_PLACE,
            requester=Requester.at(_PLACE, _USER),
            wanted=AllowanceRequest(tokens=20_000, smallest=500, prices=_PRICES),
            expires_at=_NOW + timedelta(minutes=16),
            model="scripted",
            owner="bench",
        )
        async with database.transaction() as tx:
            await ledger.reserve(tx, request, now=_NOW)
        async with database.transaction() as tx:
            await ledger.settle(tx, message_id, _CHARGE, now=_NOW)
    return (time.process_time() - began) / answers
