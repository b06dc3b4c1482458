"""`glimpse usage verify`: recompute every counter from the ledger, and name what differs."""

from itertools import product
from typing import Final, TextIO

from bot.config.values import Config
from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limits import Amounts, SubjectKind, Unit
from bot.store.database import Database
from bot.store.quota.proof import Difference, count_rows, differences_of
from bot.terminal.progress import Progress
from bot.terminal.usage import open_database

_COUNTED: Final = [kind for kind in SubjectKind if kind is not SubjectKind.EVERYONE]


async def verify(config: Config, output: TextIO) -> int:
    """0 where all agree, 1 where any differs. Raises StartFailed and StoreError."""
    found = 0
    async with open_database(config) as database:
        for kind, period in product(_COUNTED, Period):
            differences = await _compare(database, kind, period)
            output.writelines(f"{name_difference(each)}\n" for each in differences)
            found += len(differences)
        async with database.reading() as connection:
            counters, rows = await count_rows(connection)
    output.write(wording.usage_verified(differing=found, counters=counters, rows=rows) + "\n")
    return 1 if found else 0


async def _compare(database: Database, kind: SubjectKind, period: Period) -> list[Difference]:
    with Progress() as progress:
        progress.show(wording.usage_verifying(kind, period))
        async with database.reading() as connection:
            return await differences_of(connection, kind, period)


def name_difference(difference: Difference) -> str:
    """In words: which counter, and what it says and should say."""
    key = difference.key
    return wording.usage_difference(
        key.subject,
        guild_id=key.guild_id,
        period=key.period,
        starts_at=key.window_starts_at,
        amounts=[
            *_unlike("used", difference.counted.spent, difference.booked.spent),
            *_unlike("exempt", difference.counted.exempt, difference.booked.exempt),
        ],
    )


def _unlike(what: str, counted: Amounts, booked: Amounts) -> list[tuple[str, Unit, int, int]]:
    return [
        (what, unit, counted.of(unit), booked.of(unit))
        for unit in Unit
        if counted.of(unit) != booked.of(unit)
    ]
