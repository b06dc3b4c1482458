"""The cost of rankings and reports over a long ledger: CPU of the figures, without the drawing."""

import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.figures import Row, median
from bench.loops import find_loops, run
from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span
from bot.core.calendar.windows import window
from bot.core.quota.limits import SubjectKind
from bot.core.reports.rankings import RankingPage
from bot.core.reports.usage import ReportQuery, make_report
from bot.store.database import Connection, Database
from bot.store.quota.reservations import KEY_COLUMNS
from bot.store.reports import usage
from bot.store.schema.migrations import upgrade

_ROWS = 1_000_000
_SERVER, _USERS, _ROLES, _CHANNELS = 1, 5_000, 20, 60
_ZONE = ZoneInfo("UTC")
_NOW = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
_MINUTES = 40_000  # before now, in which all of it was used
_ROUNDS = 5
_AIM = "0.5 s or less"

_INSERT = f"""
    INSERT INTO ledger (kind, message_id, guild_id, channel_id, user_id, role_id, model,
                        input_tokens, cached_tokens, output_tokens, reasoning_tokens, tokens,
                        cost_microusd, answers, is_estimated, ending, admitted_at, settled_at,
                        {", ".join(KEY_COLUMNS.values())})
    VALUES ('usage', ?, 1, ?, ?, ?, 'scripted', ?, 0, 300, 0, ?, ?, 1, 0, 'completed', ?, ?,
            {", ".join("?" for _ in KEY_COLUMNS)})
"""
_COUNT = """
    INSERT INTO counters (guild_id, subject_kind, subject_id, period, window_starts_at, spent_tokens,
                          spent_microusd, answers, exempt_tokens, exempt_microusd, exempt_answers)
    SELECT {guild}, '{kind}', {subject}, '{period}', {key}, SUM(tokens), SUM(cost_microusd),
           SUM(answers), 0, 0, 0
    FROM ledger GROUP BY {subject}, {key}
"""
_SUBJECTS = {
    SubjectKind.USER: "user_id",
    SubjectKind.ROLE: "role_id",
    SubjectKind.CHANNEL: "channel_id",
    SubjectKind.SERVER: "guild_id",
    SubjectKind.EVERYTHING: "guild_id - 1",
}

Ask = Callable[[Connection], Awaitable[object]]


def measure() -> list[Row]:
    factory = next(iter(find_loops().values()))
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as folder:
        file = Path(folder) / "glimpse.db"
        run(upgrade(f"sqlite:///{file}", now=_NOW), factory)
        counters = fill(file)
        costs = run(_measure(f"sqlite:///{file}"), factory)
    size = Row(name="Rows of the ledger, and counters", value=f"{_ROWS:,}, {counters:,}")
    return [size, *costs]


async def _measure(url: str) -> list[Row]:
    rows = []
    async with Database.open(url) as database, database.reading() as connection:
        for name, ask in _questions().items():
            await ask(connection)
            cost = median([await _cost(ask, connection) for _ in range(_ROUNDS)])
            rows.append(Row(name=name, value=f"{cost:.3f} s CPU", aim=_AIM))
    return rows


def _questions() -> dict[str, Ask]:
    asked: dict[str, Ask] = {}
    for by in (SubjectKind.USER, SubjectKind.ROLE, SubjectKind.CHANNEL):
        for period in (Period.DAY, Period.MONTH):
            asked[f"top by {by.value}, this {period.value}"] = _top(by, period)
    for by in (SubjectKind.USER, SubjectKind.ROLE):
        for period in Period:
            asked[f"report by {by.value}, this {period.value}"] = _report(by, period)
    return asked


def _top(by: SubjectKind, period: Period) -> Ask:
    async def ask(connection: Connection) -> object:
        return await usage.read_top(
            connection,
            _SERVER,
            by=by,
            window=window(period, _NOW, _ZONE),
            zone="UTC",
            page=RankingPage(page=1, size=10),
        )

    return ask


def _report(by: SubjectKind, period: Period) -> Ask:
    wanted = ReportQuery(by=by, span=find_span(period, _NOW, _ZONE), zone=_ZONE, now=_NOW)

    async def ask(connection: Connection) -> object:
        return make_report(wanted, await usage.read_counts(connection, _SERVER, wanted))

    return ask


async def _cost(ask: Ask, connection: Connection) -> float:
    """Of all threads: SQLite's work is done in one of its own."""
    before = time.process_time()
    await ask(connection)
    return time.process_time() - before


def fill(file: Path) -> int:
    """Write the ledger and all its counters; returns how many those are."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(_INSERT, _answers())
        for kind, subject in _SUBJECTS.items():
            guild = 0 if kind is SubjectKind.EVERYTHING else _SERVER
            for period, key in KEY_COLUMNS.items():
                connection.execute(
                    _COUNT.format(
                        guild=guild, kind=kind.value, subject=subject, period=period.value, key=key
                    )
                )
        found: int = connection.execute("SELECT COUNT(*) FROM counters").fetchone()[0]
    return found


def _answers() -> Iterator[tuple[object, ...]]:
    """A few people ask much, most ask little."""
    chance = random.Random(7)
    keys: dict[datetime, tuple[str, ...]] = {}
    for number in range(1, _ROWS + 1):
        at = _NOW - timedelta(minutes=_MINUTES) * (1 - number / _ROWS)
        minute = at.replace(second=0, microsecond=0)
        if minute not in keys:
            keys[minute] = tuple(_text(window(each, at, _ZONE).key) for each in Period)
        user = int(_USERS * chance.random() ** 2)
        tokens = chance.randrange(300, 4_000)
        where = (100 + user % _CHANNELS, 10_000 + user, 500 + user % _ROLES)
        amounts = (tokens - 300, tokens, tokens * 3)
        yield (number, *where, *amounts, _text(at), _text(at), *keys[minute])


def _text(instant: datetime) -> str:
    """As SQLAlchemy keeps it."""
    return f"{instant:%Y-%m-%d %H:%M:%S.%f}"
