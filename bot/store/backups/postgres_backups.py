"""Backup and restoration of a PostgreSQL database: an archive of `pg_dump`."""

import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.core import wording
from bot.core.errors import BackupFailed, RestoreRefused
from bot.store.backups.inspection import check_kind, check_revision
from bot.store.backups.postgres_tools import read_revision, read_through, run_tool
from bot.store.backups.results import Restored
from bot.store.backups.targets import stamp
from bot.store.engine.driver_errors import translated
from bot.store.engine.engines import create_engines
from bot.store.engine.sqlite_copy import reason
from bot.store.engine.whole_file import written_whole
from bot.store.schema.tables import metadata

_PATIENCE = 30.0  # seconds

# The programs that run on a database of ours call themselves so; the tools of a backup do not.
_OTHERS = text(
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'glimpse' AND pid <> pg_backend_pid()"
)
_HAS_TABLES = text("SELECT to_regclass('alembic_version') IS NOT NULL")


async def dump(url: URL, target: Path) -> None:
    """Write everything as of now to `target`, and read it through. Raises BackupFailed."""
    try:
        with written_whole(target) as unfinished:
            await run_tool(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--no-password",
                f"--file={unfinished}",
                url=url,
            )
            await read_through(unfinished, url=url)
    except OSError as error:
        sentence = wording.copy_failed(url.database or "", str(target), reason(error))
        raise BackupFailed(sentence) from error


async def restore_postgres(backup: Path, url: URL, *, now: datetime) -> Restored:
    """Replace everything by what is in `backup`, in one transaction.

    What was there before is dumped beside `backup` first. Raises RestoreRefused, BackupFailed.
    """
    check_kind(backup, is_sqlite=False)
    try:
        await read_through(backup, url=url)
    except BackupFailed as error:
        raise RestoreRefused(wording.backup_damaged(str(backup), str(error))) from error
    revision = check_revision(backup, await read_revision(backup, url=url))
    kept = None
    if await _is_in_use(url):
        raise RestoreRefused(wording.restore_in_use(url.database or ""))
    if await _ask(url, _HAS_TABLES):
        kept = backup.with_name(f"glimpse.before-restore-{stamp(now)}.dump")
        await dump(url, kept)
    await _replace(backup, url)
    return Restored(revision=revision, kept=kept)


async def _replace(backup: Path, url: URL) -> None:
    """Tables that the backup does not know, of a newer revision, go as well."""
    tables = ", ".join(f'"{name}"' for name in (*metadata.tables, "alembic_version"))
    with tempfile.TemporaryDirectory(prefix="glimpse-restore-") as folder:
        script = Path(folder) / "restore.sql"
        options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", f"--file={script}")
        await run_tool("pg_restore", *options, str(backup), url=url)
        await run_tool(
            "psql",
            "--no-psqlrc",
            "--no-password",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            f"--command=DROP TABLE IF EXISTS {tables} CASCADE",
            f"--file={script}",
            url=url,
        )


async def _is_in_use(url: URL) -> bool:
    return bool(await _ask(url, _OTHERS))


async def _ask(url: URL, statement: object) -> object:
    engines = create_engines(url, patience=_PATIENCE)
    try:
        with translated():
            async with engines.reader.connect() as connection:
                return (await connection.execute(statement)).scalar_one()  # type: ignore[call-overload]
    finally:
        await engines.dispose()
