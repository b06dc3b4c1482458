"""Backup and restoration of the database, whichever engine it has."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.core import wording
from bot.core.errors import BackupFailed
from bot.store.backups.postgres_backups import dump, restore_postgres
from bot.store.backups.results import BackupMade, Restored
from bot.store.backups.sqlite_restore import restore_sqlite
from bot.store.backups.targets import BackupOrder, choose_file, rotate
from bot.store.engine.engines import parse_url, sqlite_file
from bot.store.engine.sqlite_copy import Progress, copy_database
from bot.store.schema.migrations import current_revision


async def back_up(
    url: str, order: BackupOrder, *, now: datetime, progress: Progress | None = None
) -> BackupMade:
    """Write a checked copy, also while the bot runs; older ones give way. Raises StoreError."""
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    suffix = ".dump" if file is None else ".db"
    target = choose_file(order, suffix=suffix, now=now)
    revision = await current_revision(url)
    if revision is None:
        raise BackupFailed(wording.usage_no_database(file))
    if file is None:
        await dump(parsed, target)
    else:
        await asyncio.to_thread(copy_database, file, target, progress=progress)
    return BackupMade(
        file=target,
        revision=revision,
        size=target.stat().st_size,
        deleted=tuple(rotate(order, suffix=suffix)),
    )


async def restore(
    url: str, backup: Path, *, now: datetime, progress: Progress | None = None
) -> Restored:
    """Put a backup in the database's place, and keep what stood there. Raises StoreError."""
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file is None:
        return await restore_postgres(backup, parsed, now=now)
    return await asyncio.to_thread(restore_sqlite, backup, file, now=now, progress=progress)
