"""`glimpse database backup` and `restore`: copy the database, also while the bot runs, and go back."""

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bot.clock import clock
from bot.config.values import Config
from bot.core import wording
from bot.store.backups import backups
from bot.store.backups.targets import BackupOrder
from bot.store.schema.revisions import HEAD
from bot.terminal.progress import Progress


async def back_up(config: Config, order: BackupOrder, output: TextIO) -> int:
    """Raises StoreError."""
    with Progress() as progress:
        made = await backups.back_up(
            config.database_url.reveal(), order, now=clock(), progress=_shown_on(progress)
        )
    output.write(f"{wording.backup_made(str(made.file), made.revision, made.size)}\n")
    if made.deleted:
        output.write(f"{wording.backups_deleted([each.name for each in made.deleted])}\n")
    return 0


async def restore(config: Config, backup: Path, output: TextIO) -> int:
    """Raises StoreError."""
    with Progress() as progress:
        done = await backups.restore(
            config.database_url.reveal(), backup, now=clock(), progress=_shown_on(progress)
        )
    kept = None if done.kept is None else str(done.kept)
    output.write(f"{wording.restored(str(backup), done.revision, head=HEAD, kept=kept)}\n")
    return 0


def _shown_on(progress: Progress) -> Callable[[int, int], object]:
    return lambda done, total: progress.show(wording.backup_progress(done, total))
