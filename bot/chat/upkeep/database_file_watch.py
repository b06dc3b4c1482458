"""A look at the database's file now and then: is it still the one that was opened?"""

import asyncio
import logging

from bot.core.errors import StoreError
from bot.store.database import Database
from bot.store.engine.file_identity import FileState

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0  # seconds


async def watch_file(database: Database) -> None:
    """Log once that the file is gone, and that it is back; return where another one replaces it.

    Nobody is answered meanwhile: `Database` looks by itself before each use.
    """
    before = FileState.THERE
    while before is not FileState.REPLACED:
        await asyncio.sleep(LOOK_EVERY)
        state = database.file_state()
        if state is not before:
            _tell(state)
            before = state
        if state is not FileState.THERE:
            await _leave(database)


def _tell(state: FileState) -> None:
    match state:
        case FileState.MISSING:
            log.error("the database's file is gone")
        case FileState.REPLACED:
            log.error("another file stands in the database's place")
        case FileState.THERE:
            log.warning("the database's file is back")


async def _leave(database: Database) -> None:
    try:
        await database.leave_file()
    except StoreError as error:
        log.warning("the database's log could not be emptied", extra={"reason": str(error)})
