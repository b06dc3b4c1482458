"""`glimpse database`: bring it up to date, and prove that its accounts add up."""

from typing import TextIO

from bot.clock import clock
from bot.config.values import Config
from bot.core import wording
from bot.core.errors import StartFailed
from bot.store.engine.engines import parse_url, sqlite_file
from bot.store.integrity import find_damage
from bot.store.quota.ledger import Ledger
from bot.store.schema import migrations
from bot.terminal.usage import open_database
from bot.terminal.verify import name_difference


async def upgrade(config: Config, output: TextIO) -> int:
    """Raises StoreError."""
    done = await migrations.upgrade(config.database_url.reveal(), now=clock())
    if done.before == done.after:
        output.write(f"The database is up to date (revision {done.after}).\n")
        return 0
    output.write(f"The database went from {done.before or 'empty'} to {done.after}.\n")
    if done.backup is not None:
        output.write(f"A copy of what it was before: {done.backup}\n")
    return 0


async def verify(config: Config, output: TextIO) -> int:
    """Read every table and recompute every counter; 1 where one is damaged or differs.

    Changes nothing. Raises StartFailed where there is no database or one of another revision, and
    StoreError.
    """
    url = config.database_url.reveal()
    file = sqlite_file(parse_url(url))
    if file is not None and not file.exists():
        raise StartFailed(wording.usage_no_database(file))
    found = await find_damage(url)
    output.write(f"{wording.database_findings(found) if found else wording.database_is_whole()}\n")
    if found:
        return 1
    ledger = Ledger(config.answers.zone, config.operator_rules)
    async with open_database(config) as database, database.reading() as connection:
        differences = await ledger.verify(connection)
    output.writelines(f"{name_difference(each)}\n" for each in differences)
    if not differences:
        output.write("Every counter equals the sum of its ledger entries.\n")
    return 1 if differences else 0
